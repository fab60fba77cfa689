"""The engine and its pool: what is kept open, and for how long (C5)."""

from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from .connect import connect_arguments, connect_in_turn
from .disconnects import discard_unusable_connections, recognise_disconnects
from .settings import DatabaseSettings


def create_engine(settings: DatabaseSettings) -> AsyncEngine:
    """Create the engine; its base level is AUTOCOMMIT, units of work raise it on the same pool."""
    engine = create_async_engine(
        "postgresql+asyncpg://",
        connect_args={**connect_arguments(settings), "async_creator_fn": connect_in_turn},
        isolation_level="AUTOCOMMIT",
        pool_size=settings.pool_size,
        max_overflow=settings.pool_overflow,
        pool_timeout=settings.acquire_timeout,  # never reached: the admission lets no more in
        pool_recycle=settings.pool_recycle,
        pool_use_lifo=True,  # the connections used last are warm, the others may age out
        hide_parameters=True,  # no personal data in logs and errors
    )
    discard_unusable_connections(engine)
    recognise_disconnects(engine)
    return engine


def connection_counter(engine: AsyncEngine) -> Callable[[], int]:
    """Return a function that counts the connections in use now."""
    pool = engine.pool
    assert isinstance(pool, AsyncAdaptedQueuePool)  # noqa: S101
    return pool.checkedout

"""The engine, which opens a connection for each unit of work and closes it afterwards (C5).

How many there are at once is up to the admission in front of it.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from .connect import connect_arguments, connect_in_turn
from .disconnects import recognise_disconnects
from .settings import DatabaseSettings


def create_engine(settings: DatabaseSettings) -> AsyncEngine:
    """Create the engine; its base level is AUTOCOMMIT, units of work raise it."""
    engine = create_async_engine(
        "postgresql+asyncpg://",
        connect_args={**connect_arguments(settings), "async_creator_fn": connect_in_turn},
        isolation_level="AUTOCOMMIT",
        poolclass=NullPool,
        hide_parameters=True,  # no personal data in logs and errors
    )
    recognise_disconnects(engine)
    return engine


def connection_counter(engine: AsyncEngine) -> Callable[[], int]:
    """Return a function that counts the connections in use now: all that are open."""
    open_now: set[ConnectionPoolEntry] = set()

    def opened(driver: Any, entry: ConnectionPoolEntry) -> None:
        del driver
        open_now.add(entry)

    def closed(driver: Any, entry: ConnectionPoolEntry) -> None:
        del driver
        open_now.discard(entry)

    event.listen(engine.sync_engine, "connect", opened)
    event.listen(engine.sync_engine, "close", closed)
    return lambda: len(open_now)

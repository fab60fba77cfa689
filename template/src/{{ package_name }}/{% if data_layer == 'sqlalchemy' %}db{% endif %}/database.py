"""The engine: opened and closed by the lifespan, and the only way to a session (A1, C1, C2, C5)."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Literal, Self

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from .checkout import Checkout, held
from .deadline import commit_noted
from .disconnects import open_connections
from .effects import Runner, effects_of_unit
from .failures import commit_errors_translated, connect_errors_translated
from .pool import connection_counter, create_engine
from .session import TaskSession, new_session_info, refuse_changes
from .settings import DatabaseSettings
from .translate import driver_errors_translated
from .unit_of_work import UnitOfWork

Reader = AsyncSession
"""What read() gives, and what each branch of fan_out() gets."""

OpenReader = Callable[[], AbstractAsyncContextManager[Reader]]

Isolation = Literal["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"]

CLOSE_GRACE = 1.0
"""Seconds that closing the idle connections may take at shutdown; then they are terminated."""

log = structlog.stdlib.get_logger()

_PING = text("SELECT 1")


class Database:
    """The service's access to PostgreSQL, bound to the event loop in which it was opened."""

    def __init__(self, engine: AsyncEngine, settings: DatabaseSettings) -> None:
        self._engine = engine
        self._transactional: dict[Isolation, AsyncEngine] = {}
        self._settings = settings
        self._checkout = Checkout(settings)
        self._in_use = connection_counter(engine)
        self._runner: Runner | None = None
        self.admission = self._checkout.admission
        self.streams = self._checkout.streams

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: DatabaseSettings) -> AsyncGenerator[Self]:
        """Create the pool, and close it when the block ends; connections are made when first needed.

        Connections that are still in use then are terminated.
        """
        engine = create_engine(settings)
        opened = open_connections(engine)
        database = cls(engine, settings)
        try:
            yield database
        finally:
            database._checkout.close()
            try:
                async with asyncio.timeout(CLOSE_GRACE):
                    await engine.dispose()
            except TimeoutError:
                log.warning("pool_not_closed_in_time", grace=CLOSE_GRACE)
            finally:
                for connection in tuple(opened):
                    connection.terminate()  # does nothing to those that are closed

    def run_effects_with(self, runner: Runner) -> None:
        """Say what runs the work that units leave for after their commit."""
        self._runner = runner

    @asynccontextmanager
    async def unit_of_work(
        self, *, isolation: Isolation | None = None
    ) -> AsyncGenerator[UnitOfWork]:
        """Begin a transaction, commit it when the block ends, roll it back when the block raises.

        BEGIN travels with the first statement's turn: a unit of one statement costs three round trips.
        Cancellation rolls back; a cancellation during COMMIT leaves it open whether the commit happened,
        and its effects do not run.
        Raises Busy, Unavailable, DeadlineExceeded, Conflict or Contended for failures of the database, all
        with nothing changed, OutcomeUnknown when the connection is lost during COMMIT, and SwallowedFailureError
        when a statement failed and the block ends all the same: nothing is changed then.
        """
        engine = self._engine_for(isolation)
        with effects_of_unit(self._runner) as effects, commit_noted() as commit_begins:
            async with (
                self._checkout.admitted() as give_up,
                self._opened(engine, read_only=False, give_up=give_up) as session,
            ):
                yield UnitOfWork(session, effects)
                await session.flush()  # what fails here was certainly not committed
                commit_begins()
                with commit_errors_translated(), driver_errors_translated():
                    await session.commit()
                effects.start()

    @asynccontextmanager
    async def stream(self) -> AsyncGenerator[UnitOfWork]:
        """Open a unit of work that lasts as long as a client takes to read its rows.

        At most half of the connections are in such units, but one in any case: slow clients leave the others free (C6).
        Raises as unit_of_work() does.
        """
        async with self._checkout.stream_admitted(), self.unit_of_work() as unit:
            yield unit

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[Reader]:
        """Give a session for SELECT, without a transaction: every statement is one round trip.

        Each statement sees its own snapshot. Raises as unit_of_work() does.
        """
        async with (
            self._checkout.admitted() as give_up,
            self._opened(self._engine, read_only=True, give_up=give_up) as session,
        ):
            yield session
            refuse_changes(session.sync_session)

    @asynccontextmanager
    async def read_together(self, readers: int) -> AsyncGenerator[OpenReader]:
        """Wait until so many connections are free at once; each call of what is yielded opens one of them.

        All statements of a reader see one snapshot: it is in a REPEATABLE READ transaction, which is rolled back.
        Raises as unit_of_work() does, and ValueError when the pool is smaller than that.
        """
        async with self._checkout.admitted(readers) as give_up:
            engine = self._engine_for("REPEATABLE READ")
            yield lambda: self._opened(engine, read_only=True, give_up=give_up)

    async def ping(self) -> None:
        """Ask the server for an answer, through the pool that requests use."""
        async with self.read() as session:
            await session.execute(_PING)

    @property
    def checked_out(self) -> int:
        """Connections in use now."""
        return self._in_use()

    def require_no_connection(self) -> None:
        """Raise NestedUnitError if the current task already holds a connection."""
        self._checkout.require_no_connection()

    @asynccontextmanager
    async def _opened(
        self, engine: AsyncEngine, *, read_only: bool, give_up: float
    ) -> AsyncGenerator[AsyncSession]:
        session = AsyncSession(
            engine,
            sync_session_class=TaskSession,
            expire_on_commit=False,  # attributes stay readable after the commit (C3)
            info=new_session_info(read_only=read_only),
        )
        try:
            with held(), driver_errors_translated():
                with connect_errors_translated(self._settings.pool_parameters, DBAPIError):
                    async with asyncio.timeout_at(give_up):
                        await session.connection()
                yield session
        finally:
            await session.close()

    def _engine_for(self, isolation: Isolation | None) -> AsyncEngine:
        level: Isolation = isolation or "READ COMMITTED"
        if level not in self._transactional:
            self._transactional[level] = self._engine.execution_options(isolation_level=level)
        return self._transactional[level]

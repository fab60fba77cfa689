"""The pool: opened and closed by the lifespan, and the only way to a connection (A1, C1, C2, C5)."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from typing import Any, Literal, Self, TypeVar

from .admission import Admission
from .connections import Connections
from .deadline import remaining
from .errors import NestedUnitError, WrongEventLoopError
from .guard import IsolationLevel
from .pool import create_pool
from .session import Reader, Writer
from .settings import DatabaseSettings
from .translate import commit_errors_translated, connect_errors_translated
from .unit_of_work import UnitOfWork

S = TypeVar("S", bound=Reader)

OpenReader = Callable[[], AbstractAsyncContextManager[Reader]]

Isolation = Literal["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"]

CLOSE_GRACE = 5.0
"""Seconds that closing the idle connections may take at shutdown."""

_LEVELS: Mapping[Isolation, IsolationLevel] = {
    "READ COMMITTED": "read_committed",
    "REPEATABLE READ": "repeatable_read",
    "SERIALIZABLE": "serializable",
}

_holder: ContextVar[asyncio.Task[Any] | None] = ContextVar("holder", default=None)


class Database:
    """The service's access to PostgreSQL, bound to the event loop in which it was opened."""

    def __init__(self, pool: Connections, settings: DatabaseSettings) -> None:
        self._pool = pool
        self._settings = settings
        self._loop = asyncio.get_running_loop()
        self.admission = Admission(settings.connections)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: DatabaseSettings) -> AsyncGenerator[Self]:
        """Create the pool, and close it when the block ends; connections are made when first needed."""
        pool = create_pool(settings)
        try:
            yield cls(pool, settings)
        finally:
            await pool.close(timeout=CLOSE_GRACE)

    @asynccontextmanager
    async def unit_of_work(
        self, *, isolation: Isolation | None = None
    ) -> AsyncGenerator[UnitOfWork]:
        """Begin a transaction, commit it when the block ends, roll it back when the block raises.

        A unit of one statement costs three round trips.
        Cancellation rolls back; a cancellation during COMMIT leaves it open whether the commit happened.
        Raises Busy, Unavailable, DeadlineExceeded, Conflict or Contended for failures of the database, all
        with nothing changed, and OutcomeUnknown when the connection is lost during COMMIT.
        """
        async with self._admitted() as give_up, self._opened(Writer, give_up) as connection:
            level = _LEVELS[isolation or "READ COMMITTED"]
            with connection.statement() as driver:
                transaction = driver.transaction(isolation=level)
                await transaction.start()
            try:
                yield UnitOfWork(connection)
            except BaseException:
                await connection.roll_back(transaction)
                raise
            with commit_errors_translated(), connection.statement():
                await transaction.commit()

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[Reader]:
        """Give a connection for SELECT, without a transaction: every statement is one round trip.

        Each statement sees its own snapshot. Raises as unit_of_work() does.
        """
        async with self._admitted() as give_up, self._opened(Reader, give_up) as reader:
            yield reader

    @asynccontextmanager
    async def read_together(self, readers: int) -> AsyncGenerator[OpenReader]:
        """Wait until so many connections are free at once; each call of what is yielded opens one of them.

        All statements of a reader see one snapshot: it is in a REPEATABLE READ transaction, which is rolled back.
        Raises as unit_of_work() does, and ValueError when the pool is smaller than that.
        """
        async with self._admitted(readers) as give_up:

            @asynccontextmanager
            async def open_reader() -> AsyncGenerator[Reader]:
                async with self._opened(Reader, give_up) as reader:
                    with reader.statement() as driver:
                        transaction = driver.transaction(isolation="repeatable_read", readonly=True)
                        await transaction.start()
                    try:
                        yield reader
                    finally:
                        await reader.roll_back(transaction)

            yield open_reader

    async def ping(self) -> None:
        """Ask the server for an answer, through the pool that requests use."""
        async with self.read() as reader:
            await reader.fetchval("SELECT 1")

    @property
    def checked_out(self) -> int:
        """Connections in use now."""
        return self._pool.checked_out

    def require_no_connection(self) -> None:
        """Raise NestedUnitError if the current task already holds a connection.

        A child task that asks for one while its parent holds one is not noticed: use fan_out().
        """
        if _holder.get() is asyncio.current_task():
            msg = (
                "This task already holds a connection: waiting for a second one can deadlock the pool. "
                "Pass the open unit on, nest with unit.savepoint(), or end the unit first."
            )
            raise NestedUnitError(msg)

    @asynccontextmanager
    async def _admitted(self, connections: int = 1) -> AsyncGenerator[float]:
        """Hold the right to open connections; yield the time at which opening them has to be given up."""
        if asyncio.get_running_loop() is not self._loop:
            msg = (
                "This Database was opened in another event loop. "
                "Open one per loop, with `async with Database.open(settings)`."
            )
            raise WrongEventLoopError(msg)
        self.require_no_connection()
        timeout = remaining(self._settings.acquire_timeout)
        give_up = self._loop.time() + timeout
        async with self.admission.admit(connections, timeout=timeout):
            yield give_up

    @asynccontextmanager
    async def _opened(self, session: type[S], give_up: float) -> AsyncGenerator[S]:
        driver = self._pool.take_idle()
        if driver is None:
            with connect_errors_translated(self._settings.pool_parameters):
                async with asyncio.timeout_at(give_up):
                    driver = await self._pool.connect()
        _holder.set(asyncio.current_task())
        opened = session(driver)
        try:
            yield opened
        finally:
            _holder.set(None)
            opened.end()
            await self._pool.give_back(driver, discard=opened.interrupted)

"""The pool: opened and closed by the lifespan, and the only way to a connection (A1, C1, C2, C5)."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any, Literal, Self, TypeVar

from .checkout import Checkout, held
from .connections import Connections
from .deadline import commit_noted
from .effects import Runner, effects_of_unit
from .errors import MisuseError
from .failures import commit_errors_translated, connect_errors_translated
from .guard import Connection, IsolationLevel
from .pool import create_pool
from .session import Reader, Writer
from .settings import DatabaseSettings
from .unit_of_work import UnitOfWork

S = TypeVar("S", bound=Reader)

OpenReader = Callable[[], AbstractAsyncContextManager[Reader]]

Isolation = Literal["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"]

CLOSE_GRACE = 1.0
"""Seconds that closing the idle connections may take at shutdown; then they are terminated."""

_LEVELS: Mapping[Isolation, IsolationLevel] = {
    "READ COMMITTED": "read_committed",
    "REPEATABLE READ": "repeatable_read",
    "SERIALIZABLE": "serializable",
}


class Database:
    """The service's access to PostgreSQL, bound to the event loop in which it was opened."""

    def __init__(self, pool: Connections, settings: DatabaseSettings) -> None:
        self._pool = pool
        self._settings = settings
        self._checkout = Checkout(settings)
        self._runner: Runner | None = None
        self.admission = self._checkout.admission
        self.streams = self._checkout.streams

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: DatabaseSettings) -> AsyncGenerator[Self]:
        """Create the pool, and close it when the block ends; connections are made when first needed.

        Connections that are still in use then are terminated.
        """
        pool = create_pool(settings)
        database = cls(pool, settings)
        try:
            yield database
        finally:
            database._checkout.close()
            await pool.close(timeout=CLOSE_GRACE)

    def run_effects_with(self, runner: Runner) -> None:
        """Say what runs the work that units leave for after their commit."""
        self._runner = runner

    @asynccontextmanager
    async def unit_of_work(
        self, *, isolation: Isolation | None = None
    ) -> AsyncGenerator[UnitOfWork]:
        """Begin a transaction, commit it when the block ends, roll it back when the block raises.

        A unit of one statement costs three round trips.
        Cancellation rolls back; a cancellation during COMMIT leaves it open whether the commit happened,
        and its effects do not run.
        Raises Busy, Unavailable, DeadlineExceeded, Conflict or Contended for failures of the database, all
        with nothing changed, OutcomeUnknown when the connection is lost during COMMIT, and SwallowedFailureError
        when a statement failed and the block ends all the same: nothing is changed then.
        """
        with effects_of_unit(self._runner) as effects, commit_noted() as commit_begins:
            async with self._opened(Writer, self._checkout.admitted) as connection:
                level = _LEVELS[isolation or "READ COMMITTED"]
                with connection.statement() as driver:
                    transaction = driver.transaction(isolation=level)
                    await transaction.start()
                try:
                    yield UnitOfWork(connection, effects)
                except BaseException:
                    await connection.roll_back(transaction)
                    raise
                commit_begins()
                with commit_errors_translated(), connection.statement():
                    await transaction.commit()
                effects.start()

    @asynccontextmanager
    async def stream(self) -> AsyncGenerator[UnitOfWork]:
        """Open a unit of work that lasts as long as a client takes to read its rows.

        At most half of the connections are in such units, but one in any case: slow clients leave the others free (C6).
        Raises as unit_of_work() does.
        """
        async with self._checkout.stream_admitted(), self.unit_of_work() as unit:
            yield unit

    def read(self) -> AbstractAsyncContextManager[Reader]:
        """Give a connection for SELECT, without a transaction: every statement is one round trip.

        Each statement sees its own snapshot. Raises as unit_of_work() does.
        """
        return self._opened(Reader, self._checkout.admitted)

    @asynccontextmanager
    async def read_together(self, readers: int) -> AsyncGenerator[OpenReader]:
        """Wait until so many connections are free at once; each call of what is yielded opens one of them.

        All statements of a reader see one snapshot: it is in a REPEATABLE READ transaction, which is rolled back.
        Raises as unit_of_work() does, and ValueError when the pool is smaller than that.
        """
        async with self._checkout.admitted(readers) as give_up:

            @asynccontextmanager
            async def open_reader() -> AsyncGenerator[Reader]:
                async with self._opened(Reader, lambda: nullcontext(give_up)) as reader:
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
        """Raise NestedUnitError if the current task already holds a connection."""
        self._checkout.require_no_connection()

    def _opened(
        self, session: type[S], admitted: Callable[[], AbstractAsyncContextManager[float]]
    ) -> "_Opened[S]":
        return _Opened(self._pool, self._settings, session, admitted)


class _Opened(AbstractAsyncContextManager[S]):
    """A connection for the block. Each request has one, and an asynchronous generator would cost it far more."""

    def __init__(
        self,
        pool: Connections,
        settings: DatabaseSettings,
        session: type[S],
        admitted: Callable[[], AbstractAsyncContextManager[float]],
    ) -> None:
        self._pool = pool
        self._settings = settings
        self._session = session
        self._admitted = admitted
        self._entered = False

    async def __aenter__(self) -> S:
        if self._entered:
            raise MisuseError("This block was entered before: call read() for each.")
        self._entered = True
        self._permit = self._admitted()
        give_up = await self._permit.__aenter__()
        try:
            self._driver = self._pool.take_idle() or await self._connect(give_up)
        except BaseException:
            await self._permit.__aexit__(*sys.exc_info())
            raise
        held().__enter__()
        self._opened = self._session(self._driver)
        return self._opened

    async def __aexit__(self, *error: Any) -> None:
        try:
            held().__exit__(*error)
            self._opened.end()
            await self._pool.give_back(self._driver, discard=self._opened.interrupted)
        finally:
            await self._permit.__aexit__(*error)

    async def _connect(self, give_up: float) -> Connection:
        with connect_errors_translated(self._settings.pool_parameters):
            async with asyncio.timeout_at(give_up):
                return await self._pool.connect()

"""The worker's own connection to the queue, opened again whenever it is lost (B3, C11).

pgqueuer's driver for asyncpg keeps the connection that it was given: when that is lost, so are the listener, and the
record of the jobs that were finished meanwhile, which would then run a second time. This one waits until the server is
back and repeats the statement. It goes to PostgreSQL itself, never through a pooler, where LISTEN receives nothing.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Self, TypeVar

import asyncpg
import structlog
from pgqueuer.db import Driver
from pgqueuer.ports.driver import NotifyCallback

from ..db.connect import close, connect_arguments, connect_in_turn
from ..db.errors import Busy, DeadlineExceeded, Unavailable
from ..db.failures import connect_errors_translated
from ..db.guard import DRIVER_ERRORS, Connection
from ..db.settings import DatabaseSettings
from ..db.sqlstates import expected_failure
from .restart import backoff

T = TypeVar("T")

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0

SHORTEST_COMMAND = 1.0
"""Seconds that a statement is given at least, however short the timeout of heartbeats is."""

log = structlog.stdlib.get_logger()


class QueueConnection(Driver):
    """Every statement of pgqueuer may be repeated: at worst a job runs twice, which jobs have to bear anyway.

    Jobs that were taken by a statement whose answer was lost are taken again when their heartbeats stay away.
    """

    def __init__(self, settings: DatabaseSettings) -> None:
        self._parameters = settings.parameters
        self._arguments = connect_arguments(settings)
        self._connection: Connection | None = None
        self._listeners: list[tuple[str, Callable[..., None]]] = []
        self._turn = asyncio.Lock()
        self._patient = True

    @classmethod
    @asynccontextmanager
    async def open(
        cls, settings: DatabaseSettings, *, heartbeat_timeout: float
    ) -> AsyncGenerator[Self]:
        """Yield one that connects when it is first used, and close it when the block ends.

        All statements of a worker take turns. One that hangs is given up so soon that the heartbeats behind it, which
        pgqueuer sends after two thirds of their timeout at the latest, are still in time.
        """
        longest = max(SHORTEST_COMMAND, heartbeat_timeout / 6)
        command_timeout = min(settings.command_timeout, longest)
        queue = cls(settings.model_copy(update={"command_timeout": command_timeout}))
        try:
            yield queue
        finally:
            if queue._connection is not None:
                await close(queue._connection)

    def give_up(self) -> None:
        """Wait for the server no longer: what needs it raises Unavailable from now on."""
        self._patient = False

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        rows = await self._repeated(lambda connection: connection.fetch(query, *args))
        return [dict(row) for row in rows]

    async def execute(self, query: str, *args: object) -> str:
        return await self._repeated(lambda connection: connection.execute(query, *args))

    async def in_transaction(self, call: Callable[[Connection], Awaitable[T]]) -> T:
        """Make a call in a transaction, which is repeated as a whole."""

        async def transaction(connection: Connection) -> T:
            async with connection.transaction():
                return await call(connection)

        return await self._repeated(transaction)

    async def notify(self, channel: str, payload: str) -> None:
        await self.execute("SELECT pg_notify($1, $2)", channel, payload)

    async def add_listener(self, channel: str, callback: NotifyCallback) -> None:
        def relay(_connection: object, _pid: int, _channel: str, payload: object) -> None:
            callback(str(payload))

        self._listeners.append((channel, relay))
        await self._repeated(lambda connection: connection.add_listener(channel, relay))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Leave it open: pgqueuer records the last jobs after this."""

    async def _repeated(self, call: Callable[[Connection], Awaitable[T]]) -> T:
        failures = 0
        async with self._turn:
            while True:
                connection = self._connection or await self._connected()
                try:
                    return await call(connection)
                except DRIVER_ERRORS as error:
                    if not self._passes(connection, error):
                        raise
                failures += 1
                await asyncio.sleep(backoff(failures, first=FIRST_PAUSE, longest=LONGEST_PAUSE))

    def _passes(self, connection: Connection, error: Exception) -> bool:
        """Tell what another try may overcome from a statement that is wrong; let go of a connection that is of no use.

        A server that may not be written to any more is no longer the primary.
        """
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        demoted = self._patient and isinstance(error, asyncpg.ReadOnlySQLTransactionError)
        if demoted or _is_lost(connection, error):
            log.warning("queue_connection_lost", reason=reason)
            self._connection = None
            connection.terminate()
            return True
        if self._patient and isinstance(expected_failure(error), Busy | DeadlineExceeded):
            log.warning("queue_statement_repeated", reason=reason)
            return True
        if not isinstance(error, asyncpg.UniqueViolationError):  # pgqueuer knows: a lane was taken
            log.error("queue_statement_failed", reason=reason)
        return False

    async def _connected(self) -> Connection:
        """Connect, however long it takes; raise Unavailable after give_up()."""
        failures = 0
        while True:
            try:
                self._connection = await self._connect()
            except Unavailable as error:
                if not self._patient:
                    raise
                failures += 1
                pause = backoff(failures, first=FIRST_PAUSE, longest=LONGEST_PAUSE)
                log.warning("queue_not_reached", reason=error.reason, retry_in=round(pause, 1))
                await asyncio.sleep(pause)
            else:
                return self._connection

    async def _connect(self) -> Connection:
        with connect_errors_translated(self._parameters):
            connection = await connect_in_turn(**self._arguments)
            try:
                for channel, relay in self._listeners:
                    await connection.add_listener(channel, relay)
            except BaseException:
                connection.terminate()
                raise
        return connection


def _is_lost(connection: Connection, error: Exception) -> bool:
    """Tell a connection that ended, or that answers no longer, from a statement that failed."""
    if isinstance(error, asyncpg.PostgresError):
        return isinstance(expected_failure(error), Unavailable)
    return connection.is_closed() or isinstance(error, OSError | asyncpg.InternalClientError)

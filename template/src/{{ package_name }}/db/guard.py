"""A driver connection on which a rollback never hides the error that caused it (D1).

When a task is cancelled in the middle of a query, asyncpg asks the server over a second connection to
stop it. If that fails, the connection is closed and the rollback that follows raises InterfaceError in place
of CancelledError; if it hangs, so does the rollback. Here a rollback that fails or takes longer than a
grace period ends by terminating the connection, which rolls back just as well, and the first exception goes on.

PostgreSQL answers the COMMIT of a unit in which a statement failed with ROLLBACK, which is no error to asyncpg: here it
is one, so that nobody takes it for a commit (C2).
"""

import asyncio
from types import TracebackType
from typing import TYPE_CHECKING, Literal

import asyncpg
from asyncpg.transaction import Transaction

from .errors import SwallowedFailureError

ROLLBACK_GRACE = 2.0
"""Seconds that a rollback may take before the connection is terminated."""

DRIVER_ERRORS = (
    OSError,  # TimeoutError and ssl.SSLError are, too
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresError,
)
"""Whatever the driver raises when a connection cannot be opened or used."""

IsolationLevel = Literal["read_committed", "repeatable_read", "serializable"]


if TYPE_CHECKING:  # generic in its stubs only
    Connection = asyncpg.Connection[asyncpg.Record]
else:
    Connection = asyncpg.Connection


class GuardedTransaction:
    """The driver's transaction, with a rollback that is bounded in time and never fails."""

    def __init__(self, transaction: Transaction, connection: "GuardedConnection") -> None:
        self._transaction = transaction
        self._connection = connection

    async def __aenter__(self) -> None:
        await self.start()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            await self.commit()
        else:
            await self.rollback()

    async def start(self) -> None:
        nested = self._connection.is_in_transaction()
        try:
            await self._transaction.start()
        except asyncpg.PostgresError:
            # refused, by a standby for example: the driver would take the next one for a savepoint in this one
            if not nested:
                self._connection.terminate()
            raise

    async def commit(self) -> None:
        await self._transaction.commit()
        if self._connection.status == "ROLLBACK":
            msg = (
                "PostgreSQL rolled this unit back: a statement failed, and its error was caught. Let the error out, "
                "or catch it around a savepoint()."
            )
            raise SwallowedFailureError(msg)

    async def rollback(self) -> None:
        try:
            async with asyncio.timeout(ROLLBACK_GRACE):
                await self._transaction.rollback()
        except DRIVER_ERRORS as error:
            del error  # the server rolls back when the connection ends
            self._connection.terminate()


class GuardedConnection(Connection):
    """Pass it to asyncpg as `connection_class`."""

    status = ""
    """What the server said that it did, in answer to the last execute()."""

    async def execute(self, query: str, *args: object, timeout: float | None = None) -> str:
        """Execute SQL and return the server's status."""
        self.status = await super().execute(query, *args, timeout=timeout)
        return self.status

    def transaction(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        *,
        isolation: IsolationLevel | None = None,
        readonly: bool = False,
        deferrable: bool = False,
    ) -> GuardedTransaction:
        """Return a transaction whose rollback is guarded; the arguments are the driver's."""
        transaction = super().transaction(
            isolation=isolation, readonly=readonly, deferrable=deferrable
        )
        return GuardedTransaction(transaction, self)

"""Statements on a connection: it belongs to the task that opened it, and on the read path it refuses to write (C1, C4).

A thin layer over the driver's connection, and no more. What it does not have, COPY for example, is written
`with unit.connection.statement() as driver: await driver.copy_records_to_table(...)`.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from asyncpg import Record
from asyncpg.transaction import Transaction

from .errors import MisuseError, SharedSessionError
from .guard import Connection
from .reads import is_read, refuse_write
from .sqlstates import is_answer
from .translate import translate


class Reader:
    """Statements that read, each in its own snapshot: what read() gives, and each branch of fan_out() gets.

    Other statements are refused by their first word; a WITH that writes is not noticed, and is committed at once.
    Each method raises as unit_of_work() does, and SharedSessionError in another task than the one that opened it.
    """

    __slots__ = ("_driver", "_ended", "_owner", "interrupted")

    def __init__(self, driver: Connection) -> None:
        self._driver = driver
        self._owner = asyncio.current_task()
        self._ended = False
        self.interrupted = False
        """Whether a statement ended before the server had answered: the connection is not fit for others.

        So does one whose arguments the driver cannot send: the server was told of it, and waits with its locks held.
        """

    async def fetch(self, query: str, *arguments: object) -> list[Record]:
        """Return all rows."""
        self._check_query(query)
        with self.statement() as driver:
            return await driver.fetch(query, *arguments)

    async def fetchrow(self, query: str, *arguments: object) -> Record | None:
        """Return the first row, or None."""
        self._check_query(query)
        with self.statement() as driver:
            return await driver.fetchrow(query, *arguments)

    async def fetchval(self, query: str, *arguments: object) -> Any:
        """Return the first value of the first row, or None."""
        self._check_query(query)
        with self.statement() as driver:
            return await driver.fetchval(query, *arguments)

    def statement(self) -> AbstractContextManager[Connection]:
        """Give the driver's connection for one call: who may, what its errors mean, whether it was interrupted."""
        self._check_owner()
        return _Statement(self, self._driver)

    async def roll_back(self, transaction: Transaction) -> None:
        """Undo the transaction; cancelled meanwhile, it leaves the connection interrupted.

        Once the server has answered to ROLLBACK nothing is left of what was interrupted before.
        """
        self.interrupted = True
        await transaction.rollback()
        self.interrupted = False

    def end(self) -> None:
        """Refuse further use: the connection now serves others."""
        self._ended = True

    def _check_owner(self) -> None:
        if self._ended:
            msg = "The block that gave this connection has ended: use it inside, or open another."
            raise MisuseError(msg)
        owner, user = self._owner, asyncio.current_task()
        if owner is not user and owner is not None and user is not None:
            msg = (
                f"The connection opened by task {owner.get_name()!r} is used by task {user.get_name()!r}: "
                "a connection serves one task. Use fan_out() for concurrent reads, or open a unit of work in each task."
            )
            raise SharedSessionError(msg)

    def _check_query(self, query: str) -> None:
        if not is_read(query):
            refuse_write()


class _Statement(AbstractContextManager[Connection]):
    """Each statement has one, and a generator would cost it more."""

    __slots__ = ("_driver", "_reader")

    def __init__(self, reader: Reader, driver: Connection) -> None:
        self._reader = reader
        self._driver = driver

    def __enter__(self) -> Connection:
        return self._driver

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: object
    ) -> None:
        if error is None:
            return
        if not is_answer(error):
            self._reader.interrupted = True
        if ours := translate(error, self._driver):
            raise ours from error


class Writer(Reader):
    """Statements in a transaction: what `unit.connection` is."""

    __slots__ = ()

    async def execute(self, query: str, *arguments: object) -> str:
        """Return the status, such as `UPDATE 1`, for expect_rows()."""
        with self.statement() as driver:
            return await driver.execute(query, *arguments)

    async def executemany(self, query: str, arguments: Iterable[Sequence[object]]) -> None:
        """Execute once for each sequence of arguments, in few round trips."""
        with self.statement() as driver:
            await driver.executemany(query, arguments)

    async def batches(
        self, query: str, *arguments: object, size: int
    ) -> AsyncGenerator[list[Record]]:
        """Yield the rows through a server-side cursor, up to `size` at a time; ends with the transaction."""
        with self.statement() as driver:
            # unnamed: behind a pooler a named statement stays in a session that others use
            statement = await driver.prepare(query, name="")
            cursor = await statement.cursor(*arguments)
        while True:
            with self.statement():
                rows = await cursor.fetch(size)
            if not rows:
                return
            yield rows

    def _check_query(self, query: str) -> None:
        """Accept any."""

"""One operation on the database: all of it or nothing (C2, C3)."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from .session import Writer


class UnitOfWork:
    """An open transaction; `Database.unit_of_work()` begins it, and commits or rolls it back."""

    __slots__ = ("connection",)

    def __init__(self, connection: Writer) -> None:
        self.connection = connection

    @asynccontextmanager
    async def savepoint(self) -> AsyncGenerator[None]:
        """Run the block in a nested unit: when it raises, only what the block did is undone."""
        with self.connection.statement() as driver:
            savepoint = driver.transaction()
            await savepoint.start()
        try:
            yield
        except BaseException:
            await self.connection.roll_back(savepoint)
            raise
        with self.connection.statement():
            await savepoint.commit()

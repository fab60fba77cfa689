"""One operation on the database: all of it or nothing (C2, C3)."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession


class UnitOfWork:
    """An open transaction; `Database.unit_of_work()` begins it, and commits or rolls it back."""

    __slots__ = ("session",)

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    @asynccontextmanager
    async def savepoint(self) -> AsyncGenerator[None]:
        """Run the block in a nested unit: when it raises, only what the block did is undone."""
        async with self.session.begin_nested():
            yield

"""One operation on the database: all of it or nothing (C2, C3)."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from .effects import Effects, Work
from .session import Writer


class UnitOfWork:
    """An open transaction; `Database.unit_of_work()` begins it, and commits or rolls it back."""

    __slots__ = ("_effects", "connection")

    def __init__(self, connection: Writer, effects: Effects) -> None:
        self.connection = connection
        self._effects = effects

    async def after_commit(self, name: str, work: Work, *, timeout: float | None = None) -> None:
        """Run `work` in a task of its own once this unit has committed; never when it is rolled back (B2).

        The caller does not wait for it. It may take `timeout` seconds, or TASKS_TASK_TIMEOUT. Raises Busy when too many
        tasks are waiting: the unit then rolls back.
        """
        await self._effects.add(name, work, timeout)

    @asynccontextmanager
    async def savepoint(self) -> AsyncGenerator[None]:
        """Run the block in a nested unit: when it raises, only what the block did is undone."""
        with self._effects.of_savepoint():
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

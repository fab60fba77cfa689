"""One operation on the database: all of it or nothing (C2, C3)."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from .effects import Effects, Work
from .translate import driver_errors_translated


class UnitOfWork:
    """An open transaction; `Database.unit_of_work()` begins it, and commits or rolls it back."""

    __slots__ = ("_effects", "session")

    def __init__(self, session: AsyncSession, effects: Effects) -> None:
        self.session = session
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
        with self._effects.of_savepoint(), driver_errors_translated():
            async with self.session.begin_nested():
                yield

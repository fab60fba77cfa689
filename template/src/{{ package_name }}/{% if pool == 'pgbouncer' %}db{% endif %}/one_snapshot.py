"""Several branches that see the same data (C4)."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from .database import Database, Reader


async def run_on_one_snapshot(
    database: Database, branches: Sequence[Callable[[Reader], Awaitable[Any]]]
) -> tuple[Any, ...]:
    """Run the branches one after the other, in one transaction.

    Not concurrently: PgBouncer hands its server connections out one by one, and callers that each had some and
    waited for more, possibly in other processes, would never finish.
    """
    async with database.read_together(1) as open_reader, open_reader() as reader:
        return tuple([await branch(reader) for branch in branches])

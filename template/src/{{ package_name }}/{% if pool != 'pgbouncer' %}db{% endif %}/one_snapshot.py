"""Several connections that see the same data (C4)."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from .concurrency import run_all
from .database import Database, Reader
from .snapshots import export_snapshot, use_snapshot


class _Snapshot:
    """Exported by the reader that comes first, used by the others; all of them wait for the last."""

    def __init__(self, readers: int) -> None:
        self._exporting = False
        self._name: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._all_use_it = asyncio.Barrier(readers)

    async def join(self, reader: Reader) -> None:
        """See what the others see, from here on."""
        if self._exporting:
            await use_snapshot(reader, await self._name)
        else:
            self._exporting = True
            self._name.set_result(await export_snapshot(reader))
        await self._all_use_it.wait()  # it is gone as soon as the transaction that exported it ends


async def run_on_one_snapshot(
    database: Database, branches: Sequence[Callable[[Reader], Awaitable[Any]]]
) -> tuple[Any, ...]:
    """Run the branches concurrently, each on a connection of its own.

    All connections are admitted at once: callers that each had some and waited for more would never finish.
    """
    snapshot = _Snapshot(len(branches))
    async with database.read_together(len(branches)) as open_reader:

        async def run(branch: Callable[[Reader], Awaitable[Any]]) -> Any:
            async with open_reader() as reader:
                await snapshot.join(reader)
                return await branch(reader)

        return await run_all(run(branch) for branch in branches)

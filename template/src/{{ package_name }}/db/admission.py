"""First come, first served admission to the pool, with a deadline (C4, C5).

The pool alone lets running clients overtake waiting ones as soon as a release does not wait for the
server. And a task that needs several connections must get all of them at once: two tasks that each hold
one and wait for another never finish.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from .errors import Busy


class Admission:
    """Hands out `capacity` permits in the order in which they were asked for."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._free = capacity
        self._waiters: deque[tuple[asyncio.Future[None], int]] = deque()

    @property
    def in_use(self) -> int:
        """Permits held now."""
        return self.capacity - self._free

    @property
    def waiting(self) -> int:
        """Callers that wait for permits now."""
        return sum(not granted.done() for granted, _ in self._waiters)

    @asynccontextmanager
    async def admit(self, permits: int = 1, *, timeout: float) -> AsyncGenerator[float]:
        """Hold `permits` for the block; raise Busy when they are not free within `timeout` seconds.

        Yields when these are over, as the loop's time. Cancelled while it waits, it leaves the queue and holds nothing.
        """
        give_up = asyncio.get_running_loop().time() + timeout
        if permits > self.capacity:
            msg = f"{permits} connections asked for at once, the pool has {self.capacity}"
            raise ValueError(msg)
        if not self._waiters and self._free >= permits:
            self._free -= permits
        else:
            await self._wait(permits, timeout)
        try:
            yield give_up
        finally:
            self._release(permits)

    async def _wait(self, permits: int, timeout: float) -> None:
        loop = asyncio.get_running_loop()
        granted: asyncio.Future[None] = loop.create_future()
        self._waiters.append((granted, permits))
        end = loop.call_later(timeout, _refuse, granted, timeout)  # asyncio.timeout() costs more
        try:
            await granted
        except BaseException:
            if granted.done() and not granted.cancelled() and granted.exception() is None:
                # granted in the same turn of the loop in which the caller was cancelled
                self._release(permits)
            else:
                self._grant()  # a smaller request behind this one may fit
            raise
        finally:
            end.cancel()

    def _release(self, permits: int) -> None:
        self._free += permits
        self._grant()

    def _grant(self) -> None:
        while self._waiters:
            granted, permits = self._waiters[0]
            if not granted.done():
                if permits > self._free:
                    return
                self._free -= permits
                granted.set_result(None)
            self._waiters.popleft()


def _refuse(granted: asyncio.Future[None], timeout: float) -> None:
    if not granted.done():
        granted.set_exception(Busy(f"No database connection became free within {timeout:.1f} s."))

"""First come, first served admission to the pool, with a deadline (C4, C5).

The pool alone lets running clients overtake waiting ones as soon as a release does not wait for the
server. And a task that needs several connections must get all of them at once: two tasks that each hold
one and wait for another never finish.
"""

import asyncio
from collections import deque
from contextlib import AbstractAsyncContextManager

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

    def admit(self, permits: int = 1, *, timeout: float) -> AbstractAsyncContextManager[float]:
        """Hold `permits` for the block; raise Busy when they are not free within `timeout` seconds.

        Yields when these are over, as the loop's time. Cancelled while it waits, it leaves the queue and holds nothing.
        """
        return _Admitted(self, permits, timeout)

    async def acquire(self, permits: int, timeout: float) -> None:
        """Take `permits`, which release() has to give back; see admit()."""
        if permits > self.capacity:
            msg = f"{permits} connections asked for at once, the pool has {self.capacity}"
            raise ValueError(msg)
        if not self._waiters and self._free >= permits:
            self._free -= permits
        else:
            await self._wait(permits, timeout)

    def release(self, permits: int) -> None:
        """Give them back, to whoever waits first."""
        self._free += permits
        self._grant()

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
                self.release(permits)
            else:
                self._grant()  # a smaller request behind this one may fit
            raise
        finally:
            end.cancel()

    def _grant(self) -> None:
        while self._waiters:
            granted, permits = self._waiters[0]
            if not granted.done():
                if permits > self._free:
                    return
                self._free -= permits
                granted.set_result(None)
            self._waiters.popleft()


class _Admitted(AbstractAsyncContextManager[float]):
    """Each request has one, and a generator would cost it more."""

    __slots__ = ("_admission", "_permits", "_timeout")

    def __init__(self, admission: Admission, permits: int, timeout: float) -> None:
        self._admission = admission
        self._permits = permits
        self._timeout = timeout

    async def __aenter__(self) -> float:
        give_up = asyncio.get_running_loop().time() + self._timeout
        await self._admission.acquire(self._permits, self._timeout)
        return give_up

    async def __aexit__(self, *_: object) -> None:
        self._admission.release(self._permits)


def _refuse(granted: asyncio.Future[None], timeout: float) -> None:
    if not granted.done():
        granted.set_exception(Busy(f"No database connection became free within {timeout:.1f} s."))

"""One time budget for an operation, from which every step takes what is left (C6)."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import AbstractAsyncContextManager, contextmanager
from contextvars import ContextVar
from types import TracebackType

from .errors import DeadlineExceeded, OutcomeUnknown

_deadline: ContextVar[asyncio.Timeout | None] = ContextVar("deadline", default=None)
_COMMIT_BEGUN = "a commit had begun"


def deadline(timeout: float) -> AbstractAsyncContextManager[asyncio.Timeout]:
    """Give the block `timeout` seconds, or less if an outer deadline ends earlier.

    When the time is over, the block is cancelled (an open unit of work rolls back) and
    DeadlineExceeded is raised; OutcomeUnknown when a commit had begun. The yielded object can
    move the deadline (`reschedule`).
    """
    return _Deadline(timeout)


class _Deadline(AbstractAsyncContextManager[asyncio.Timeout]):
    """Each request has one, and a generator would cost it more."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout

    async def __aenter__(self) -> asyncio.Timeout:
        self._limit = await asyncio.timeout(remaining(self._timeout)).__aenter__()
        self._outer = _deadline.set(self._limit)
        return self._limit

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _deadline.reset(self._outer)
        try:
            await self._limit.__aexit__(kind, error, traceback)
        except TimeoutError as ended:
            error = ended
        if isinstance(error, TimeoutError) and self._limit.expired():
            if _COMMIT_BEGUN in getattr(error.__context__, "__notes__", ()):
                msg = "The time ended after the commit had begun: the change may or may not have been made."
                raise OutcomeUnknown(msg) from error
            msg = "The operation took longer than its time budget and was abandoned."
            raise DeadlineExceeded(msg) from error


@contextmanager
def commit_noted() -> Generator[Callable[[], None]]:
    """Let a deadline that ends the block know whether a commit had begun: call what is yielded before it (C2).

    What follows a commit, giving back the connection, can be ended as well, and then nothing is abandoned any more.
    """
    begun = False

    def begin() -> None:
        nonlocal begun
        begun = True

    try:
        yield begin
    except asyncio.CancelledError as cancelled:
        if begun:
            cancelled.add_note(_COMMIT_BEGUN)
        raise


def remaining(timeout: float) -> float:
    """Seconds that a step may take: `timeout`, or what is left of the deadline if that is less."""
    limit = _deadline.get()
    if limit is None or (when := limit.when()) is None:
        return timeout
    return max(0.0, min(timeout, when - asyncio.get_running_loop().time()))


def forget_deadline() -> None:
    """Leave the deadline behind, in a task that outlives the operation which started it."""
    _deadline.set(None)

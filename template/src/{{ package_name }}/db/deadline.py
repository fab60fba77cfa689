"""One time budget for an operation, from which every step takes what is left (C6)."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar

from .errors import DeadlineExceeded, OutcomeUnknown

_deadline: ContextVar[asyncio.Timeout | None] = ContextVar("deadline", default=None)
_COMMIT_BEGUN = "a commit had begun"


@asynccontextmanager
async def deadline(timeout: float) -> AsyncGenerator[asyncio.Timeout]:
    """Give the block `timeout` seconds, or less if an outer deadline ends earlier.

    When the time is over, the block is cancelled (an open unit of work rolls back) and
    DeadlineExceeded is raised; OutcomeUnknown when a commit had begun. The yielded object can
    move the deadline (`reschedule`).
    """
    limit = asyncio.timeout(remaining(timeout))
    token = _deadline.set(limit)
    try:
        async with limit:
            yield limit
    except TimeoutError as error:
        if limit.expired():
            if _COMMIT_BEGUN in getattr(error.__cause__, "__notes__", ()):
                msg = "The time ended after the commit had begun: the change may or may not have been made."
                raise OutcomeUnknown(msg) from error
            msg = "The operation took longer than its time budget and was abandoned."
            raise DeadlineExceeded(msg) from error
        raise
    finally:
        _deadline.reset(token)


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

"""The time of an answer that has begun (C6)."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager


class AnswerTime:
    """Moves the deadline of a request: the whole answer may take `whole` seconds from now on, each part of it `part`.

    A client that stops reading holds its connection, and that to the database, no longer than one part.
    """

    def __init__(self, limit: asyncio.Timeout, *, whole: float, part: float) -> None:
        self._limit = limit
        self._part = part
        self._end = _now() + whole
        self._move(self._end)

    @contextmanager
    def part(self) -> Generator[None]:
        """Send one part in this block."""
        self._move(min(self._end, _now() + self._part))
        yield
        self._move(self._end)

    def _move(self, when: float) -> None:
        due = self._limit.when() or 0.0
        if due > _now() and not self._limit.expired():  # else the request is ended just now
            self._limit.reschedule(when)


def _now() -> float:
    return asyncio.get_running_loop().time()

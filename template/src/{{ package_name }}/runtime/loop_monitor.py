"""Notices code that blocks the event loop, while it blocks (A2).

The loop writes down the time at short intervals; a thread of its own, which a blocked loop cannot stop, looks whether
it does. When it has not for too long, the thread logs which task runs, and where in the code it is.
"""

import asyncio
import sys
import threading
import time
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from typing import Self

import structlog

DEPTH = 8
"""Calls that are logged of a stack, the innermost ones."""

log = structlog.stdlib.get_logger()


class LoopMonitor:
    """Measures how late the event loop is. Times are in seconds."""

    def __init__(self, threshold: float) -> None:
        self._threshold = threshold
        self._interval = threshold / 4
        self._loop = asyncio.get_running_loop()
        self._thread_id = threading.get_ident()
        self._beat_at = time.monotonic()
        self._stopped = threading.Event()
        self.lag = 0.0
        """How late the loop was at the last measurement."""
        self.blocked = 0
        """How often it was blocked for longer than the threshold."""

    @classmethod
    @contextmanager
    def open(cls, threshold: float) -> Generator[Self]:
        """Watch the running loop while the block lasts; log what blocks it for longer than `threshold`."""
        monitor = cls(threshold)
        monitor._beat()
        thread = threading.Thread(target=monitor._watch, name="loop-monitor", daemon=True)
        thread.start()
        try:
            yield monitor
        finally:
            monitor._stopped.set()  # the thread ends by itself: waiting for it would block

    def _beat(self) -> None:
        if self._stopped.is_set():
            return
        now = time.monotonic()
        self.lag = max(0.0, now - self._beat_at - self._interval)
        self._beat_at = now
        self._loop.call_later(self._interval, self._beat)

    def _watch(self) -> None:
        reported = 0.0
        while not self._stopped.wait(self._interval):
            beat_at = self._beat_at
            late = time.monotonic() - beat_at - self._interval
            if late > self._threshold and reported != beat_at:
                reported = beat_at  # once for each time that it blocks
                self.blocked += 1
                task = asyncio.current_task(self._loop)
                name = None if task is None else task.get_name()
                seconds = round(late, 3)
                log.warning("event_loop_blocked", task=name, seconds=seconds, stack=self._stack())

    def _stack(self) -> list[str]:
        """Where the loop's thread is now, the innermost call last."""
        # public and documented, in spite of its name
        frames = sys._current_frames()  # pyright: ignore[reportPrivateUsage]
        found = traceback.extract_stack(frames[self._thread_id])
        return [f"{entry.filename}:{entry.lineno} {entry.name}" for entry in found[-DEPTH:]]

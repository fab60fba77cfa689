"""Stopping on SIGTERM and SIGINT: the first asks, the second insists, and so does the time (D4)."""

import asyncio
import faulthandler
import os
import signal
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

import structlog

SIGNALS = (signal.SIGTERM, signal.SIGINT)
STDERR = 2

SAME_STOP = 1.0
"""Seconds after the first signal in which others are taken for the same stop.

A service manager such as systemd signals every process of a service, and the first of several passes its own on.
"""

log = structlog.stdlib.get_logger()


@contextmanager
def stop_on_signal(
    stop: Callable[[], None], *, within: float, before_exit: Callable[[], None] | None = None
) -> Generator[None]:
    """Call `stop` in the event loop at the first SIGTERM or SIGINT; exit at once at one that comes later.

    Later means after SAME_STOP seconds; `before_exit` is called first then, and has to work in a signal handler. Exit
    too, with status 1 and the stack of each thread, when the process has not ended `within` seconds: a task that
    ignores its cancellation, a thread that hangs or a blocked event loop would keep it for ever.
    """
    loop = asyncio.get_running_loop()
    asked_at: float | None = None

    def handle(number: int, frame: object) -> None:
        # not a handler of the event loop: it has to work while the loop is blocked
        nonlocal asked_at
        del frame
        if asked_at is not None:
            if time.monotonic() - asked_at > SAME_STOP:
                if before_exit is not None:
                    before_exit()
                os._exit(128 + number)
            return
        asked_at = time.monotonic()
        faulthandler.dump_traceback_later(within, exit=True, file=STDERR)
        loop.call_soon_threadsafe(begin, number)

    def begin(number: int) -> None:
        log.info("stop_requested", signal=signal.Signals(number).name)
        stop()

    faulthandler.cancel_dump_traceback_later()  # of a service that ran before in this process
    before = {number: signal.signal(number, handle) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

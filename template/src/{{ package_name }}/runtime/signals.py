"""Stopping on SIGTERM and SIGINT: the first asks, the second insists, and so does the time (D4)."""

import asyncio
import faulthandler
import os
import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager

import structlog

SIGNALS = (signal.SIGTERM, signal.SIGINT)
STDERR = 2

log = structlog.stdlib.get_logger()


@contextmanager
def stop_on_signal(stop: Callable[[], None], *, within: float) -> Generator[None]:
    """Call `stop` in the event loop at the first SIGTERM or SIGINT; exit at once at the second.

    Exit too, with status 1 and the stack of each thread, when the process has not ended `within` seconds: a task that
    ignores its cancellation, a thread that hangs or a blocked event loop would keep it for ever.
    """
    loop = asyncio.get_running_loop()
    received: list[int] = []

    def handle(number: int, frame: object) -> None:
        # not a handler of the event loop: it has to work while the loop is blocked
        del frame
        received.append(number)
        if len(received) > 1:
            os._exit(128 + number)
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

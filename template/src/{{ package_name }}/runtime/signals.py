"""Stopping on SIGTERM and SIGINT: the first asks, the second insists (D4)."""

import asyncio
import os
import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager

import structlog

log = structlog.stdlib.get_logger()


@contextmanager
def stop_on_signal(stop: Callable[[], None]) -> Generator[None]:
    """Call `stop` in the event loop at the first SIGTERM or SIGINT; exit at once at the second."""
    loop = asyncio.get_running_loop()
    received: list[int] = []

    def handle(number: int) -> None:
        received.append(number)
        if len(received) > 1:
            os._exit(128 + number)
        log.info("stop_requested", signal=signal.Signals(number).name)
        stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, handle, number)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)

"""The one place that starts an event loop (A1)."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T], *, debug: bool = False, threads: int = 16) -> T:
    """Run `main` in a new event loop, uvloop's where there is one, and close the loop.

    `threads` bounds what `asyncio.to_thread` runs at the same time; more waits for its turn.
    """
    with asyncio.Runner(debug=debug, loop_factory=_loop_factory()) as runner:
        executor = ThreadPoolExecutor(threads, thread_name_prefix="to_thread")
        runner.get_loop().set_default_executor(executor)
        return runner.run(main)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop

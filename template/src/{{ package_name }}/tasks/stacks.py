"""Where a task is, seen from outside: through everything that it awaits (A3)."""

import asyncio
from types import FrameType
from typing import Any

_LINKS = (("cr_frame", "cr_await"), ("gi_frame", "gi_yieldfrom"), ("ag_frame", "ag_await"))


def stack_of(task: asyncio.Task[Any]) -> list[str]:
    """Return the calls of a task, the innermost last.

    `Task.get_stack()` knows the outermost one only. What is awaited through an iterator that hides it is not seen.
    """
    awaited: Any = task.get_coro()
    calls: list[str] = []
    while awaited is not None:
        frame, awaited = _frame_and_next(awaited)
        if frame is not None:
            code = frame.f_code
            calls.append(f"{code.co_filename}:{frame.f_lineno} {code.co_qualname}")
    return calls


def _frame_and_next(awaited: object) -> tuple[FrameType | None, object]:
    for frame, following in _LINKS:
        if hasattr(awaited, frame):
            return getattr(awaited, frame), getattr(awaited, following)
    return None, None

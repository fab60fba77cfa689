"""Running several things at the same time, as one (B4)."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, cast


async def run_all(runs: Iterable[Coroutine[Any, Any, Any]]) -> tuple[Any, ...]:
    """Run them concurrently and return their results in order.

    When one fails, the others are cancelled and its error is raised.
    """
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(run) for run in runs]
    except BaseExceptionGroup as errors:
        error = _first(errors)
    else:
        return tuple(task.result() for task in tasks)
    raise error  # here, so that its own cause stays with it


def _first(error: BaseException) -> BaseException:
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        return _first(group.exceptions[0])
    return error

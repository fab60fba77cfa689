"""Independent reads at the same time, each on a session of its own (B4, C4)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast, overload

from .database import Database, Reader

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")


@overload
async def fan_out(
    database: Database,
    one: Callable[[Reader], Awaitable[A]],
    two: Callable[[Reader], Awaitable[B]],
    /,
) -> tuple[A, B]: ...
@overload
async def fan_out(
    database: Database,
    one: Callable[[Reader], Awaitable[A]],
    two: Callable[[Reader], Awaitable[B]],
    three: Callable[[Reader], Awaitable[C]],
    /,
) -> tuple[A, B, C]: ...
@overload
async def fan_out(
    database: Database,
    one: Callable[[Reader], Awaitable[A]],
    two: Callable[[Reader], Awaitable[B]],
    three: Callable[[Reader], Awaitable[C]],
    four: Callable[[Reader], Awaitable[D]],
    /,
) -> tuple[A, B, C, D]: ...
async def fan_out(
    database: Database, /, *branches: Callable[[Reader], Awaitable[Any]]
) -> tuple[Any, ...]:
    """Run the branches concurrently and return their results in order.

    Ask first whether one statement does it: that is cheaper. The caller must hold no connection, and a branch
    holds one while it runs and never waits for another, so any number of callers finishes on any pool. When a
    branch fails, the others are cancelled and its error is raised. Each branch sees its own snapshot.
    """
    database.require_no_connection()

    async def run(branch: Callable[[Reader], Awaitable[Any]]) -> Any:
        async with database.read() as session:
            return await branch(session)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(run(branch)) for branch in branches]
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

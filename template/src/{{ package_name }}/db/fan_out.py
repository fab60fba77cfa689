"""Independent reads at the same time, each on a session of its own (B4, C4)."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar, cast, overload

from .concurrency import run_all
from .database import Database, Reader
from .one_snapshot import run_on_one_snapshot

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")


class FanOut(Protocol):
    """Takes two to four branches; a type checker knows the type of each result."""

    @overload
    async def __call__(
        self,
        database: Database,
        one: Callable[[Reader], Awaitable[A]],
        two: Callable[[Reader], Awaitable[B]],
        /,
    ) -> tuple[A, B]: ...
    @overload
    async def __call__(
        self,
        database: Database,
        one: Callable[[Reader], Awaitable[A]],
        two: Callable[[Reader], Awaitable[B]],
        three: Callable[[Reader], Awaitable[C]],
        /,
    ) -> tuple[A, B, C]: ...
    @overload
    async def __call__(
        self,
        database: Database,
        one: Callable[[Reader], Awaitable[A]],
        two: Callable[[Reader], Awaitable[B]],
        three: Callable[[Reader], Awaitable[C]],
        four: Callable[[Reader], Awaitable[D]],
        /,
    ) -> tuple[A, B, C, D]: ...


def _typed(function: Callable[..., Awaitable[tuple[Any, ...]]]) -> FanOut:
    return cast("FanOut", function)


@_typed
async def fan_out(
    database: Database, /, *branches: Callable[[Reader], Awaitable[Any]]
) -> tuple[Any, ...]:
    """Run the branches concurrently and return their results in order.

    Ask first whether one statement does it: that is cheaper. The caller must hold no connection, and a branch
    holds one while it runs and never waits for another, so any number of callers finishes on any pool. When a
    branch fails, the others are cancelled and its error is raised. Each branch sees its own snapshot:
    where they must agree, use fan_out_on_one_snapshot().
    """
    database.require_no_connection()

    async def run(branch: Callable[[Reader], Awaitable[Any]]) -> Any:
        async with database.read() as session:
            return await branch(session)

    return await run_all(run(branch) for branch in branches)


@_typed
async def fan_out_on_one_snapshot(
    database: Database, /, *branches: Callable[[Reader], Awaitable[Any]]
) -> tuple[Any, ...]:
    """Run the branches on one snapshot of the data and return their results in order: they agree with each other.

    For totals and their parts, and the like. It costs a transaction for each branch: ask first whether one statement
    does it. The caller must hold no connection. Raises as fan_out() does, and ValueError when the pool has fewer
    connections than there are branches.
    """
    database.require_no_connection()
    return await run_on_one_snapshot(database, branches)

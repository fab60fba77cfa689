"""Repeating a whole unit of work that lost against concurrent ones (C8)."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from .database import Database, Isolation
from .deadline import remaining
from .errors import Contended
from .unit_of_work import UnitOfWork

T = TypeVar("T")

FIRST_DELAY = 0.02
LONGEST_DELAY = 1.0

log = structlog.stdlib.get_logger()


async def repeatable(
    database: Database,
    work: Callable[[UnitOfWork], Awaitable[T]],
    *,
    isolation: Isolation | None = None,
    attempts: int = 5,
) -> T:
    """Run `work` in a unit of work; on a deadlock or serialization failure, run all of it again.

    Calling this says that `work` may run more than once: it must read what it needs inside the unit,
    and touch nothing but the unit. The pauses grow, with jitter, and never outlast the deadline.

    Raises Contended when the last attempt lost too, and whatever `work` raises.
    """
    for attempt in range(1, attempts + 1):
        try:
            async with database.unit_of_work(isolation=isolation) as unit:
                return await work(unit)
        except Contended as error:
            longest = min(LONGEST_DELAY, FIRST_DELAY * 2 ** (attempt - 1))
            delay = random.uniform(0, longest)  # noqa: S311 (jitter, not a secret)
            if attempt == attempts or remaining(delay) < delay:
                raise
            log.info("unit_of_work_repeated", attempt=attempt, reason=error.detail)
            await asyncio.sleep(delay)
    msg = f"attempts must be 1 or more, not {attempts}"
    raise ValueError(msg)

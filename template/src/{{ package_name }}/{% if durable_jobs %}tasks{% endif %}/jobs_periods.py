"""Enqueueing jobs once in each period (B3).

pgqueuer's own scheduler marks a period as done in one transaction and acts in another, by the clock of the worker: a
crash, or two workers that start at the wrong moment, lose a period or run it twice. Here both are one transaction, and
the time is that of the database: a worker whose clock is wrong begins no period for the others.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

import structlog

from ..db import Database, DomainError, UnitOfWork
from .jobs import Periodic, enqueue
from .jobs_unit import fetch

LONGEST_SLEEP = 10.0
"""Seconds after which the clock is looked at again: it may have been set, or the database was not reached."""

_REMEMBER = """
INSERT INTO job_periods (job, begun) VALUES ($1, $2) ON CONFLICT (job) DO NOTHING RETURNING job
"""
# The row is locked until the job is committed: whoever comes second finds the period begun.
_BEGIN = "UPDATE job_periods SET begun = $2 WHERE job = $1 AND begun < $2 RETURNING job"

log = structlog.stdlib.get_logger()


async def enqueue_periodically(database: Database, periodic: Sequence[Periodic[Any]]) -> None:
    """Enqueue each of them whenever its next period begins, until cancelled."""
    while True:
        pause = LONGEST_SLEEP
        for each in periodic:
            try:
                async with database.unit_of_work() as unit:
                    now = await _now(unit)
                    await enqueue_if_due(unit, each, now)
                until_next = each.period(now) + each.every - now
                pause = min(pause, until_next.total_seconds())
            except DomainError as error:  # again at the next look
                log.warning("periodic_job_not_enqueued", job=each.job.name, reason=error.reason)
            except Exception:  # other jobs are none the worse for it
                log.exception("periodic_job_not_enqueued", job=each.job.name)
        await asyncio.sleep(pause)


async def enqueue_if_due(unit: UnitOfWork, periodic: Periodic[Any], now: datetime) -> bool:
    """Enqueue the job unless that was done in this period already; return whether it was.

    The first look ever only notes the period. Raises as unit_of_work() does.
    """
    name, period = periodic.job.name, periodic.period(now)
    if await fetch(unit, _REMEMBER, name, period):
        return False
    if not await fetch(unit, _BEGIN, name, period):
        return False
    await enqueue(unit, periodic.job, periodic.payload)
    return True


async def _now(unit: UnitOfWork) -> datetime:
    (row,) = await fetch(unit, "SELECT now() AS now")
    return cast("datetime", row["now"])

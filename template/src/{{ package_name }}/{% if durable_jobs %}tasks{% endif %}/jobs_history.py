"""The record of what became of each job, and clearing it away (B3)."""

from datetime import timedelta

from pydantic import BaseModel

from .jobs import Job, JobContext, Periodic
from .jobs_unit import fetch

ENTRIES = 1000
"""How far back the record of one job is looked at."""

_DELETE = "DELETE FROM pgqueuer_log WHERE created < now() - $1::interval"


class ForgetHistory(BaseModel):
    """How many days stay."""

    days: float


async def forget_history(context: JobContext, payload: ForgetHistory) -> None:
    """Delete what is older; pgqueuer itself can only delete all of it."""
    async with context.database.unit_of_work() as unit:
        await fetch(unit, _DELETE, timedelta(days=payload.days))


FORGET_HISTORY = Job(name="forget_history", payload=ForgetHistory, run=forget_history)


def daily(days: float) -> Periodic[ForgetHistory]:
    """Return what every worker does, beside the service's own jobs."""
    return Periodic(job=FORGET_HISTORY, payload=ForgetHistory(days=days), every=timedelta(days=1))

"""The record of what became of each job, and clearing it away (B3)."""

from datetime import timedelta
from typing import cast

from pgqueuer import Job as Record
from pgqueuer import Queries
from pydantic import BaseModel

from .jobs import Job, JobContext, Periodic
from .jobs_unit import fetch

ENTRIES = 1000
"""How far back the record of one job is looked at."""

BATCH = 10_000
"""Entries that are deleted at once."""

NOT_BEGUN = "The record of the job could not be read."
"""Why a job goes back into the queue before it has begun."""

# since it was enqueued, or given all its attempts again: those entries have no traceback, repeated attempts have one
_BEGUN = """
SELECT greatest($2::int + 1, count(*) FILTER (WHERE status = 'picked'))
    - count(*) FILTER (WHERE traceback->'additional_context'->>'reason' = $3) AS number
FROM pgqueuer_log WHERE job_id = $1 AND id > (
    SELECT coalesce(max(id), 0) FROM pgqueuer_log
    WHERE job_id = $1 AND status = 'queued' AND traceback IS NULL
)
"""
_DELETE = """
WITH deleted AS (
    DELETE FROM pgqueuer_log WHERE id IN (
        SELECT id FROM pgqueuer_log AS entry
        WHERE created < now() - $1::interval
            AND NOT EXISTS (SELECT FROM pgqueuer WHERE pgqueuer.id = entry.job_id)
        LIMIT $2
    ) RETURNING id
)
SELECT count(*) AS number FROM deleted
"""


async def count_attempts(queries: Queries, record: Record) -> int:
    """Return the number of the attempt that begins now: how often the job was taken from the queue, this time included.

    Those do not count that were given back because the job could not begin (NOT_BEGUN).
    `record.attempts` has those that failed and no others. An attempt that ended with its worker left nothing but its
    beginning: without counting it, a job that kills its worker would kill one after the other, without end. A job that
    was taken by a worker which never heard of it, because its connection was lost, has used up that attempt too.

    An example, the oldest entries first: taken five times and once not begun, so this is the fourth attempt. It was
    put back three times (`record.attempts`).

        queued                                   enqueued
        picked, queued (ZeroDivisionError)       the first attempt failed
        picked                                   the second one ended with its worker
        picked, queued (NOT_BEGUN)               does not count
        picked, queued (The worker was stopped.) the third one
        picked                                   now
    """
    (row,) = await queries.driver.fetch(_BEGUN, record.id, record.attempts, NOT_BEGUN)
    return cast("int", row["number"])


class ForgetHistory(BaseModel):
    """How many days stay."""

    days: float


async def forget_history(context: JobContext, payload: ForgetHistory) -> None:
    """Delete what is older, but of jobs that wait, run or are dead; pgqueuer itself can only delete all of it.

    Each unit deletes as much as a statement has time for; what it deleted stays so when a later one fails.
    """
    number = BATCH
    while number == BATCH:
        async with context.database.unit_of_work() as unit:
            (row,) = await fetch(unit, _DELETE, timedelta(days=payload.days), BATCH)
        number = row["number"]


FORGET_HISTORY = Job(
    name="forget_history", payload=ForgetHistory, run=forget_history, timeout=600.0
)


def daily(days: float) -> Periodic[ForgetHistory]:
    """Return what every worker does, beside the service's own jobs."""
    return Periodic(job=FORGET_HISTORY, payload=ForgetHistory(days=days), every=timedelta(days=1))

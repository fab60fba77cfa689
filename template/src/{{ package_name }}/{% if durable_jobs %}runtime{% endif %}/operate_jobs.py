"""The commands `jobs list` and `jobs requeue` (B3)."""

from collections.abc import Sequence

from .. import jobs
from ..db.connect import direct_connection
from ..settings import Settings
from ..tasks.jobs_admin import count_jobs, dead_jobs, requeue
from ..tasks.jobs_history import FORGET_HISTORY


async def show_jobs(settings: Settings) -> list[str]:
    """Return lines: the kinds of jobs with their numbers, then the dead ones. Raises Unavailable."""
    known = {job.name for job in (*jobs.JOBS, FORGET_HISTORY)}
    async with direct_connection(settings.database) as connection:
        counts = await count_jobs(connection)
        dead = await dead_jobs(connection)
    lines = [
        f"{kind.job}: {kind.waiting} waiting, {kind.running} running, {kind.dead} dead"
        + ("" if kind.job in known else " (no worker of this version runs it)")
        for kind in counts
    ]
    lines += [f"{job.job_id}  {job.died}  {job.job}  {job.error}" for job in dead]
    return lines or ["no jobs"]


async def try_again(settings: Settings, job_ids: Sequence[int], *, every: bool) -> int:
    """Requeue these dead jobs, or every one; return how many. Raises as requeue() does, and Unavailable."""
    async with direct_connection(settings.database) as connection:
        if every:
            job_ids = [job.job_id for job in await dead_jobs(connection, limit=100_000)]
        await requeue(connection, job_ids)
    return len(job_ids)

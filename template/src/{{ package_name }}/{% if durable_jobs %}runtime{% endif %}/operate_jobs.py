"""The commands `jobs list` and `jobs requeue` (B3)."""

from collections.abc import Sequence

from pgqueuer import Queries

from .. import jobs
from ..db.connect import direct_connection
from ..settings import Settings
from ..tasks.jobs_admin import count_jobs, dead_jobs, requeue, requeue_all
from ..tasks.jobs_history import FORGET_HISTORY
from ..tasks.jobs_queries import check_tables


async def show_jobs(settings: Settings) -> list[str]:
    """Return lines: the kinds of jobs with their numbers, then the dead ones.

    Raises Unavailable, and MigrationError when the tables are missing.
    """
    known = {job.name for job in (*jobs.JOBS, FORGET_HISTORY)}
    async with direct_connection(settings.database) as connection:
        await check_tables(Queries.from_asyncpg_connection(connection))
        counts = await count_jobs(connection)
        dead = await dead_jobs(connection)
    lines = [
        f"{kind.job}: {kind.waiting} waiting, {kind.running} running, {kind.dead} dead"
        + ("" if kind.job in known else " (no worker of this version runs it)")
        for kind in counts
    ]
    lines += [f"{job.job_id}  {job.died}  {job.job}  {job.error}" for job in dead]
    return lines or ["no jobs"]


async def try_again(settings: Settings, job_ids: Sequence[int], *, every: bool) -> list[str]:
    """Requeue these dead jobs, or every one; return lines: how many, and which stay dead.

    Raises as requeue() and show_jobs() do.
    """
    async with direct_connection(settings.database) as connection:
        await check_tables(Queries.from_asyncpg_connection(connection))
        if not every:
            await requeue(connection, job_ids)
            return [f"requeued: {len(job_ids)}"]
        number, left = await requeue_all(connection)
    others = [f"{job_id}: another job with its dedupe key waits or runs" for job_id in left]
    return [f"requeued: {number}", *others]

"""What operators see and do of jobs: how many there are, which are dead, another try for those (B3)."""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg
from pgqueuer import JobId, Queries

from ..db.errors import Conflict, NotFound
from ..db.guard import Connection
from .jobs import job_name
from .jobs_history import ENTRIES

_DEAD = "SELECT id FROM pgqueuer WHERE status = 'failed' ORDER BY id"


@dataclass(frozen=True, slots=True)
class JobCount:
    """How many jobs of one kind there are."""

    job: str
    waiting: int
    running: int
    dead: int


@dataclass(frozen=True, slots=True)
class DeadJob:
    """A job whose attempts are used up; `died` is a time as ISO 8601 has it."""

    job_id: int
    job: str
    died: str
    error: str


async def count_jobs(connection: Connection) -> list[JobCount]:
    """Return the kinds of which there are any, by their names."""
    counts: dict[str, dict[str, int]] = {}
    for row in await Queries.from_asyncpg_connection(connection).queue_size():
        of_job = counts.setdefault(job_name(row.entrypoint), {})
        of_job[row.status] = of_job.get(row.status, 0) + row.count
    return [
        JobCount(name, of.get("queued", 0), of.get("picked", 0), of.get("failed", 0))
        for name, of in sorted(counts.items())
    ]


async def dead_jobs(connection: Connection, *, limit: int = 100) -> list[DeadJob]:
    """Return the newest of them, with the error of the last attempt."""
    queries = Queries.from_asyncpg_connection(connection)
    found: list[DeadJob] = []
    for record in await queries.list_failed_jobs(limit):
        history = await queries.job_log_history(record.id, limit=ENTRIES)
        traceback = history[-1].traceback if history else None
        error = traceback.exception_message.split("\n")[0] if traceback else ""
        died = record.updated.isoformat(timespec="seconds")
        found.append(DeadJob(record.id, job_name(record.entrypoint), died, error))
    return found


async def requeue(connection: Connection, job_ids: Sequence[int]) -> None:
    """Give dead jobs all their attempts again.

    Raises NotFound for an id that is none of a dead job, and Conflict when another job with the same dedupe key waits
    or runs; those before it are requeued then.
    """
    queries = Queries.from_asyncpg_connection(connection)
    for number in job_ids:
        record = await queries.queue_job_by_id(JobId(number))
        if record is None or record.status != "failed":
            raise NotFound(f"There is no dead job {number}.")
        try:
            await queries.requeue_jobs([record.id])
        except asyncpg.UniqueViolationError as error:
            msg = f"Another job with the dedupe key of job {number} waits or runs."
            raise Conflict(msg) from error


async def requeue_all(connection: Connection) -> tuple[int, list[int]]:
    """Give every dead job all its attempts again, the oldest first.

    Returns how many there were, and the ids of those that stay dead because another job with the same dedupe key waits
    or runs.
    """
    number, left = 0, list[int]()
    for row in await connection.fetch(_DEAD):
        try:
            await requeue(connection, [row["id"]])
        except Conflict:
            left.append(row["id"])
        except NotFound:  # somebody else was faster
            continue
        else:
            number += 1
    return number, left

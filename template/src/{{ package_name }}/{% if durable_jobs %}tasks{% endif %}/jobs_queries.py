"""What a worker records of failed jobs: only of those that it still holds (B3).

A worker that was cut off for JOBS_HEARTBEAT_TIMEOUT comes back to jobs that another one has taken. pgqueuer would put
them back, or hold them as dead, whoever runs them now. And one that cannot be put back it holds as dead, with attempts
left.
"""

from collections.abc import Sequence
from datetime import timedelta

import structlog
from pgqueuer import Job as Record
from pgqueuer import Queries
from pgqueuer.models import TracebackRecord
from pgqueuer.types import JOB_STATUS

from ..db.errors import MigrationError
from ..db.guard import Connection
from .jobs_connection import QueueConnection

# locked, so that nobody takes them before the transaction ends
_HELD = """
SELECT id FROM pgqueuer
WHERE id = ANY($1::bigint[]) AND status = 'picked' AND queue_manager_id = $2 FOR UPDATE
"""

log = structlog.stdlib.get_logger()


class WorkerQueries(Queries):
    """What pgqueuer's QueueManager asks of the database."""

    def __init__(self, connection: QueueConnection) -> None:
        super().__init__(connection)
        self._connection = connection

    async def retry_job(
        self, job: Record, delay: timedelta, traceback_record: TracebackRecord | None
    ) -> None:
        """Put a job back into the queue, if this worker still holds it.

        Raises nothing. When it fails, the job stays taken without heartbeats, and is run again when they are missed:
        pgqueuer would hold it as dead.
        """

        async def put_back(connection: Connection) -> None:
            if await _held(connection, [job]):
                queries = Queries.from_asyncpg_connection(connection)
                await queries.retry_job(job, delay, traceback_record)

        try:
            await self._connection.in_transaction(put_back)
        except Exception:
            log.warning("job_not_put_back", job_id=job.id, exc_info=True)

    async def log_jobs(
        self, job_status: list[tuple[Record, JOB_STATUS, TracebackRecord | None]]
    ) -> None:
        """Record what became of jobs; of a dead one only if this worker still holds it.

        One that is done is done, whoever holds it.
        """
        dead = [job for job, status, _ in job_status if status == "failed"]
        if not dead:
            await super().log_jobs(job_status)
            return

        async def record(connection: Connection) -> None:
            held = await _held(connection, dead)
            ours = [each for each in job_status if each[1] != "failed" or each[0].id in held]
            await Queries.from_asyncpg_connection(connection).log_jobs(ours)

        await self._connection.in_transaction(record)


async def _held(connection: Connection, jobs: Sequence[Record]) -> set[int]:
    """Return the ids of those that their worker, which is one for all, still holds; log the others."""
    ids = [job.id for job in jobs]
    held = {row["id"] for row in await connection.fetch(_HELD, ids, jobs[0].queue_manager_id)}
    for job_id in ids:
        if job_id not in held:
            log.warning("job_taken_by_another_worker", job_id=job_id)
    return held


async def check_tables(queries: Queries) -> None:
    """Raise MigrationError when the tables are missing."""
    if not await queries.has_table(queries.qbe.settings.queue_table):
        raise MigrationError("The tables of the jobs are missing: run the command `migrate`.")

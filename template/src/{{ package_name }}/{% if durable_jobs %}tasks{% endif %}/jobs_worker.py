"""Taking jobs from the queue and running them (B3, E1).

Any number of processes on any number of machines do this at the same time. pgqueuer gives each job to one of them, and
to another one when the heartbeats of the first stay away.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import structlog
from pgqueuer import Job as Record
from pgqueuer import QueueManager

from ..db import Database, Unavailable
from ..db.settings import DatabaseSettings
from .jobs import Job, Periodic, check_jobs
from .jobs_connection import QueueConnection
from .jobs_periods import enqueue_periodically
from .jobs_queries import WorkerQueries, check_tables
from .jobs_runner import DeadJobError, JobRunner
from .jobs_settings import JobSettings

RECORDING = 2.0
"""Seconds for putting jobs back into the queue that were cancelled."""

log = structlog.stdlib.get_logger()


async def run_jobs(
    database: Database,
    connection: DatabaseSettings,
    settings: JobSettings,
    *,
    jobs: Sequence[Job[Any]],
    periodic: Sequence[Periodic[Any]] = (),
    stop: asyncio.Event,
) -> None:
    """Run jobs until `stop` is set, then finish those under way within the shutdown timeout.

    What is not finished by then is cancelled and goes back into the queue; that attempt counts. A database that cannot
    be reached is waited for. Raises MigrationError when the tables are missing, MisuseError when the jobs contradict
    each other, and what the queue's database has against a statement, when the jobs under way have ended.
    """
    check_jobs(jobs, periodic)
    _silence_pgqueuer()
    heartbeat_timeout = settings.heartbeat_timeout
    async with QueueConnection.open(connection, heartbeat_timeout=heartbeat_timeout) as queue:
        queries = WorkerQueries(queue)
        manager = QueueManager(queries)
        runner = JobRunner(database, queries)
        for job in jobs:
            # those too in which jobs were enqueued before `one_at_a_time` came or went
            for name in (job.name, *job.lanes):
                _register(manager, name, job, runner)
        try:
            async with asyncio.timeout(None) as limit, asyncio.TaskGroup() as group:
                stopping = _stop(stop, manager, runner, queue, limit, settings.shutdown_timeout)
                beside = [group.create_task(stopping, name="stop_jobs")]
                await check_tables(queries)
                periods = enqueue_periodically(database, periodic)
                beside.append(group.create_task(periods, name="periodic"))
                await manager.run(
                    batch_size=settings.concurrency // 2,  # the most that it allows
                    max_concurrent_tasks=settings.concurrency,
                    dequeue_timeout=timedelta(seconds=settings.poll_interval),
                    heartbeat_timeout=timedelta(seconds=heartbeat_timeout),
                    log_aggregation_interval=timedelta(0),  # statistics that nobody reads
                )
                for task in beside:
                    task.cancel()
        except TimeoutError:
            log.warning("queue_abandoned", reason="it does not answer")
        except ExceptionGroup as errors:
            error = errors.exceptions[0]
            if not (stop.is_set() and isinstance(error, Unavailable)):
                raise error from error.__cause__
            log.warning("queue_abandoned", reason=error.reason)


async def _stop(
    stop: asyncio.Event,
    manager: QueueManager,
    runner: JobRunner,
    queue: QueueConnection,
    limit: asyncio.Timeout,
    grace: float,
) -> None:
    """Stop the worker in steps, which begin when `stop` is set.

    0 s: takes no more jobs; those under way go on, and the queue is waited for.
    `grace`: cancels the jobs, which go back into the queue; a queue that cannot be reached is waited for no longer.
    `grace` + RECORDING: gives up what is not recorded: those jobs are run again when their heartbeats stay away.
    """
    await stop.wait()
    manager.shutdown.set()
    await asyncio.sleep(grace)
    queue.give_up()
    # pgqueuer passes a cancellation on while it waits for its jobs, and not while it waits for the queue
    if abandoned := runner.interrupt():
        log.warning("jobs_abandoned", jobs=abandoned, timeout=grace)
    limit.reschedule(asyncio.get_running_loop().time() + RECORDING)


def _register(manager: QueueManager, name: str, job: Job[Any], runner: JobRunner) -> None:
    async def run(record: Record) -> None:
        await runner.run(job, record)

    limit = 0 if name == job.name else 1
    register: Callable[[Callable[[Record], Awaitable[None]]], object] = manager.entrypoint(
        name, concurrency_limit=limit, accepts_context=False, on_failure="hold"
    )
    register(run)


def _silence_pgqueuer() -> None:
    """What becomes of each job is logged by JobRunner, once."""
    logger = logging.getLogger("pgqueuer")
    logger.setLevel("WARNING")
    logger.addFilter(_is_not_logged_yet)


def _is_not_logged_yet(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], DeadJobError))

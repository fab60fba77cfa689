"""A worker process: runs durable jobs until a signal says stop (B3, D4)."""

import asyncio
import os

import structlog

from .. import jobs
from ..settings import Settings
from ..tasks.jobs_history import FORGET_HISTORY, daily
from ..tasks.jobs_worker import RECORDING, run_jobs
from ..tasks.supervisor import CANCEL_GRACE
from .lifespan import services
from .shutdown import Shutdown
from .signals import stop_on_signal

AFTER_JOBS = 10.0
"""Seconds for what comes after the jobs: putting them back, background tasks that they started, and the pool."""

log = structlog.stdlib.get_logger()


async def work(settings: Settings) -> None:
    """Open the services, run jobs, and close both in reverse order after SIGTERM or SIGINT."""
    stop = asyncio.Event()
    # of which tasks get a part, and the pool the rest
    for_services = AFTER_JOBS - RECORDING - CANCEL_GRACE
    after = settings.server.model_copy(
        update={"shutdown_timeout": for_services, "shutdown_delay": 0.0}
    )
    with stop_on_signal(stop.set, within=settings.jobs.shutdown_timeout + AFTER_JOBS):
        async with services(settings, Shutdown(after)) as opened:
            log.info("worker_started", jobs=sorted(job.name for job in jobs.JOBS), pid=os.getpid())
            await run_jobs(
                opened.database,
                settings.database,
                settings.jobs,
                jobs=[*jobs.JOBS, FORGET_HISTORY],
                periodic=[*jobs.PERIODIC, daily(settings.jobs.history)],
                stop=stop,
            )
    log.info("worker_stopped")

"""One attempt of a job, and what becomes of the job when it fails (B3, E1)."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any, cast

import structlog
from pgqueuer import Job as Record
from pgqueuer import Queries, RetryRequested
from pydantic import ValidationError

from ..db import Database, deadline
from ..db.errors import Busy, DeadlineExceeded
from .jobs import Job, JobContext, P
from .jobs_history import NOT_BEGUN, count_attempts
from .jobs_telemetry import attempted
from .restart import backoff

LONGEST_TEXT = 500
"""Characters of an error that are stored with a dead job; the log has all of it."""

LOOKS = 1500
"""How often the database is looked at after a failure before it is given up: for an hour at least, as nearly every
pause is 2.5 seconds at least."""

log = structlog.stdlib.get_logger()


class DeadJobError(RuntimeError):
    """A job has no attempt left; the text is what operators see of it."""


class PayloadError(ValueError):
    """A stored payload does not fit its model, an older or newer one perhaps. The text has none of its values."""


class JobRunner:
    """Runs one attempt of a job, and decides what becomes of it when it fails.

    pgqueuer stores what it is told of a failure, causes included, as JSON together with the outcome of other jobs.
    PostgreSQL refuses U+0000 there, and all of them with it: what a job raises is logged, and never told (`from None`).
    """

    def __init__(self, database: Database, queries: Queries) -> None:
        self._database = database
        self._queries = queries
        self._under_way: set[asyncio.Task[None]] = set()
        self._interrupted = False

    async def run(self, job: Job[Any], record: Record) -> None:
        """Make an attempt that interrupt() ends; raise as attempt() does.

        pgqueuer runs each job in a task of its own: what is bound to the log there ends with it.
        """
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self._under_way.add(task)
        try:
            await self.attempt(job, record)
        except asyncio.CancelledError:
            # pgqueuer would take it for a job that nobody wants any more, and delete it
            log.warning("job_interrupted")
            raise RetryRequested(reason="The worker was stopped.") from None
        finally:
            # what pgqueuer does in this task from here on is to record the outcome
            self._under_way.discard(task)

    def interrupt(self) -> int:
        """Cancel the attempts that are under way; return how many there are."""
        self._interrupted = True
        for task in self._under_way:
            task.cancel()
        return len(self._under_way)

    async def attempt(self, job: Job[Any], record: Record) -> None:
        """Raise RetryRequested for another attempt, and DeadJobError when there is none left."""
        try:
            number = await count_attempts(self._queries, record)
        except Exception:
            log.warning("job_not_begun", job=job.name, job_id=record.id, exc_info=True)
            raise RetryRequested(timedelta(seconds=job.first_pause), NOT_BEGUN) from None
        headers = record.headers or {}
        structlog.contextvars.bind_contextvars(job=job.name, job_id=record.id, attempt=number)
        if "request_id" in headers:
            structlog.contextvars.bind_contextvars(request_id=headers["request_id"])
        context = JobContext(self._database, record.id, number)
        if number > job.attempts:
            log.error("job_dead", reason="its worker ended with it")
            await self._bury(job, record, context)
            raise DeadJobError("The last attempt ended with its worker.")
        outcome_of = partial(self._outcome_of, last=number == job.attempts)
        started = asyncio.get_running_loop().time()
        try:
            with attempted(job.name, record.id, number, headers, outcome_of):
                payload = _payload(job, record)
                async with deadline(job.timeout):
                    await job.run(context, payload)
        except (Exception, asyncio.CancelledError) as error:
            outcome = outcome_of(error)
            if outcome == "interrupted":
                raise
            if outcome == "dead":
                log.exception("job_dead")
                await self._bury(job, record, context)
                raise DeadJobError(_text(error)) from None
            pause = backoff(number, first=job.first_pause, longest=job.longest_pause)
            log.warning("job_failed", retry_in=round(pause, 1), exc_info=True)
            await self._until_the_database_answers()
            raise RetryRequested(timedelta(seconds=pause), type(error).__name__) from None
        duration = asyncio.get_running_loop().time() - started
        log.info("job_finished", duration=round(duration, 3))

    async def _until_the_database_answers(self) -> None:
        """Let an outage of the database, or of its pooler, use up one attempt of a few jobs, and not all of many.

        The job holds its place meanwhile, so that soon no more jobs are taken. The queue itself may well be reachable.
        """
        for look in range(1, LOOKS + 1):
            try:
                await self._database.ping()
            except (Busy, DeadlineExceeded) as error:  # Unavailable is a kind of Busy
                if look == 1:
                    log.warning("job_waits_for_database", reason=error.reason)
            except Exception:  # noqa: BLE001 (whatever it answers, it answers)
                return
            else:
                return
            await asyncio.sleep(backoff(look, first=0.2, longest=5.0))

    async def _bury(self, job: Job[Any], record: Record, context: JobContext) -> None:
        """Do what is to be done when a job has died; a failure is logged, and changes nothing any more."""
        await self._until_the_database_answers()
        if job.on_dead is None:
            return
        try:
            payload = _payload(job, record)
            async with deadline(job.timeout):
                await job.on_dead(context, payload)
        except (Exception, asyncio.CancelledError) as error:
            if self._is_interruption(error):
                raise
            log.exception("on_dead_failed")

    def _outcome_of(self, error: BaseException, *, last: bool) -> str:
        if self._is_interruption(error):
            return "interrupted"
        return "dead" if last else "failed"

    def _is_interruption(self, error: BaseException) -> bool:
        """Tell interrupt() from a job that awaited something which was cancelled: that is a failure like any other."""
        return self._interrupted and isinstance(error, asyncio.CancelledError)


def _payload(job: Job[P], record: Record) -> P:
    try:
        return job.payload.model_validate_json(record.payload or b"")
    except ValidationError as error:
        problems = [
            ".".join(map(str, problem["loc"])) + ": " + problem["msg"]
            for problem in error.errors(include_input=False, include_url=False)
        ]
        raise PayloadError("; ".join(problems)) from None


def _text(error: BaseException) -> str:
    """Return one line that can be stored as JSON: without U+0000, and without half of a surrogate pair."""
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 (whatever a class of the job's own raises here)
        text = "it has no text"
    line = f"{type(error).__name__}: {text[:LONGEST_TEXT]}".splitlines()[0]
    return line.replace("\0", "\\0").encode(errors="backslashreplace").decode()

"""Durable jobs: stored together with the data they are about, and run by worker processes (B3).

A job exists if, and only if, the unit of work that enqueued it committed. It is run at least once: when a worker dies,
another one runs its jobs again. See jobs_worker.py for how they are run; pgqueuer is the library underneath.
"""

import math
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Generic, TypeVar, cast
from zlib import crc32

import structlog
from pgqueuer import Queries
from pgqueuer.db import Driver
from pydantic import BaseModel

from ..db import Database, UnitOfWork
from ..db.errors import MisuseError
from .jobs_telemetry import sent
from .jobs_unit import fetch, json_argument

P = TypeVar("P", bound=BaseModel)

LANES = 16
"""Jobs of one kind that run at the same time, at most, when those with the same key run one after the other."""

LONGEST_KEY = 500
"""Characters of a dedupe key that are stored as they are; of a longer one its hash is stored."""

_NAME = re.compile(r"[a-z][a-z0-9_.-]{0,99}")


@dataclass(frozen=True, slots=True)
class JobContext:
    """What a job works with, beside its payload."""

    database: Database
    job_id: int
    """The same in every attempt: what was done once already can be told by it."""
    attempt: int
    """1 in the first attempt."""


@dataclass(frozen=True, kw_only=True)
class Job(Generic[P]):
    """A kind of job. Times are in seconds.

    `run` gets a payload that was checked against its model. An attempt that raises or takes longer than `timeout` is
    repeated after a pause, which doubles from `first_pause` to `longest_pause`, with jitter. After `attempts` of them
    the job is dead: it is kept until somebody requeues it. Whenever a worker takes it from the queue, that is an
    attempt, even if the worker dies or loses its connection before it has begun. With `attempts=1` the job is started
    once at most.

    `on_dead` is run when the job has died, whatever it died of, with the same `timeout`: it says of the data that it
    will not come. It opens a unit of its own. It may run more than once, and never with a payload that is unreadable.

    `one_at_a_time` returns a key: jobs of this kind with equal keys do not run at the same time, on any machine, as
    long as their workers reach the database. One that does not for JOBS_HEARTBEAT_TIMEOUT is taken for dead, and its
    job may still run when another worker begins it.
    """

    name: str
    payload: type[P]
    run: Callable[[JobContext, P], Awaitable[None]]
    attempts: int = 5
    timeout: float = 60.0
    first_pause: float = 2.0
    longest_pause: float = 300.0
    one_at_a_time: Callable[[P], str] | None = None
    on_dead: Callable[[JobContext, P], Awaitable[None]] | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            msg = f"{self.name!r} is no name of a job: use lower-case letters, digits, _ . and -"
            raise MisuseError(msg)
        if self.attempts < 1 or self.timeout <= 0:
            msg = f"The job {self.name} needs one attempt at least, and a timeout above 0."
            raise MisuseError(msg)

    @property
    def lanes(self) -> list[str]:
        """The names under which pgqueuer knows jobs that have a key."""
        return [f"{self.name}#{lane}" for lane in range(LANES)]

    def queue_of(self, payload: P) -> str:
        """The name under which this payload is enqueued.

        pgqueuer has no locks by key. It limits how many jobs of one name run at once, on all machines together: equal
        keys share a name, and each name runs one job at a time. No connection or transaction is held for it.
        """
        if self.one_at_a_time is None:
            return self.name
        return self.lanes[crc32(self.one_at_a_time(payload).encode()) % LANES]


def job_name(queue: str) -> str:
    """Return the name of the job that is enqueued under this name."""
    return queue.partition("#")[0]


async def enqueue(
    unit: UnitOfWork,
    job: Job[P],
    payload: P,
    *,
    priority: int = 0,
    delay: float = 0.0,
    dedupe_key: str | None = None,
) -> int | None:
    """Store a job in this unit of work: it exists when the unit has committed, and never otherwise.

    Jobs with a higher `priority` are started first; none is started within `delay` seconds. As long as a job of this
    kind with the same `dedupe_key` waits or runs, no second one is stored, and None is returned. Otherwise returns the
    job's id. Raises as unit_of_work() does.
    """
    driver = cast("Driver", _UnitDriver(unit))  # enqueue() asks nothing else of it
    with sent(job.name) as trace:
        ids = await Queries(driver).enqueue(
            job.queue_of(payload),
            payload.model_dump_json().encode(),
            priority,
            timedelta(seconds=delay),
            None if dedupe_key is None else _dedupe_key(job.name, dedupe_key),
            _origin() | trace or None,
            on_conflict="skip",  # an error would end the caller's transaction
        )
    return ids[0]


@dataclass(frozen=True, kw_only=True)
class Periodic(Generic[P]):
    """A job that is enqueued once in each period, however many workers there are.

    The periods are `every` long and begin at midnight UTC of 1970-01-01, plus `offset`: a day and three hours mean at
    three each night. Of the periods in which no worker ran, the last one is made up for.
    """

    job: Job[P]
    payload: P
    every: timedelta
    offset: timedelta = timedelta()

    def period(self, now: datetime) -> datetime:
        """Return the beginning of the present period."""
        origin = datetime(1970, 1, 1, tzinfo=UTC) + self.offset
        return origin + math.floor((now - origin) / self.every) * self.every


def check_jobs(jobs: Sequence[Job[Any]], periodic: Sequence[Periodic[Any]]) -> None:
    """Raise MisuseError when two jobs have the same name, or one that is enqueued periodically is not listed.

    A job is enqueued in periods of one length at most: the period that has begun is remembered by its name.
    """
    names = [job.name for job in jobs]
    for name in names:
        if names.count(name) > 1:
            msg = f"There are two jobs with the name {name}."
            raise MisuseError(msg)
    often = [each.job.name for each in periodic]
    for each in periodic:
        if often.count(each.job.name) > 1:
            msg = f"The job {each.job.name} is enqueued periodically twice: use a job of another name for one of them."
            raise MisuseError(msg)
        if each.job.name not in names:
            msg = f"The job {each.job.name} is enqueued periodically, and no worker knows it: list it."
            raise MisuseError(msg)


class _UnitDriver:
    """What pgqueuer needs to enqueue on the unit's own connection, in its transaction."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        # all six by name: a pgqueuer that passes others is to fail here
        priorities, names, payloads, delays, keys, headers = args
        values = [json_argument(text) for text in cast("list[str]", headers)]
        return await fetch(self._unit, query, priorities, names, payloads, delays, keys, values)


def _dedupe_key(name: str, key: str) -> str:
    """Keep kinds of jobs apart, which share one unique index; its entries cannot be longer than 2,700 bytes."""
    short = key if len(key) <= LONGEST_KEY else sha256(key.encode()).hexdigest()
    return f"{name}:{short}"


def _origin() -> dict[str, str]:
    """What the log of the job shall have in common with the log of the request that enqueued it."""
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    return {"request_id": str(request_id)} if request_id else {}

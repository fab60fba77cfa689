"""The owner of every background task of the process (B1).

A bare `asyncio.create_task` may be collected in the middle of its work, its error is lost, and nobody waits for
it at the end. Here each task is named and bounded, its failure is logged once and counted, and none is lost silently.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from contextvars import Context, copy_context
from enum import Enum
from typing import Any, Self, cast

import structlog

from ..db import Busy, Work, deadline, forget_deadline, remaining
from ..db.sqlstates import is_outage
from .restart import Restart
from .settings import TaskSettings
from .stacks import stack_of

CANCEL_GRACE = 1.0
"""Seconds in which a cancelled task has to end; one that does not is named in the log."""

log = structlog.stdlib.get_logger()


class Outcome(Enum):
    """How a task ended; `Supervisor.outcomes` counts them."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"


class Supervisor:
    """Runs tasks, a bounded number at a time, and services, which run until the end.

    As with a TaskGroup no task outlives the block that opens it. Unlike there the failure of one is not the failure
    of all, and a task that ignores its cancellation cannot hold up the end.
    """

    def __init__(self, settings: TaskSettings) -> None:
        self._settings = settings
        self._loop = asyncio.get_running_loop()
        self._places = asyncio.Semaphore(settings.concurrency + settings.queue_size)
        self._turns = asyncio.Semaphore(settings.concurrency)
        self._tasks: set[asyncio.Task[Outcome]] = set()
        self._services: set[asyncio.Task[None]] = set()
        self._closed = False
        self.outcomes: Counter[Outcome] = Counter()
        """How many tasks ended in which way, since the start; each failure of a service counts, too."""
        self.given_up: set[str] = set()
        """Names of the services that failed too often in a row."""

    @classmethod
    @asynccontextmanager
    async def open(
        cls, settings: TaskSettings, *, drain_timeout: Callable[[], float]
    ) -> AsyncGenerator[Self]:
        """Own tasks while the block lasts; at its end let them finish, then cancel them.

        `drain_timeout` says, when it comes to that, how many seconds they may take.
        """
        supervisor = cls(settings)
        try:
            yield supervisor
        finally:
            await supervisor.drain(drain_timeout())

    @property
    def live(self) -> int:
        """Tasks that run or wait for their turn."""
        return len(self._tasks)

    async def submit(
        self, name: str, work: Work, *, wait: float = 0.0, timeout: float | None = None
    ) -> None:
        """Run `work` in a task of its own, as soon as its turn comes, for `timeout` seconds or what the settings say.

        Raises Busy when the queue is full, and stays so for `wait` seconds.
        """
        await self.reserve(wait=wait)
        self.start(name, work, timeout=timeout)

    async def reserve(self, *, wait: float = 0.0) -> None:
        """Take a place among the tasks: for start(), which then cannot fail, or for give_back().

        Raises Busy when the queue is full, and stays so for `wait` seconds, or until the deadline.
        """
        if self._closed:
            msg = "The service is being stopped."
            raise Busy(msg)
        try:
            async with asyncio.timeout(remaining(wait) if self._places.locked() else None):
                await self._places.acquire()
        except TimeoutError:
            msg = "There are too many background tasks: try again."
            raise Busy(msg) from None

    def start(self, name: str, work: Work, *, timeout: float | None = None) -> None:
        """Run `work` on a reserved place: it outlives the caller, its deadline and its connection."""
        context = _context_of(name)
        limited = self._run(work, self._settings.task_timeout if timeout is None else timeout)
        task = self._loop.create_task(limited, name=name, context=context)
        self._tasks.add(task)
        task.add_done_callback(self._ended, context=context)
        if self._closed:
            task.cancel()

    def give_back(self) -> None:
        """Free a reserved place."""
        self._places.release()

    def serve(self, name: str, work: Work, restart: Restart | None = None) -> None:
        """Run `work`, which is to run until the end, and start it again when it ends earlier."""
        keeping_up = self._keep_up(name, work, restart or Restart())
        task = self._loop.create_task(keeping_up, name=name, context=_context_of(name))
        self._services.add(task)
        task.add_done_callback(self._services.discard)

    async def drain(self, timeout: float) -> None:
        """Cancel the services, let the tasks finish, cancel those that are not done in `timeout` seconds."""
        ending: set[asyncio.Task[Any]] = set(self._services)
        for service in ending:
            service.cancel()
        try:
            async with asyncio.timeout(timeout):
                while self._tasks:  # a task may start others
                    await asyncio.wait(self._tasks)
        except TimeoutError:
            pass
        finally:
            self._closed = True
            ending |= self._tasks
            for task in self._tasks:
                task.cancel()
        if ending:
            _, stuck = await asyncio.wait(ending, timeout=CANCEL_GRACE)
            for task in stuck:
                log.error("task_does_not_end", task=task.get_name(), calls=stack_of(task))

    async def _run(self, work: Work, timeout: float) -> Outcome:
        async with self._turns:
            limit: asyncio.Timeout | None = None
            try:
                async with deadline(timeout) as limit:
                    await work()
            except Exception:
                if limit is not None and limit.expired():
                    log.exception("task_timed_out", timeout=timeout)
                    return Outcome.TIMED_OUT
                log.exception("task_failed")
                return Outcome.FAILED
        return Outcome.SUCCEEDED

    def _ended(self, task: asyncio.Task[Outcome]) -> None:
        # here, because a task that is cancelled before its first step never runs
        self._tasks.discard(task)
        self._places.release()
        if task.cancelled():
            log.warning("task_cancelled")
            self.outcomes[Outcome.CANCELLED] += 1
        else:
            failed = task.exception()  # SystemExit and the like, which also ends the event loop
            self.outcomes[Outcome.FAILED if failed else task.result()] += 1

    async def _keep_up(self, name: str, work: Work, restart: Restart) -> None:
        task = cast("asyncio.Task[None]", asyncio.current_task())
        failures = outages = 0
        while True:
            started = self._loop.time()
            error: BaseException | None = None
            try:
                await work()
            except asyncio.CancelledError as cancelled:
                if task.cancelling():
                    raise
                error = cancelled  # of something that it awaited: a failure like any other
            except Exception as failure:  # noqa: BLE001 (logged below)
                error = failure
            if task.cancelling():  # at the end: what it does then starts it no more
                log.warning("service_ended", exc_info=error)
                return
            if self._loop.time() - started >= restart.healthy_after:
                failures = outages = 0
            failures += 1
            outages += is_outage(error)
            self.outcomes[Outcome.FAILED] += 1
            if failures - outages >= restart.attempts:
                self.given_up.add(name)
                log.error("service_given_up", failures=failures, exc_info=error)
                return
            delay = restart.delay(failures)
            log.warning("service_restarted", failures=failures, delay=delay, exc_info=error)
            await asyncio.sleep(delay)


def _context_of(name: str) -> Context:
    """Return the context of a new task: the request's log context stays, its deadline does not."""
    context = copy_context()
    context.run(forget_deadline)
    context.run(structlog.contextvars.bind_contextvars, task=name)
    return context

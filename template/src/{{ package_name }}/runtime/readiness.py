"""Can the service serve now? (B1, C5, C11, D4)"""

import asyncio

from ..db import Busy, Database, DomainError, Unavailable, deadline
from ..tasks import Supervisor
from .shutdown import Shutdown

TIMEOUT = 2.0
"""Seconds in which the database has to answer; an orchestrator gives a probe a few, not a request's time."""


class Readiness:
    """Asks the database, through the pool that requests use, at most once at a time."""

    def __init__(self, database: Database, supervisor: Supervisor, shutdown: Shutdown) -> None:
        self._database = database
        self._supervisor = supervisor
        self._shutdown = shutdown
        self._asking = asyncio.Lock()
        self._answered_at = float("-inf")
        self._problem: DomainError | None = None

    async def problem(self) -> DomainError | None:
        """Return why the service cannot serve, or None.

        Takes TIMEOUT, and when the server is silent the time to give up the connection (about 2 seconds more). A
        pool that has no connection to spare meanwhile counts as not ready: requests would not fare better. Whoever
        asks while a question is under way gets its answer.
        """
        if self._shutdown.begun:
            return Unavailable("The service is being stopped.")
        loop = asyncio.get_running_loop()
        came_at = loop.time()
        async with self._asking:
            if self._answered_at < came_at:
                self._problem = await self._ask()
                self._answered_at = loop.time()
            return self._problem

    async def _ask(self) -> DomainError | None:
        try:
            async with deadline(TIMEOUT):
                await self._database.ping()
        except Busy as error:
            return error
        except DomainError as error:  # too slow, whatever noticed it
            return Unavailable("The database does not answer in time.", reason=error.detail)
        if given_up := self._supervisor.given_up:
            return Unavailable(f"Given up after repeated failures: {', '.join(sorted(given_up))}.")
        return None

"""The way down: one total for all of it, and how far into the total each step may go (D4).

Not ready at once; a wait for load balancers; no more connections; requests under way; tasks; the pool. What does not
fit into the total is ended by stop_on_signal().
"""

import asyncio

from ..settings import ServerSettings

FOR_REQUESTS = 0.6
"""Share of the total, without the wait for load balancers, in which requests may be finished."""

UNTIL_TASKS_END = 0.8
"""Share of the same at which background tasks are cancelled: they have what the requests did not need."""

ABANDONED_GRACE = 2.5
"""Seconds for the rollback of requests that took too long."""


class Shutdown:
    """When which step is due. Times are in seconds."""

    def __init__(self, settings: ServerSettings) -> None:
        self._total = settings.shutdown_timeout
        self._delay = settings.shutdown_delay
        self._began_at: float | None = None
        self.stop_listening = asyncio.Event()
        """Set when no more connections are to be accepted."""

    @property
    def begun(self) -> bool:
        """Whether the service is being stopped, and so not ready."""
        return self._began_at is not None

    def begin(self) -> None:
        """From now on the time runs; does nothing the second time."""
        if self._began_at is None:
            loop = asyncio.get_running_loop()
            self._began_at = loop.time()
            loop.call_later(self._delay, self.stop_listening.set)

    @property
    def for_requests(self) -> float:
        """How long the requests that are under way may take, once no more are accepted."""
        return (self._total - self._delay) * FOR_REQUESTS

    def left_for_tasks(self) -> float:
        """How long background tasks may still take; without a begin() before, the time runs from now on."""
        now = asyncio.get_running_loop().time()
        began_at = now if self._began_at is None else self._began_at
        tasks_end = self._delay + (self._total - self._delay) * UNTIL_TASKS_END
        return max(0.0, began_at + tasks_end - now)

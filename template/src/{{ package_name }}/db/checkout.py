"""Who may check a connection out: in this event loop, one for each task, in turn (A1, C4, C5)."""

import asyncio
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from contextvars import ContextVar
from typing import Any

from .admission import Admission
from .deadline import remaining
from .errors import NestedUnitError, Unavailable, WrongEventLoopError
from .settings import DatabaseSettings

_holder: ContextVar[asyncio.Task[Any] | None] = ContextVar("holder", default=None)


class Checkout:
    """The rules of one Database, bound to the event loop in which it was opened."""

    def __init__(self, settings: DatabaseSettings) -> None:
        self._timeout = settings.acquire_timeout
        self._loop = asyncio.get_running_loop()
        self._closed = False
        self.admission = Admission(settings.connections)
        self.streams = Admission(max(1, settings.connections // 2))

    def close(self) -> None:
        """Refuse whoever asks from now on."""
        self._closed = True

    def require_no_connection(self) -> None:
        """Raise NestedUnitError if the current task already holds a connection.

        A child task that asks for one while its parent holds one is not noticed: use fan_out().
        """
        holder = _holder.get()
        if holder is not None and holder is asyncio.current_task():  # a callback is in no task
            msg = (
                "This task already holds a connection: waiting for a second one can deadlock the pool. "
                "Pass the open unit on, nest with unit.savepoint(), or end the unit first."
            )
            raise NestedUnitError(msg)

    def admitted(self, connections: int = 1) -> AbstractAsyncContextManager[float]:
        """Hold the right to open connections; yield the time at which opening them has to be given up."""
        if asyncio.get_running_loop() is not self._loop:
            msg = (
                "This Database was opened in another event loop. "
                "Open one per loop, with `async with Database.open(settings)`."
            )
            raise WrongEventLoopError(msg)
        if self._closed:
            raise Unavailable("The service is being stopped.")
        self.require_no_connection()
        timeout = remaining(self._timeout)
        return self.admission.admit(connections, timeout=timeout)

    def stream_admitted(self) -> AbstractAsyncContextManager[float]:
        """Hold one of the places for units that last as long as a client reads, beside the connection's own (C6)."""
        return self.streams.admit(timeout=remaining(self._timeout))


def held() -> AbstractContextManager[None]:
    """The current task holds a connection while the block lasts."""
    return _HELD


class _Held:
    def __enter__(self) -> None:
        _holder.set(asyncio.current_task())

    def __exit__(self, *_: object) -> None:
        _holder.set(None)


_HELD = _Held()  # a generator would cost each request more

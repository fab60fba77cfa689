"""The open connections: what is kept, what is thrown away, what is noticed (C5, C11).

The driver's own pool asks the server a question at each release, hands a connection in a transaction on after a
ROLLBACK, and knows no age. Waiting, which makes a pool difficult, is up to Admission: what is left is a stack.
"""

import asyncio
import time
from typing import Any

from .codecs import set_codecs
from .connect import connect_in_turn
from .errors import Unavailable
from .guard import DRIVER_ERRORS, Connection

DISCARD_GRACE = 2.0
"""Seconds in which a cancelled statement's connection may close in good order before it is terminated."""


class Connections:
    """Keeps up to `keep` idle connections; one that was opened more than `longest` seconds ago is not used again."""

    def __init__(self, arguments: dict[str, Any], *, keep: int, longest: float) -> None:
        self._arguments = arguments
        self._keep = keep
        self._longest = longest
        self._idle: list[Connection] = []
        self._opened_at: dict[Connection, float] = {}
        self._closed = False

    @property
    def checked_out(self) -> int:
        """Connections in use now."""
        return len(self._opened_at) - len(self._idle)

    def take_idle(self) -> Connection | None:
        """Return the connection used last, which is warm; None when all are in use or were closed meanwhile."""
        while self._idle:
            connection = self._idle.pop()
            if self._is_usable(connection):
                return connection
            self._drop(connection)
        return None

    async def connect(self) -> Connection:
        """Open a connection; leaves nothing behind when it fails or is cancelled."""
        if self._closed:
            raise Unavailable("The service is being stopped.")
        connection: Connection = await connect_in_turn(**self._arguments)
        try:
            await set_codecs(connection)
        except BaseException:
            connection.terminate()
            raise
        self._opened_at[connection] = time.monotonic()
        return connection

    async def give_back(self, connection: Connection, *, discard: bool = False) -> None:
        """Keep the connection for the next one who asks, or close it.

        One that comes back in a transaction is closed: the next request is innocent of it.
        """
        spare = self._closed or len(self._idle) >= self._keep
        if not discard and not spare and self._is_usable(connection):
            self._idle.append(connection)
            return
        try:
            # in good order, so that a cancelled statement is cancelled on the server too
            await connection.close(timeout=DISCARD_GRACE)
        except DRIVER_ERRORS:
            connection.terminate()
        finally:
            self._drop(connection)

    async def close(self, *, timeout: float) -> None:
        """Close the idle connections, for `timeout` seconds at most, and terminate those in use."""
        self._closed = True
        idle, self._idle = self._idle, []
        closing = (connection.close(timeout=timeout) for connection in idle)
        await asyncio.gather(*closing, return_exceptions=True)
        for connection in list(self._opened_at):
            self._drop(connection)

    def _is_usable(self, connection: Connection) -> bool:
        age = time.monotonic() - self._opened_at[connection]
        return not (connection.is_closed() or connection.is_in_transaction() or age > self._longest)

    def _drop(self, connection: Connection) -> None:
        connection.terminate()
        self._opened_at.pop(connection, None)

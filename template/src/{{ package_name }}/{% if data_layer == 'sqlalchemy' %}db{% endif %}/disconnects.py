"""Which connections are thrown away, and how a lost one is recognised (C5, C11, D2)."""

from typing import Any
from weakref import WeakSet

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry

from .errors import DeadlineExceeded, Unavailable
from .guard import Connection
from .sqlstates import LOST, READ_ONLY, TOO_LATE, is_answer


def discard_unusable_connections(engine: AsyncEngine) -> None:
    """Keep what comes back closed or in a transaction out of the pool, and what was closed since out of use."""
    event.listen(engine.sync_engine, "checkin", _discard_unusable_connection)
    event.listen(engine.sync_engine, "checkout", _refuse_unusable_connection)


def recognise_disconnects(engine: AsyncEngine) -> None:
    """Raise our errors for built-in ones from the driver, and close connections that others cannot use."""
    event.listen(engine.sync_engine, "handle_error", _recognise_disconnect)


def open_connections(engine: AsyncEngine) -> WeakSet[Connection]:
    """Return the driver's connections, those in use included, which `engine.dispose()` does not close."""
    opened: WeakSet[Connection] = WeakSet()

    def remember(driver: Any, record: object) -> None:
        del record
        opened.add(driver.driver_connection)

    event.listen(engine.sync_engine, "connect", remember)
    return opened


def _discard_unusable_connection(driver: Any, record: ConnectionPoolEntry) -> None:
    """Close a connection that comes back in a transaction: the next request is innocent of it (C5)."""
    if driver is not None and _is_unusable(driver.driver_connection):
        record.invalidate()


def _refuse_unusable_connection(driver: Any, record: object, proxy: object) -> None:
    """Replace a connection that the server closed, without the round trip of a pre-ping (C11)."""
    del record, proxy
    if _is_unusable(driver.driver_connection):
        raise DisconnectionError


def _is_unusable(connection: Connection) -> bool:
    return connection.is_closed() or connection.is_in_transaction()


def _discard_half_sent(context: ExceptionContext) -> None:
    """Close a connection whose server was told of a statement, and not of its arguments: the driver cannot send them.

    The server waits for them with the statement's locks held. In a transaction its ROLLBACK ends that.
    """
    if (connection := context.connection) is None:
        return
    driver = connection.connection.driver_connection
    if driver is not None and not driver.is_in_transaction():
        connection.invalidate()


def _recognise_disconnect(context: ExceptionContext) -> None:
    """Say whether the connection is lost, as built-in OSErrors from the driver mean, or of no more use (C5, D2)."""
    error = context.original_exception
    if getattr(error, "sqlstate", None) == READ_ONLY:  # neither are the others to that server
        context.is_disconnect = True
        return
    if isinstance(error.__cause__, asyncpg.DataError) and not is_answer(error.__cause__):
        _discard_half_sent(context)
        return
    if isinstance(error, TimeoutError):
        context.is_disconnect = True
        context.invalidate_pool_on_disconnect = False  # one slow statement, not a dead server
        raise DeadlineExceeded(TOO_LATE)
    # InternalClientError: the server has ended the session, and the end of the connection is still under way
    if isinstance(error, OSError) or isinstance(error.__cause__, asyncpg.InternalClientError):
        context.is_disconnect = True
        raise Unavailable(LOST)

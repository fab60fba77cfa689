"""From the driver's errors to ours (C5, C8, D2)."""

from collections.abc import Generator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError

from .errors import DeadlineExceeded, DomainError, OutcomeUnknown, Unavailable
from .reasons import connect_failure
from .sqlstates import LOST, expected_failure
from .url import ConnectionParameters

# TimeoutError and ssl.SSLError are OSErrors; what SQLAlchemy does on a new connection raises the driver's own
_NOT_CONNECTED = (OSError, DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError)


@contextmanager
def driver_errors_translated() -> Generator[None]:
    """Raise our error for a driver error that the block lets through, others as they are."""
    try:
        yield
    except DBAPIError as error:
        ours = translate(error)
        if ours is None:
            raise
        raise ours from error


@contextmanager
def connect_errors_translated(parameters: ConnectionParameters) -> Generator[None]:
    """Raise Unavailable when the block, which opens a connection, fails in the network or at log-in."""
    try:
        yield
    except _NOT_CONNECTED as error:
        msg = "The database cannot be reached."
        raise Unavailable(msg, reason=connect_failure(error, parameters)) from error


@contextmanager
def commit_errors_translated() -> Generator[None]:
    """Raise OutcomeUnknown when the connection is lost while the block commits."""
    try:
        with driver_errors_translated():
            yield
    except (Unavailable, DeadlineExceeded) as error:
        msg = "The connection was lost during the commit: the change may or may not have been made."
        raise OutcomeUnknown(msg) from error


def translate(error: DBAPIError) -> DomainError | None:
    """Return our error for `error`, or None when it is no expected failure but a bug."""
    expected = expected_failure(sqlstate(error), constraint_name(error))
    if expected is None and error.connection_invalidated:
        return Unavailable(LOST)
    return expected


def sqlstate(error: DBAPIError) -> str:
    """Return the server's five-letter error code, or an empty string."""
    return str(getattr(error.orig, "sqlstate", None) or "")


def constraint_name(error: DBAPIError) -> str:
    """Return the name of the violated constraint, or an empty string."""
    return str(getattr(error.driver_exception, "constraint_name", None) or "")

"""From the driver's errors to ours, decided by SQLSTATE (C5, C8, D2).

See the PostgreSQL documentation, appendix A, for the codes.
"""

from collections.abc import Generator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError

from .errors import (
    Busy,
    Conflict,
    Contended,
    DeadlineExceeded,
    DomainError,
    OutcomeUnknown,
    Unavailable,
)
from .reasons import connect_failure
from .url import ConnectionParameters

_CONTENDED = {"40001", "40P01"}  # serialization_failure, deadlock_detected
# foreign key, unique, check, exclusion; a sum that no longer fits its column
_CONFLICT = {"23503", "23505", "23514", "23P01"}
_OUT_OF_RANGE = "22003"
_TOO_LATE = {"25P03", "25P04", "57014"}  # idle-in-transaction, transaction and statement timeout
# too many connections; shutting down, crashed, starting up
_UNAVAILABLE = {"53300", "57P01", "57P02", "57P03"}

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
    code = sqlstate(error)
    if code in _CONTENDED:
        return Contended("The operation collided with concurrent ones: try again.")
    if code in _CONFLICT:
        return Conflict(f"The data contradicts the constraint {constraint_name(error)!r}.")
    if code == _OUT_OF_RANGE:
        return Conflict("A number would become too large to be stored.")
    if code == "55P03":
        return Busy("A row or table stayed locked for too long: try again.")
    if code in _TOO_LATE:
        return DeadlineExceeded("The database took longer than the time it was given.")
    if code in _UNAVAILABLE or code.startswith("08") or error.connection_invalidated:
        return Unavailable("The connection to the database was lost: try again.")
    return None


def sqlstate(error: DBAPIError) -> str:
    """Return the server's five-letter error code, or an empty string."""
    return str(getattr(error.orig, "sqlstate", None) or "")


def constraint_name(error: DBAPIError) -> str:
    """Return the name of the violated constraint, or an empty string."""
    return str(getattr(error.driver_exception, "constraint_name", None) or "")

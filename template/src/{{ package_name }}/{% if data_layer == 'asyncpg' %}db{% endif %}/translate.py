"""From the driver's errors to ours, decided by SQLSTATE (C5, C8, D2).

See the PostgreSQL documentation, appendix A, for the codes.
"""

from collections.abc import Generator
from contextlib import contextmanager

import asyncpg

from .errors import (
    Busy,
    Conflict,
    Contended,
    DeadlineExceeded,
    DomainError,
    OutcomeUnknown,
    Unavailable,
)
from .guard import Connection

_CONTENDED = {"40001", "40P01"}  # serialization_failure, deadlock_detected
# foreign key, unique, check, exclusion; a sum that no longer fits its column
_CONFLICT = {"23503", "23505", "23514", "23P01"}
_OUT_OF_RANGE = "22003"
_TOO_LATE = {"25P03", "25P04", "57014"}  # idle-in-transaction, transaction and statement timeout
# too many connections; shutting down, crashed, starting up
_UNAVAILABLE = {"53300", "57P01", "57P02", "57P03"}

# InternalClientError: the server has said that it ends the connection, and the driver has not noticed the end yet
_LOST = (OSError, asyncpg.InternalClientError)
# TimeoutError and ssl.SSLError are OSErrors
_NOT_CONNECTED = (*_LOST, asyncpg.PostgresError, asyncpg.InterfaceError)


@contextmanager
def driver_errors_translated(connection: Connection) -> Generator[None]:
    """Raise our error for a driver error that the block, which uses `connection` only, lets through.

    Others, which are bugs, pass as they are.
    """
    try:
        yield
    except asyncpg.PostgresError as error:
        error.detail = None  # it quotes whole rows, which have no place in a log
        ours = translate(error)
        if ours is None:
            raise
        raise ours from error
    except TimeoutError as error:
        msg = "The database took longer than the time it was given."
        raise DeadlineExceeded(msg) from error
    except (*_LOST, asyncpg.InterfaceError) as error:
        if not isinstance(error, _LOST) and not connection.is_closed():
            raise  # the driver was used wrongly
        msg = "The connection to the database was lost: try again."
        raise Unavailable(msg) from error


@contextmanager
def connect_errors_translated() -> Generator[None]:
    """Raise Unavailable when the block, which opens a connection, fails in the network or at log-in."""
    try:
        yield
    except _NOT_CONNECTED as error:
        msg = f"The database cannot be reached ({type(error).__name__})."
        raise Unavailable(msg) from error


@contextmanager
def commit_errors_translated() -> Generator[None]:
    """Raise OutcomeUnknown when the connection is lost while the block, whose errors are ours, commits."""
    try:
        yield
    except (Unavailable, DeadlineExceeded) as error:
        msg = "The connection was lost during the commit: the change may or may not have been made."
        raise OutcomeUnknown(msg) from error


def translate(error: asyncpg.PostgresError) -> DomainError | None:
    """Return our error for `error`, or None when it is no expected failure but a bug."""
    code = error.sqlstate or ""
    if code in _CONTENDED:
        return Contended("The operation collided with concurrent ones: try again.")
    if code in _CONFLICT:
        return Conflict(f"The data contradicts the constraint {error.constraint_name!r}.")
    if code == _OUT_OF_RANGE:
        return Conflict("A number would become too large to be stored.")
    if code == "55P03":
        return Busy("A row or table stayed locked for too long: try again.")
    if code in _TOO_LATE:
        return DeadlineExceeded("The database took longer than the time it was given.")
    if code in _UNAVAILABLE or code.startswith("08"):
        return Unavailable("The connection to the database was lost: try again.")
    return None

"""What the server's error codes mean here, and what of an error may be told (C5, C8, C9, D2, E1).

See the PostgreSQL documentation, appendix A, for the codes.
"""

import re

import asyncpg

from .errors import Busy, Conflict, Contended, DeadlineExceeded, DomainError, Unavailable

TOO_LATE = "The database took longer than the time it was given."
LOST = "The connection to the database was lost: try again."

_CONTENDED = {"40001", "40P01"}  # serialization_failure, deadlock_detected
# foreign key, unique, check, exclusion; a sum that no longer fits its column
_CONFLICT = {"23503", "23505", "23514", "23P01"}
_OUT_OF_RANGE = "22003"
_NOT_AVAILABLE = "55P03"  # a lock, within lock_timeout
_TOO_LATE = {"25P03", "25P04", "57014"}  # idle-in-transaction, transaction and statement timeout
READ_ONLY = "25006"
"""The server is no longer, or not yet, the primary: each change on this connection will fail."""
_UNAVAILABLE = {"57P01", "57P02", "57P03"}  # shutting down, crashed, starting up
_CONNECTION_EXCEPTION = "08"
_INSUFFICIENT_RESOURCES = "53"  # too many connections, disk or memory full

# the driver quotes a value that it cannot send
_VALUE = re.compile(r"(?<=invalid input for query argument )(\$\d+)\b.*", re.DOTALL)


def expected_failure(error: BaseException) -> DomainError | None:
    """Return our error for the server's, by its code, or None when it is no expected failure but a bug."""
    sqlstate: str = getattr(error, "sqlstate", None) or ""
    if sqlstate in _CONTENDED:
        return Contended("The operation collided with concurrent ones: try again.")
    if sqlstate in _CONFLICT:
        constraint: str = getattr(error, "constraint_name", None) or ""
        return Conflict(f"The data contradicts the constraint {constraint!r}.")
    if sqlstate == _OUT_OF_RANGE:
        return Conflict("A number would become too large to be stored.")
    if sqlstate == _NOT_AVAILABLE:
        return Busy("A row or table stayed locked for too long: try again.")
    if sqlstate in _TOO_LATE:
        return DeadlineExceeded(TOO_LATE)
    if sqlstate in _UNAVAILABLE or sqlstate.startswith(_CONNECTION_EXCEPTION):
        return Unavailable(LOST)
    if sqlstate.startswith(_INSUFFICIENT_RESOURCES):
        return Unavailable("The database has run out of resources: try again later.")
    if sqlstate == READ_ONLY:
        return Unavailable("The database accepts no changes: it may have become a standby.")
    return None


def is_outage(error: BaseException | None) -> bool:
    """Tell a database, or a network, that fails for everybody and comes back from what is broken by itself."""
    ours = error if error is None or isinstance(error, DomainError) else expected_failure(error)
    return isinstance(ours, (Busy, DeadlineExceeded)) or isinstance(error, OSError)


def is_answer(error: BaseException) -> bool:
    """Tell an error that the server sent, which ends its statement, from one of the driver or of the network."""
    return getattr(error, "severity", None) is not None


def remove_values(*errors: BaseException | None) -> None:
    """Take rows and parameters out of the texts of the driver's error, and of those that wrap it.

    They have no place in a log.
    """
    for error in filter(None, errors):
        if isinstance(error, asyncpg.PostgresError):
            error.detail = None  # quotes whole rows
        error.args = tuple(_VALUE.sub(r"\1", str(text)) for text in error.args)

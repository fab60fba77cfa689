"""What the server's error codes mean here (C5, C8, C9, D2).

See the PostgreSQL documentation, appendix A, for the codes.
"""

from .errors import Busy, Conflict, Contended, DeadlineExceeded, DomainError, Unavailable

TOO_LATE = "The database took longer than the time it was given."
LOST = "The connection to the database was lost: try again."

_CONTENDED = {"40001", "40P01"}  # serialization_failure, deadlock_detected
# foreign key, unique, check, exclusion; a sum that no longer fits its column
_CONFLICT = {"23503", "23505", "23514", "23P01"}
_OUT_OF_RANGE = "22003"
_NOT_AVAILABLE = "55P03"  # a lock, within lock_timeout
_TOO_LATE = {"25P03", "25P04", "57014"}  # idle-in-transaction, transaction and statement timeout
# too many connections; shutting down, crashed, starting up
_UNAVAILABLE = {"53300", "57P01", "57P02", "57P03"}
_CONNECTION_EXCEPTION = "08"


def expected_failure(sqlstate: str, constraint: str) -> DomainError | None:
    """Return our error for a code, or None when it is no expected failure but a bug."""
    if sqlstate in _CONTENDED:
        return Contended("The operation collided with concurrent ones: try again.")
    if sqlstate in _CONFLICT:
        return Conflict(f"The data contradicts the constraint {constraint!r}.")
    if sqlstate == _OUT_OF_RANGE:
        return Conflict("A number would become too large to be stored.")
    if sqlstate == _NOT_AVAILABLE:
        return Busy("A row or table stayed locked for too long: try again.")
    if sqlstate in _TOO_LATE:
        return DeadlineExceeded(TOO_LATE)
    if sqlstate in _UNAVAILABLE or sqlstate.startswith(_CONNECTION_EXCEPTION):
        return Unavailable(LOST)
    return None

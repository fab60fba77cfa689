"""From the driver's errors to ours (C5, C8, D2)."""

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from .errors import DomainError, Unavailable
from .sqlstates import LOST, expected_failure


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

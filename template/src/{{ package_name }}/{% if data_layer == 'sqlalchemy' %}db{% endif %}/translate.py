"""From the driver's errors to ours (C5, C8, D2)."""

from collections.abc import Generator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError

from .errors import DomainError, Unavailable
from .sqlstates import LOST, expected_failure, remove_values

_FROM_STREAMS = (asyncpg.PostgresError, asyncpg.InterfaceError)


@contextmanager
def driver_errors_translated() -> Generator[None]:
    """Raise our error for a driver error that the block lets through, others as they are.

    Of `session.stream()` they are the driver's own: SQLAlchemy does not wrap what goes wrong between two rows.
    """
    try:
        yield
    except (DBAPIError, *_FROM_STREAMS) as error:
        ours = translate(error)
        if ours is None:
            raise
        raise ours from error


def translate(error: Exception) -> DomainError | None:
    """Return our error for SQLAlchemy's or the driver's, or None when it is no expected failure but a bug."""
    driver_error = error.driver_exception if isinstance(error, DBAPIError) else error
    remove_values(error, getattr(error, "orig", None), driver_error)
    expected = expected_failure(driver_error)
    return Unavailable(LOST) if expected is None and _is_disconnect(error) else expected


def _is_disconnect(error: Exception) -> bool:
    if isinstance(error, DBAPIError):
        return error.connection_invalidated
    # asyncpg has no class for it; SQLAlchemy recognises it by these words, too
    return isinstance(error, asyncpg.InterfaceError) and "connection is closed" in str(error)

"""From the driver's errors to ours (C5, C8, D2)."""

import asyncpg

from .errors import DeadlineExceeded, DomainError, Unavailable
from .guard import Connection
from .sqlstates import LOST, READ_ONLY, TOO_LATE, expected_failure, remove_values

# InternalClientError: the server has said that it ends the connection, and the driver has not noticed the end yet
_LOST = (OSError, asyncpg.InternalClientError)


def translate(error: BaseException, connection: Connection) -> DomainError | None:
    """Return our error for one that a call of the driver raised, or None when it is a bug; remove values from it.

    A connection that is of no more use is terminated.
    """
    if isinstance(error, asyncpg.PostgresError):
        remove_values(error)
        ours = expected_failure(error)
        if ours is None and connection.is_closed():
            ours = Unavailable(LOST)
        if error.sqlstate == READ_ONLY:
            connection.terminate()
        return ours
    if isinstance(error, TimeoutError):
        return DeadlineExceeded(TOO_LATE)
    if isinstance(error, _LOST) or (
        isinstance(error, asyncpg.InterfaceError) and connection.is_closed()
    ):
        connection.terminate()
        return Unavailable(LOST)
    return None

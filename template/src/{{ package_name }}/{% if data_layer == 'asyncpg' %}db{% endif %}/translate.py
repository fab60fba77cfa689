"""From the driver's errors to ours (C5, C8, D2)."""

from collections.abc import Generator
from contextlib import contextmanager

import asyncpg

from .errors import DeadlineExceeded, Unavailable
from .guard import Connection
from .sqlstates import LOST, READ_ONLY, TOO_LATE, expected_failure, remove_values

# InternalClientError: the server has said that it ends the connection, and the driver has not noticed the end yet
_LOST = (OSError, asyncpg.InternalClientError)


@contextmanager
def driver_errors_translated(connection: Connection) -> Generator[None]:
    """Raise our error for a driver error that the block, which uses `connection` only, lets through.

    Others, which are bugs, pass as they are.
    """
    try:
        yield
    except asyncpg.PostgresError as error:
        remove_values(error)
        ours = expected_failure(error)
        if ours is None and connection.is_closed():
            ours = Unavailable(LOST)
        if ours is None:
            raise
        if error.sqlstate == READ_ONLY:
            connection.terminate()
        raise ours from error
    except TimeoutError as error:
        raise DeadlineExceeded(TOO_LATE) from error
    except (*_LOST, asyncpg.InterfaceError) as error:
        if not isinstance(error, _LOST) and not connection.is_closed():
            raise  # the driver was used wrongly
        connection.terminate()
        raise Unavailable(LOST) from error

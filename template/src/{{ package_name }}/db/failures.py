"""Failures that are the same in every data layer: of opening a connection, and of losing it in a commit (C2, D2, D3).

Why a connection cannot be opened is said in the same words by the log, `migrate` and `doctor` (E2).
"""

from collections.abc import Generator
from contextlib import contextmanager

import asyncpg

from .errors import DeadlineExceeded, OutcomeUnknown, Unavailable
from .guard import DRIVER_ERRORS
from .sqlstates import expected_failure
from .tls import tls_failure
from .url import ConnectionParameters

UNREACHABLE = "The database cannot be reached."

OLDEST_SERVER = 14
"""The first PostgreSQL that knows every setting that is sent at log-in (15 on macOS)."""

_NEWEST_SETTING = "client_connection_check_interval"
_CLOSED = "unexpected connection_lost()"  # asyncpg has no class of its own for it
_TOO_OLD = (asyncpg.UndefinedObjectError, asyncpg.InvalidParameterValueError)


@contextmanager
def connect_errors_translated(
    parameters: ConnectionParameters, *more: type[Exception]
) -> Generator[None]:
    """Raise Unavailable when the block, which opens a connection, fails in the network or at log-in.

    `more` are errors that wrap the driver's own.
    """
    try:
        yield
    except (*DRIVER_ERRORS, *more) as error:
        raise Unavailable(UNREACHABLE, reason=connect_failure(error, parameters)) from error


@contextmanager
def connection_errors_translated(parameters: ConnectionParameters) -> Generator[None]:
    """Raise our error for one of the driver that the block, which uses a connection, lets through.

    Others of the server, which are bugs, pass as they are.
    """
    try:
        yield
    except DRIVER_ERRORS as error:
        ours = expected_failure(error)
        if ours is None and isinstance(error, asyncpg.PostgresError):
            raise
        if ours is None or isinstance(ours, Unavailable):
            ours = Unavailable(UNREACHABLE, reason=connect_failure(error, parameters))
        raise ours from error


@contextmanager
def commit_errors_translated() -> Generator[None]:
    """Raise OutcomeUnknown when the connection is lost while the block, whose errors are ours, commits."""
    try:
        yield
    except (Unavailable, DeadlineExceeded) as error:
        msg = "The connection was lost during the commit: the change may or may not have been made."
        raise OutcomeUnknown(msg) from error


def connect_failure(error: BaseException, parameters: ConnectionParameters) -> str:
    """Return the address, and what is known of the failure; never a secret."""
    original: BaseException = getattr(error, "driver_exception", error)
    addresses = zip(parameters.hosts, parameters.ports, strict=True)
    where = ", ".join(f"{host}:{port}" for host, port in addresses)
    why = tls_failure(original, parameters)
    if why is None and isinstance(original, TimeoutError):
        why = "no answer in time"
    if isinstance(original, _TOO_OLD) and _NEWEST_SETTING in str(original):
        why = f"the server is too old: upgrade it to PostgreSQL {OLDEST_SERVER} (on macOS 15) or newer"
    if why is None and isinstance(original, ConnectionError) and _CLOSED in str(original):
        why = "the connection was closed without an answer: is it PostgreSQL that listens there?"
    why = why or f"{type(original).__name__}: {original}".rstrip(": ")
    return f"{where}: {why}".splitlines()[0]

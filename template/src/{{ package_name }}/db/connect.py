"""The arguments of every connection to PostgreSQL: of the service, of migrations and of `doctor` (C6)."""

import math
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import product
from typing import Any

import asyncpg

from .failures import connect_errors_translated, connection_errors_translated
from .guard import DRIVER_ERRORS, Connection, GuardedConnection
from .keepalive import KEEPALIVE_PROBES, keepalive_seconds, with_keepalive
from .settings import DatabaseSettings
from .tls import tls_of_connections
from .url import ConnectionParameters

CLOSE_GRACE = 1.0
"""Seconds that closing a connection may take before it is terminated."""

# the host does not answer, starts or stops, or is not of the kind that target_session_attrs asks for
_TRY_NEXT_HOST = (
    OSError,
    asyncpg.CannotConnectNowError,
    asyncpg.exceptions.TargetServerAttributeNotMatched,
)


@asynccontextmanager
async def direct_connection(settings: DatabaseSettings) -> AsyncGenerator[Connection]:
    """Connect to PostgreSQL once, outside the pool; raise Unavailable when that fails."""
    async with opened_connection(connect_arguments(settings), settings.parameters) as connection:
        yield connection


@asynccontextmanager
async def opened_connection(
    arguments: dict[str, Any], parameters: ConnectionParameters
) -> AsyncGenerator[Connection]:
    """Connect with these arguments while the block lasts.

    Raises Unavailable when the server does not let us in, or fails in the block: a pooler in between lets in before
    it has asked PostgreSQL. Other errors of the server pass as they are.
    """
    with connect_errors_translated(parameters):
        connection = await connect_in_turn(**arguments)
    try:
        with connection_errors_translated(parameters):
            yield connection
    finally:
        await close(connection)


async def close(connection: Connection) -> None:
    """Close in good order, for CLOSE_GRACE seconds at most; never hides the error that ended its use."""
    with suppress(*DRIVER_ERRORS):  # then it is terminated
        await connection.close(timeout=CLOSE_GRACE)


async def connect_in_turn(
    *,
    host: Sequence[str],
    port: Sequence[int],
    target_session_attrs: str | None,
    ssl: Callable[[], Awaitable[Any]],
    **arguments: Any,
) -> Connection:
    """Do what `asyncpg.connect` does, with the timeout for each host.

    asyncpg gives one timeout to all hosts together: a silent first host would hide a good second one. `ssl` is asked
    at each call, because certificates are renewed.
    """
    tls = await ssl()
    kinds = _kinds(target_session_attrs)
    error: Exception = OSError("no host is named")
    for kind, address in product(kinds, zip(host, port, strict=True)):
        try:
            return await asyncpg.connect(
                host=address[0], port=address[1], target_session_attrs=kind, ssl=tls, **arguments
            )
        except _TRY_NEXT_HOST as reason:
            error = reason
    raise error


def connect_arguments(settings: DatabaseSettings) -> dict[str, Any]:
    """Return the arguments of `connect_in_turn` for PostgreSQL itself."""
    return {
        **network_arguments(settings, settings.parameters),
        "server_settings": {
            "application_name": settings.application_name,
            **time_limits(settings),
            **_server_keepalive(settings),
            **settings.parameters.server_settings,
        },
    }


def network_arguments(
    settings: DatabaseSettings, parameters: ConnectionParameters
) -> dict[str, Any]:
    """Return the arguments that say where to connect, and how long anything may take."""
    return {
        "host": list(parameters.hosts),
        "port": list(parameters.ports),
        "user": parameters.user,
        "password": parameters.password,
        "database": parameters.database,
        "target_session_attrs": parameters.target_session_attrs,
        "ssl": tls_of_connections(parameters),
        "direct_tls": parameters.sslnegotiation == "direct",
        "timeout": _connect_timeout(settings, parameters),
        "command_timeout": settings.command_timeout,
        "connection_class": with_keepalive(
            GuardedConnection, settings.silence_timeout, parameters.keepalive
        ),
    }


def _kinds(target_session_attrs: str | None) -> tuple[Any, ...]:
    """Return the kinds of server that are asked for, one after the other, of all hosts."""
    return (
        ("standby", "any") if target_session_attrs == "prefer-standby" else (target_session_attrs,)
    )


def _connect_timeout(settings: DatabaseSettings, parameters: ConnectionParameters) -> float:
    """Seconds for each attempt: every host has its turn before the wait for a connection ends."""
    asked = parameters.connect_timeout or settings.connect_timeout
    attempts = len(parameters.hosts) * len(_kinds(parameters.target_session_attrs))
    return min(asked, settings.acquire_timeout / attempts)


def time_limits(settings: DatabaseSettings) -> dict[str, str]:
    """Return the settings by which the server limits what the service asks of it.

    `client_connection_check_interval` ends a statement whose client is gone and could not cancel it; a PostgreSQL
    for macOS knows it since 15.
    """
    return {
        "statement_timeout": _milliseconds(settings.statement_timeout),
        "lock_timeout": _milliseconds(settings.lock_timeout),
        "idle_in_transaction_session_timeout": _milliseconds(settings.idle_in_transaction_timeout),
        "client_connection_check_interval": _milliseconds(min(1.0, settings.statement_timeout)),
    }


def _server_keepalive(settings: DatabaseSettings) -> dict[str, str]:
    idle, interval = keepalive_seconds(settings.silence_timeout)
    return {
        "tcp_user_timeout": _milliseconds(settings.silence_timeout),
        "tcp_keepalives_idle": str(idle),
        "tcp_keepalives_interval": str(interval),
        "tcp_keepalives_count": str(KEEPALIVE_PROBES),
    }


def _milliseconds(timeout: float) -> str:
    return str(math.ceil(timeout * 1000))  # 0 would mean no limit

"""The arguments of every connection to PostgreSQL: of the service, of migrations and of `doctor` (C6)."""

import math
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from .guard import Connection, GuardedConnection
from .settings import DatabaseSettings
from .tls import ssl_context
from .translate import connect_errors_translated

CLOSE_GRACE = 5.0
"""Seconds that closing a connection may take before it is terminated."""


@asynccontextmanager
async def direct_connection(settings: DatabaseSettings) -> AsyncGenerator[Connection]:
    """Connect once, outside the pool; raise Unavailable when that fails."""
    with connect_errors_translated(settings.parameters):
        connection = await asyncpg.connect(**connect_arguments(settings))
    try:
        yield connection
    finally:
        await connection.close(timeout=CLOSE_GRACE)


def connect_arguments(settings: DatabaseSettings) -> dict[str, Any]:
    """Return the arguments of `asyncpg.connect` for these settings."""
    parameters = settings.parameters
    return {
        "host": list(parameters.hosts),
        "port": list(parameters.ports),
        "user": parameters.user,
        "password": parameters.password,
        "database": parameters.database,
        "target_session_attrs": parameters.target_session_attrs,
        "ssl": ssl_context(parameters),
        "direct_tls": parameters.sslnegotiation == "direct",
        "timeout": parameters.connect_timeout or settings.connect_timeout,
        "command_timeout": settings.command_timeout,
        "connection_class": GuardedConnection,
        "server_settings": {
            "application_name": settings.application_name,
            "statement_timeout": _milliseconds(settings.statement_timeout),
            "lock_timeout": _milliseconds(settings.lock_timeout),
            "idle_in_transaction_session_timeout": _milliseconds(
                settings.idle_in_transaction_timeout
            ),
            **parameters.server_settings,
        },
    }


def _milliseconds(timeout: float) -> str:
    return str(math.ceil(timeout * 1000))  # 0 would mean no limit

"""Connections through PgBouncer in transaction mode: each transaction may run on another session (C5)."""

from contextlib import AbstractAsyncContextManager
from typing import Any

from .connect import network_arguments, opened_connection
from .guard import Connection
from .settings import DatabaseSettings


def pooler_arguments(settings: DatabaseSettings) -> dict[str, Any]:
    """Return the arguments of `connect_in_turn` for PgBouncer.

    No statement is kept prepared: the next transaction may run where nobody prepared it, or where somebody did before
    a change of the table. PgBouncer refuses other start-up settings: the role has them (see role_settings.py).
    """
    parameters = settings.pool_parameters
    return {
        **network_arguments(settings, parameters),
        "statement_cache_size": 0,
        "server_settings": {
            "application_name": settings.application_name,
            **parameters.server_settings,
        },
    }


def pooler_connection(settings: DatabaseSettings) -> AbstractAsyncContextManager[Connection]:
    """Open one connection through PgBouncer, outside of the pool. Raises Unavailable."""
    return opened_connection(pooler_arguments(settings), settings.pool_parameters)

"""Connections through PgBouncer in transaction mode: each transaction may run on another session (C5)."""

from typing import Any

from .connect import network_arguments
from .settings import DatabaseSettings


def pooler_arguments(settings: DatabaseSettings) -> dict[str, Any]:
    """Return the arguments of `asyncpg.connect` for PgBouncer.

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

"""The arguments of every connection to PostgreSQL: of the service, of migrations and of `doctor` (C6)."""

import math
from typing import Any

from .guard import GuardedConnection
from .settings import DatabaseSettings


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
        "ssl": False,
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

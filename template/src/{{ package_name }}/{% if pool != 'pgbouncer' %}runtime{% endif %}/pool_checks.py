"""Does the pool fit the server? Asked by `doctor`, and when the service starts (C5)."""

import structlog

from ..db import Unavailable
from ..db.budget import connection_budget
from ..db.connect import direct_connection
from ..db.guard import Connection
from ..db.settings import DatabaseSettings
from ..settings import SettingsError
from .finding import Finding

log = structlog.stdlib.get_logger()


async def pool_findings(connection: Connection, settings: DatabaseSettings) -> list[Finding]:
    """Return what `doctor` says of the pool."""
    budget = await connection_budget(connection, settings)
    return [Finding("connections", ok=budget.kept, detail=str(budget))]


async def check_pool(settings: DatabaseSettings) -> None:
    """Raise SettingsError when the processes together would exhaust the server.

    A database that cannot be reached is no reason not to start: the service is not ready until it can.
    """
    try:
        async with direct_connection(settings) as connection:
            budget = await connection_budget(connection, settings)
    except Unavailable as error:
        log.warning("connections_not_counted", reason=error.reason)
        return
    if not budget.kept:
        raise SettingsError(str(budget))

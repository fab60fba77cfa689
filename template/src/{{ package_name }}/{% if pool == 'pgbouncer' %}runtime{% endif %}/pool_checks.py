"""Is PgBouncer set up for the service? Asked by `doctor`, and when the service starts (C5)."""

import structlog

from ..db import Unavailable
from ..db.guard import Connection
from ..db.pooler import pooler_connection
from ..db.role_settings import limits_not_in_force
from ..db.settings import DatabaseSettings
from ..db.tls import tls_in_use
from .finding import Finding

log = structlog.stdlib.get_logger()


async def pool_findings(connection: Connection, settings: DatabaseSettings) -> list[Finding]:
    """Return what `doctor` says of PgBouncer and of the direct connection beside it."""
    findings = [await _direct(connection)]
    try:
        async with pooler_connection(settings) as through:
            findings.append(await _same_database(connection, through))
            findings.append(_tls(settings))
            findings.append(await _connections(through, settings))
            findings.append(await _time_limits(through, settings))
    except Unavailable as error:
        detail = f"{error}. Check DATABASE_URL and that PgBouncer runs."
        findings.append(Finding("connections", ok=False, detail=detail))
    return findings


async def check_pool(settings: DatabaseSettings) -> None:
    """Log a warning when the server's time limits are not those of the settings.

    A database that cannot be reached is no reason not to start: the service is not ready until it can.
    """
    try:
        async with pooler_connection(settings) as connection:
            otherwise = await limits_not_in_force(connection, settings)
    except Unavailable as error:
        log.warning("time_limits_not_checked", reason=error.reason)
        return
    if otherwise:
        log.warning("time_limits_not_in_force", remedy="run `doctor`", **otherwise)


async def _direct(connection: Connection) -> Finding:
    if await is_pooled(connection):
        detail = "DATABASE_DIRECT_URL leads to a PgBouncer: it has to name PostgreSQL itself"
        return Finding("direct connection", ok=False, detail=detail)
    return Finding("direct connection", ok=True, detail="leads to PostgreSQL itself")


async def _same_database(direct: Connection, through: Connection) -> Finding:
    statement = "SELECT current_database(), system_identifier FROM pg_control_system()"
    ours, theirs = await direct.fetchrow(statement), await through.fetchrow(statement)
    if ours == theirs:
        return Finding("same database", ok=True, detail="both URLs lead to it")
    ends = " and ".join(
        f"{variable} leads to {name} on the server {server}"
        for variable, (name, server) in (
            ("DATABASE_URL", theirs or ("", "")),
            ("DATABASE_DIRECT_URL", ours or ("", "")),
        )
    )
    detail = f"{ends}: what `migrate` does is not where the service works, correct one of them"
    return Finding("same database", ok=False, detail=detail)


def _tls(settings: DatabaseSettings) -> Finding:
    # the server knows the protocol up to PgBouncer only; that the connection was opened says that it is encrypted
    detail = tls_in_use(settings.pool_parameters, session="in use")
    return Finding("TLS to PgBouncer", ok=True, detail=detail)


async def _connections(connection: Connection, settings: DatabaseSettings) -> Finding:
    wanted = settings.processes * settings.connections
    detail = (
        f"{settings.processes} x {settings.connections} (DATABASE_PROCESSES x one process) to PgBouncer, "
        f"whose max_client_conn must allow {wanted}; its default_pool_size decides how many reach PostgreSQL"
    )
    if not await is_pooled(connection):
        detail = "DATABASE_URL leads to PostgreSQL itself: fine to develop on"
    return Finding("connections", ok=True, detail=detail)


async def _time_limits(connection: Connection, settings: DatabaseSettings) -> Finding:
    otherwise = await limits_not_in_force(connection, settings)
    if not otherwise:
        return Finding("time limits", ok=True, detail="in force through PgBouncer")
    found = ", ".join(f"{name}={value}" for name, value in otherwise.items())
    detail = (
        f"not those of the settings ({found}): run the command `migrate`, and then RECONNECT in "
        "PgBouncer's console"
    )
    return Finding("time limits", ok=False, detail=detail)


async def is_pooled(connection: Connection) -> bool:
    """Tell whether a PgBouncer is in between: the process that it names at log-in is none of the server's."""
    pid: int = await connection.fetchval("SELECT pg_backend_pid()")
    return pid != connection.get_server_pid()

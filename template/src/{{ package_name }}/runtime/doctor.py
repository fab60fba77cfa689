"""Is the set-up right? One finding per question, each with its remedy (E2)."""

import asyncio

from ..db import Unavailable
from ..db.connect import direct_connection
from ..db.errors import MigrationError
from ..db.failures import OLDEST_SERVER
from ..db.guard import Connection
from ..db.pool_settings import URL_VARIABLES
from ..db.tls import tls_in_use
from ..settings import Settings, unknown_variables
from .finding import Finding
from .migrations import migration_packages
from .pool_checks import pool_findings

_ASKED_URL = URL_VARIABLES[-1]


async def examine(settings: Settings) -> list[Finding]:
    """Ask all questions; those about the database only when it can be reached."""
    findings = [_event_loop(), _unknown_settings()]
    try:
        async with direct_connection(settings.database) as connection:
            findings += [
                await _database(connection),
                await _server_version(connection),
                await _tls(connection, settings),
                *await pool_findings(connection, settings.database),
            ]
        findings.append(await _migrations(settings))
    except Unavailable as error:
        findings.append(
            Finding(
                "database",
                ok=False,
                detail=f"{error}. Check {_ASKED_URL} and that the server runs.",
            )
        )
    return findings


def _event_loop() -> Finding:
    loop = type(asyncio.get_running_loop())
    return Finding("event loop", ok=True, detail=f"{loop.__module__}.{loop.__qualname__}")


def _unknown_settings() -> Finding:
    unknown = unknown_variables()
    if unknown:
        names = ", ".join(unknown)
        detail = f"{names} in the environment or .env: no such setting, see .env.example"
        return Finding("settings", ok=False, detail=detail)
    return Finding("settings", ok=True, detail="no unknown variables")


async def _database(connection: Connection) -> Finding:
    name, role = await connection.fetchrow("SELECT current_database(), current_user") or ("", "")
    return Finding("database", ok=True, detail=f"{name} answers, as {role}")


async def _server_version(connection: Connection) -> Finding:
    major = connection.get_server_version().major
    if major < OLDEST_SERVER:
        detail = f"PostgreSQL {major}: upgrade it to {OLDEST_SERVER} or newer"
        return Finding("server version", ok=False, detail=detail)
    return Finding("server version", ok=True, detail=f"PostgreSQL {major}")


async def _tls(connection: Connection, settings: Settings) -> Finding:
    statement = "SELECT version, cipher FROM pg_stat_ssl WHERE ssl AND pid = pg_backend_pid()"
    row = await connection.fetchrow(statement)
    session = f"{row['version']}, {row['cipher']}" if row else ""
    detail = tls_in_use(settings.database.parameters, session=session)
    return Finding("TLS", ok=True, detail=detail)


async def _migrations(settings: Settings) -> Finding:
    try:
        with migration_packages():
            from ..db.migrate import (
                SchemaState,
                alembic_config,
                migration_connection,
                newest_revisions,
                schema_state,
            )
        config = alembic_config()
        async with migration_connection(settings.database) as connection:
            state = await connection.run_sync(schema_state, config)
    except MigrationError as error:
        return Finding("migrations", ok=False, detail=str(error))
    match state:
        case SchemaState.AT_HEAD:
            heads = ", ".join(newest_revisions(config)) or "none"
            return Finding("migrations", ok=True, detail=f"at the newest ({heads})")
        case SchemaState.BEHIND:
            detail = "some are missing: run the command `migrate`"
        case SchemaState.AHEAD:
            detail = "the database is newer than this code: deploy the version that migrated it"
    return Finding("migrations", ok=False, detail=detail)

"""The time limits of the server as settings of the service's role: they survive PgBouncer (C5, C6).

PgBouncer does not hand on start-up settings, and a SET would stay behind for other clients. What ALTER ROLE sets
holds for every new session of the role, PgBouncer's included.
"""

import getpass
import os
from collections.abc import Mapping

import asyncpg
import structlog

from .connect import direct_connection, time_limits
from .errors import DomainError, Unavailable
from .guard import Connection
from .pooler import pooler_connection
from .settings import DatabaseSettings

LOCK_ID = 7_164_225_043_019_552_532
"""Key of the advisory lock: two ALTER ROLE of the same role at once can fail."""


log = structlog.stdlib.get_logger()


class RoleSettingsError(DomainError):
    """The role's settings cannot be changed; the message says what to do."""

    slug = "role-settings"


async def set_role_settings(settings: DatabaseSettings) -> None:
    """Make the time limits settings of the service's role in its database, unless they are already.

    Needs the right to change the role: that of the role itself, or of a superuser. Raises RoleSettingsError without
    it, Unavailable when PostgreSQL cannot be reached.
    """
    role = await _role_of_the_service(settings)
    async with direct_connection(settings) as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK_ID)
        present = await _settings_of(connection, role)
        limits = time_limits(settings).items()
        missing = {name: value for name, value in limits if present.get(name) != value}
        await _alter_role(connection, role, missing)


async def limits_not_in_force(connection: Connection, settings: DatabaseSettings) -> dict[str, str]:
    """Return what the server limits otherwise than set, by name, on a connection through PgBouncer."""
    rows = await connection.fetch("SELECT name, setting FROM pg_settings")
    found: dict[str, str] = {row["name"]: row["setting"] for row in rows}
    wanted = time_limits(settings)
    return {name: found[name] for name in wanted if found[name] != wanted[name]}


async def _role_of_the_service(settings: DatabaseSettings) -> str:
    """Ask as whom PgBouncer logs in, which may be another than the URL names; without PgBouncer believe the URL."""
    try:
        async with pooler_connection(settings) as connection:
            role: str = await connection.fetchval("SELECT session_user")
    except Unavailable as error:
        role = settings.pool_parameters.user or os.environ.get("PGUSER") or getpass.getuser()
        log.warning("role_taken_from_the_url", role=role, reason=error.reason)
    return role


async def _settings_of(connection: Connection, role: str) -> Mapping[str, str]:
    """What ALTER ROLE ... IN DATABASE ... SET left, by name."""
    lines: list[str] | None = await connection.fetchval(
        "SELECT setconfig FROM pg_db_role_setting JOIN pg_roles ON pg_roles.oid = setrole"
        " JOIN pg_database ON pg_database.oid = setdatabase"
        " WHERE rolname = $1 AND datname = current_database()",
        role,
    )
    return dict(line.split("=", 1) for line in lines or ())


async def _alter_role(connection: Connection, role: str, missing: Mapping[str, str]) -> None:
    statements: list[str] = [
        await connection.fetchval(
            "SELECT format('ALTER ROLE %I IN DATABASE %I SET %I = %L;',"
            " $1::text, current_database(), $2::text, $3::text)",
            role,
            name,
            value,
        )
        for name, value in missing.items()
    ]
    try:
        for statement in statements:
            await connection.execute(statement)
    except (asyncpg.InsufficientPrivilegeError, asyncpg.UndefinedObjectError) as error:
        msg = f"The time limits cannot be set ({error}): run this as a superuser: {' '.join(statements)}"
        raise RoleSettingsError(msg) from error

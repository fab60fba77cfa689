"""Bringing the schema to the newest revision, safely from several replicas at once.

The lock is polled, without a transaction open in between: a blocking pg_advisory_lock() would hold a snapshot for which
CREATE INDEX CONCURRENTLY in the migration waits for ever.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from enum import Enum
from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from .connect import connect_arguments
from .deadline import deadline
from .errors import MigrationError, Unavailable
from .settings import DatabaseSettings
from .translate import connect_errors_translated

log = structlog.stdlib.get_logger()

LOCK_ID = 7_164_225_043_019_552_531
"""Key of the advisory lock; any number does that no other use of the database takes."""

POLL = 0.2
"""Seconds between two attempts to get the lock."""


@asynccontextmanager
async def migration_connection(settings: DatabaseSettings) -> AsyncGenerator[AsyncConnection]:
    """Connect as the service does, once; raise Unavailable when that fails.

    A migration may take longer than a request: its statements have no time limit, waiting for a lock has.
    """
    arguments = connect_arguments(settings)
    arguments["command_timeout"] = None
    arguments["server_settings"] |= {
        "statement_timeout": "0",
        "idle_in_transaction_session_timeout": "0",
    }
    engine = create_async_engine(
        "postgresql+asyncpg://", connect_args=arguments, poolclass=NullPool, hide_parameters=True
    )
    try:
        async with AsyncExitStack() as stack:
            with connect_errors_translated():
                try:
                    connection = await stack.enter_async_context(engine.connect())
                except DBAPIError as error:
                    msg = f"The database refuses the connection: {error.driver_exception}."
                    raise Unavailable(msg) from error
            yield connection
    finally:
        await engine.dispose()


async def migrate(settings: DatabaseSettings, *, timeout: float = 600.0) -> None:
    """Run the migrations that are missing, one transaction each; return at once when there are none.

    A database that is newer than this code is left alone, so that the version before a release can be started again.
    Waits up to `timeout` seconds for another process that migrates; its own migrations take what they take. Raises
    DeadlineExceeded after that, Unavailable when the database cannot be reached, MigrationError when there is no
    migrations folder or a migration fails.
    """
    config = alembic_config()
    async with migration_connection(settings) as connection:
        state = await connection.run_sync(schema_state, config)
        if state is SchemaState.AHEAD:
            log.warning("database_is_newer_than_the_code")
        if state is not SchemaState.BEHIND:
            return
        async with migration_lock(connection, timeout=timeout):
            await connection.run_sync(_upgrade, config)


@asynccontextmanager
async def migration_lock(
    connection: AsyncConnection, *, timeout: float = 600.0
) -> AsyncGenerator[None]:
    """Hold the lock that lets one process migrate at a time; leaves no transaction open.

    Raises DeadlineExceeded when another process still holds it after `timeout` seconds.
    """
    try_lock = text("SELECT pg_try_advisory_lock(:id)")
    async with deadline(timeout):
        while not await connection.scalar(try_lock, {"id": LOCK_ID}):
            await connection.commit()
            await asyncio.sleep(POLL)
        await connection.commit()
    try:
        yield
    finally:
        await connection.rollback()
        await connection.execute(text("SELECT pg_advisory_unlock(:id)"), {"id": LOCK_ID})
        await connection.commit()


def alembic_config() -> Config:
    """Return Alembic's configuration, from pyproject.toml in the current folder."""
    if not Path("pyproject.toml").exists() or not Path("migrations").exists():
        msg = f"There are no migrations in {Path.cwd()}: run this in the folder of pyproject.toml."
        raise MigrationError(msg)
    return Config(toml_file="pyproject.toml")


def newest_revisions(config: Config) -> list[str]:
    """Return the revisions that no other follows; there is one unless branches were not merged."""
    return ScriptDirectory.from_config(config).get_heads()


class SchemaState(Enum):
    """How the database's revision compares with the migrations that are here."""

    AT_HEAD = "at head"
    BEHIND = "behind"
    AHEAD = "ahead"


def schema_state(connection: Connection, config: Config) -> SchemaState:
    """Compare the database with the migrations; leaves no transaction open."""
    scripts = ScriptDirectory.from_config(config)
    current: set[str] = set()
    if connection.scalar(text("SELECT to_regclass('alembic_version')")) is not None:
        current.update(connection.scalars(text("SELECT version_num FROM alembic_version")))
    connection.rollback()
    if current == set(newest_revisions(config)):
        return SchemaState.AT_HEAD
    known = {script.revision for script in scripts.walk_revisions()}
    return SchemaState.BEHIND if current <= known else SchemaState.AHEAD


def _upgrade(connection: Connection, config: Config) -> None:
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except DBAPIError as error:
        msg = f"A migration failed and was rolled back: {error.driver_exception}."
        raise MigrationError(msg) from error

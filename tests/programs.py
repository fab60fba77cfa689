"""Servers that some tests need: without one they are left out, and the session says so at its end (tests/conftest.py).

`make test` installs them where it may (scripts/servers). In CI a missing one is a failure.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from .profiles import Answers

FOLDERS = (*os.get_exec_path(), "/usr/sbin", *map(str, Path("/usr/lib/postgresql").glob("*/bin")))

POSTGRESQL, PGBOUNCER = "postgresql", "pgbouncer"
"""The names of their packages."""

_PROGRAMS = {POSTGRESQL: "postgres", PGBOUNCER: "pgbouncer"}


def missing_for(answers: Answers) -> Iterator[str]:
    """Yield the packages that the tests of a project with these answers need, and that are not here."""
    needed = {
        POSTGRESQL: answers.get("sslmode", "disable") != "disable",
        PGBOUNCER: answers.get("pool") == "pgbouncer",
    }
    for package, program in _PROGRAMS.items():
        if needed[package] and not shutil.which(program, path=os.pathsep.join(FOLDERS)):
            yield package


def require_servers(answers: Answers) -> None:
    """Leave the test out when a server is missing; with CI=true, fail."""
    missing = list(missing_for(answers))
    if missing:
        leave_out(f"not installed: {' '.join(missing)}")


def leave_out(reason: str) -> None:
    """Skip the test for `reason`; with CI=true, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)

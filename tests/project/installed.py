"""Rendered projects with their dependencies, and commands that run in them."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

TIMEOUT = 2700.0
"""Seconds that any one command may take: a whole suite, on slow cores that others use too."""

# What the caller's shell says about other databases, projects and test processes.
KEPT = ("UV_PYTHON_DOWNLOADS", "PGBOUNCER")
FOREIGN_PREFIXES = ("DATABASE_", "SERVER_", "LOG_", "PG", "PYTEST_", "GIT_", "VIRTUAL_ENV", "UV_P")


@dataclass(frozen=True)
class Project:
    """A rendered project whose dependencies are installed in its own .venv."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / ".venv" / "bin" / "python"

    def run(
        self, *command: str, check: bool = True, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of the project's environment in its folder; show its output if it fails."""
        done = subprocess.run(
            [self.python, "-m", *command],
            cwd=self.folder,
            env=environment(**variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        if check:
            assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}"
        return done


def install(folder: Path, *, python: str | None = None) -> Project:
    """Lock and install the dependencies, from uv's cache alone when there is no network.

    `python` is a version, by default the one that runs the tests.
    """
    chosen = {"UV_PYTHON": python} if python else {}
    for offline in ({}, {"UV_OFFLINE": "1"}):
        done = subprocess.run(
            [uv(), "sync", "--quiet"],
            cwd=folder,
            env=environment(**chosen, **offline),
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        if done.returncode == 0:
            return Project(folder)
    raise AssertionError(done.stderr)


def uv() -> str:
    """Return the uv that runs this test session."""
    found = os.environ.get("UV") or shutil.which("uv")
    assert found, "run the tests with `make test`, which brings uv"
    return found


def environment(**variables: str) -> dict[str, str]:
    """Return the caller's environment without what would point a project elsewhere."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(FOREIGN_PREFIXES) or name in KEPT
    }
    return kept | variables

"""Installed projects, made once for all test processes."""

import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ..conftest import Render
from .installed import Project, install

Installed = Callable[..., Project]


@pytest.fixture(scope="session")
def installed(render: Render, shared_folder: Path) -> Installed:
    """Return a function that renders a project in a folder of its own and installs it."""

    def installed(**answers: Any) -> Project:
        rendered = render(answers)
        folder = shared_folder / f"installed-{rendered.name}"
        with (shared_folder / f"{folder.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = shared_folder / f"{folder.name}.done"  # what a failed attempt leaves is not
            if not done.exists():
                shutil.copytree(rendered, folder, dirs_exist_ok=True)
                install(folder)
                done.touch()
        return Project(folder)

    return installed

"""Rendered projects pass their own tests, wherever they lie."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ..profiles import BARE, Answers, name_of
from .conftest import Installed
from .installed import environment, install, uv


@pytest.mark.parametrize("answers", [{}, BARE], ids=name_of)
def test_project_passes_its_own_tests_and_skips_none(
    installed: Installed, answers: Answers
) -> None:
    done = installed(**answers).run("pytest", "-q", "-n", "2")

    summary = done.stdout.strip().splitlines()[-1]
    assert re.fullmatch(r"\d+ passed in .*", summary), done.stdout


def test_lock_file_is_consistent(installed: Installed) -> None:
    subprocess.run(
        [uv(), "lock", "--check", "--offline"],
        cwd=installed().folder,
        env=environment(),
        capture_output=True,
        check=True,
    )


def test_project_copied_elsewhere_passes_its_own_tests(
    installed: Installed, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "a folder with spaces"
    shutil.copytree(installed().folder, elsewhere, ignore=shutil.ignore_patterns(".venv", ".local"))

    done = install(elsewhere).run("pytest", "-q", "-n", "2", "tests/unit", "tests/integration")

    assert " passed" in done.stdout

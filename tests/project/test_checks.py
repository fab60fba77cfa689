"""Every profile is linted, formatted and type-checked by its own configuration."""

import subprocess
import sys
from pathlib import Path

import pytest

from ..conftest import Render
from ..profiles import NAMES, Answers, code_profiles, name_of
from .conftest import Installed

PROFILES = [*code_profiles(), *({"package_name": name} for name in NAMES)]


@pytest.mark.parametrize("answers", PROFILES, ids=name_of)
def test_profile_is_linted_and_formatted(render: Render, answers: Answers) -> None:
    project = render(answers)

    ruff(project, "check", "--no-cache")
    ruff(project, "format", "--check", "--no-cache")


@pytest.mark.parametrize("answers", code_profiles(), ids=name_of)
def test_profile_is_type_checked(render: Render, installed: Installed, answers: Answers) -> None:
    project = render(answers)

    # the dependencies are the same in every profile
    run(project, "basedpyright", "--pythonpath", str(installed().python))


def ruff(project: Path, *arguments: str) -> None:
    run(project, "ruff", *arguments)


def run(project: Path, module: str, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr

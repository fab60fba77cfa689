"""Every profile is linted, formatted and type-checked by its own configuration."""

import subprocess
import sys
from pathlib import Path

import pytest

from ..conftest import Render
from ..profiles import CODE_ANSWERS, NAMES, Answers, name_of, pairwise
from .conftest import Installed
from .installed import Project

# Every name and oldest Python with some of the answers that decide over code; tests/template/test_combinations.py lints
# them all.
PROFILES = pairwise({**CODE_ANSWERS, "package_name": ("my_service", *NAMES)})
# Every pair of values far apart, and the oldest and the newest Python; tests/matrix type-checks all combinations.
TYPE_CHECKED = pairwise(
    {
        **CODE_ANSWERS,
        "sslmode": ("disable", "verify-full"),
        "python_version": ("3.11", "3.14"),
    }
)
EVERYTHING: Answers = {
    "sslmode": "verify-full",
    "ssl_client_certificate": True,
    "durable_jobs": True,
}
"""A project whose environment holds the dependencies of all with the same framework."""


@pytest.mark.parametrize("answers", PROFILES, ids=name_of)
def test_profile_is_linted_and_formatted(render: Render, answers: Answers) -> None:
    project = render(answers)

    ruff(project, "check", "--no-cache")
    ruff(project, "format", "--check", "--no-cache")


@pytest.mark.parametrize("answers", TYPE_CHECKED, ids=name_of)
def test_profile_is_type_checked(render: Render, installed: Installed, answers: Answers) -> None:
    type_check(render(answers), installed(**EVERYTHING, framework=answers["framework"]))


def type_check(project: Path, environment: Project) -> None:
    run(project, "basedpyright", "--pythonpath", str(environment.python))


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

"""Rendered projects pass their own tests: every pair of the answers that decide over code, and every Python."""

import subprocess
from pathlib import Path

import pytest

from ..conftest import RenderInto
from ..profiles import BARE, CODE_ANSWERS, Answers, every_combination, name_of, pairwise
from ..programs import leave_out, require_servers
from ..project.conftest import Installed
from ..project.installed import environment, install, uv
from ..project.test_own_tests import passes_its_own_tests

PAIRWISE = pairwise(
    {name: values for name, values in CODE_ANSWERS.items() if name != "python_version"}
)
# What these decide together is most of the code: every combination, and not only every pair.
TRIPLES = [
    answers
    for third in ("pool", "durable_jobs")
    for answers in every_combination(
        {name: CODE_ANSWERS[name] for name in ("framework", "data_layer", third)}
    )
]
PROFILES = [
    *PAIRWISE,
    *(few for few in TRIPLES if not any(few.items() <= answers.items() for answers in PAIRWISE)),
    BARE,
]


@pytest.mark.parametrize("answers", PROFILES, ids=name_of)
def test_profile_passes_its_own_tests(installed: Installed, answers: Answers) -> None:
    require_servers(answers)

    passes_its_own_tests(installed(**answers))


@pytest.mark.parametrize("version", CODE_ANSWERS["python_version"])
@pytest.mark.parametrize("data_layer", CODE_ANSWERS["data_layer"])
def test_project_passes_its_own_tests_on(
    render_into: RenderInto, tmp_path: Path, data_layer: str, version: str
) -> None:
    if not is_here(version):
        leave_out(f"not installed: python{version}")
    render_into(tmp_path / "project", {"data_layer": data_layer, "python_version": version})

    passes_its_own_tests(install(tmp_path / "project", python=version))


def is_here(version: str) -> bool:
    """Tell whether uv finds such a Python, or may download it."""
    command = [uv(), "python", "install", "--quiet", version]
    found = [uv(), "python", "find", "--quiet", version]
    return any(
        subprocess.run(attempt, env=environment(), capture_output=True, check=False).returncode == 0
        for attempt in (found, command)
    )

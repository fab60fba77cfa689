"""Every profile is linted, formatted and type-checked by its own configuration."""

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from ..conftest import Render
from ..profiles import CODE_ANSWERS, NAMES, Answers, name_of, pairwise
from .conftest import Installed
from .installed import Project

# Every name and oldest Python with some of the answers that decide over code; tests/template/test_combinations.py lints
# them all.
PROFILES = pairwise({**CODE_ANSWERS, "package_name": ("my_service", *NAMES)})
# Every pair of the answers that move most code, and the oldest and the newest Python; tests/matrix has them all.
TYPE_CHECKED = pairwise(
    {
        "framework": CODE_ANSWERS["framework"],
        "data_layer": CODE_ANSWERS["data_layer"],
        "sslmode": ("disable", "verify-full"),
        "durable_jobs": (False, True),
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


@pytest.mark.parametrize("framework", CODE_ANSWERS["framework"])
def test_profiles_are_type_checked(
    render: Render, installed: Installed, tmp_path: Path, framework: str
) -> None:
    profiles = [answers for answers in TYPE_CHECKED if answers["framework"] == framework]

    type_check(profiles, render, installed(**EVERYTHING, framework=framework), tmp_path)


def type_check(profiles: list[Answers], render: Render, environment: Project, folder: Path) -> None:
    """Check projects as their pyproject.toml says, in one run: most of its time goes to the libraries they share."""
    included: list[Path] = []
    roots: list[dict[str, Any]] = []
    for answers in profiles:
        project = shutil.copytree(render(answers), folder / name_of(answers))
        pyproject = tomllib.loads((project / "pyproject.toml").read_text())
        own = pyproject["tool"]["basedpyright"]
        assert own.keys() == {"include", "pythonVersion", "typeCheckingMode"}
        assert own["typeCheckingMode"] == "strict"
        included += [project / part for part in own["include"]]
        root = {"root": project.name, "extraPaths": [f"{project.name}/src"]}
        roots.append(root | {"pythonVersion": own["pythonVersion"]})
    config = {
        "include": [str(path.relative_to(folder)) for path in included],
        "typeCheckingMode": "strict",
        "executionEnvironments": roots,
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(config))

    said = run(folder, "basedpyright", "--stats", "--pythonpath", str(environment.python))

    files = [file for path in included for file in path.rglob("*.py")]
    assert f"Found {len(files)} source files" in said


def ruff(project: Path, *arguments: str) -> None:
    run(project, "ruff", *arguments)


def run(project: Path, module: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout

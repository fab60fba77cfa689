"""What an update leaves to be done is refused by a project's CI and by its hooks before a commit."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from ..conftest import RenderInMemory
from ..update.conftest import commit

# not as they would stand in a file, or this one would be refused
LEFT = {
    "clean": ("src/a.py", "A = 1  # << 2\n", False),
    "underlined": ("README.md", "Heading\n=======\n", False),
    "before": ("src/a.py", f"{'<' * 7} before updating\nA = 1\n", True),
    "after": (".dockerignore", f"a\n{'>' * 7} after updating\n", True),
    "rejected": ("src/a.py.rej", "+A = 1\n", True),
    "original": ("src/a.py.orig", "A = 1\n", True),
}
EVERY_FILE = pytest.mark.parametrize(("name", "text", "refused"), LEFT.values(), ids=LEFT)


def script_of_github(text: str) -> str:
    steps = yaml.safe_load(text)["jobs"]["check"]["steps"]
    (script,) = (step["run"] for step in steps if "conflict" in step.get("name", ""))
    return script


def script_of_gitlab(text: str) -> str:
    (script,) = (step for step in yaml.safe_load(text)["check"]["script"] if "rej" in step)
    return script


@EVERY_FILE
@pytest.mark.parametrize(
    ("ci", "file", "script_in"),
    [
        ("github", ".github/workflows/ci.yml", script_of_github),
        ("gitlab", ".gitlab-ci.yml", script_of_gitlab),
    ],
    ids=["github", "gitlab"],
)
def test_ci_refuses_what_an_update_left(
    render_in_memory: RenderInMemory,
    tmp_path: Path,
    ci: str,
    file: str,
    script_in: Callable[[str], str],
    name: str,
    text: str,
    refused: bool,
) -> None:
    script = script_in(render_in_memory({"ci": ci})[file])
    write(tmp_path / name, text)
    commit(tmp_path, "as an update left it")

    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == int(refused), done.stdout + done.stderr
    assert (name in done.stdout) == refused


@EVERY_FILE
def test_hooks_refuse_what_an_update_left(
    render_in_memory: RenderInMemory, name: str, text: str, refused: bool
) -> None:
    configuration = yaml.safe_load(render_in_memory({})[".pre-commit-config.yaml"])
    hooks: dict[str, Any] = {hook["id"]: hook for hook in configuration["repos"][0]["hooks"]}
    markers, rejected = hooks["merge-conflict"], hooks["rejected-patch"]
    assert (markers["language"], rejected["language"]) == ("pygrep", "fail")

    marked = re.search(markers["entry"], text, re.MULTILINE)
    assert bool(marked or re.search(rejected["files"], name)) == refused


@pytest.mark.parametrize("name", ["src/a.py.rej", "src/a.py.orig"])
def test_git_sees_what_an_update_left(
    render_in_memory: RenderInMemory, tmp_path: Path, name: str
) -> None:
    write(tmp_path / ".gitignore", render_in_memory({})[".gitignore"])
    write(tmp_path / name, "+A = 1\n")
    commit(tmp_path, "everything")

    listed = subprocess.run(["git", "ls-files"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert name in listed.stdout.splitlines()


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)

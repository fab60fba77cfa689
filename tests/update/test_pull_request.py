"""The weekly workflow of a generated project: its steps run here, with a `gh` that writes down what it is asked."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from .conftest import NEWEST, commit, copy, crossed_from, git, release, released

UVX = f'#!/bin/sh\nexec "{sys.executable}" -m "$@"\n'
GH = '#!/bin/sh\necho "$*" >> "$ASKED"\n'
NEXT = "v999.0.1"


@dataclass
class Repository:
    """A project on a server, and what its workflow asked for."""

    template: Path
    project: Path
    origin: Path
    bin: Path

    def run_workflow(self, *, with_token: bool = False) -> subprocess.CompletedProcess[str]:
        """Run the steps one after another, as long as they succeed and their conditions hold."""
        git(self.project, "checkout", "--quiet", "main")
        (self.bin / "output").write_text("")
        steps = yaml.safe_load(
            (self.template / "template/.github/workflows/template.yml").read_text()
        )["jobs"]["update"]["steps"]
        update, pull_request = (step["run"] for step in steps if "run" in step)
        done = self.run(update)
        outputs = self.outputs()
        if done.returncode == 0 and outputs.get("updated") == "true":
            done = self.run(
                pull_request,
                CONFLICTS=outputs["conflicts"],
                MAY_CHANGE_WORKFLOWS=str(with_token).lower(),
            )
        return done

    def outputs(self) -> dict[str, str]:
        lines = (self.bin / "output").read_text().splitlines()
        return {name: value for name, _, value in (line.partition("=") for line in lines)}

    def run(self, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "HOME": str(self.bin),
            "GITHUB_OUTPUT": str(self.bin / "output"),
            "ASKED": str(self.bin / "asked"),
            **variables,
        }
        return subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script],
            cwd=self.project,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def asked(self) -> list[str]:
        return (self.bin / "asked").read_text().splitlines()


@pytest.fixture
def hosted(history: Path, tmp_path: Path) -> Repository:
    """Return a project of the working tree."""
    template = tmp_path / "template"
    git(tmp_path, "clone", "--quiet", str(history), str(template))
    made = Repository(template, tmp_path / "project", tmp_path / "origin", tmp_path / "bin")
    made.bin.mkdir()
    for name, script in {"uvx": UVX, "gh": GH}.items():
        (made.bin / name).write_text(script)
        (made.bin / name).chmod(0o755)
    start(made, NEWEST)
    return made


def start(repository: Repository, tag: str) -> None:
    copy(repository.template, tag, repository.project)
    commit(repository.project, "project")
    git(repository.project.parent, "init", "--quiet", "--bare", str(repository.origin))
    git(repository.project, "remote", "add", "origin", str(repository.origin))


def test_nothing_happens_without_a_new_release(hosted: Repository) -> None:
    done = hosted.run_workflow()

    assert done.returncode == 0, done.stderr
    assert git(hosted.origin, "branch", "--list") == ""


@pytest.mark.parametrize("edit", ["", "# another edit of the same line\n"])
def test_new_release_becomes_a_pull_request(hosted: Repository, edit: str) -> None:
    """A draft when an edit met the release's."""
    if edit:
        path = hosted.project / ".dockerignore"
        path.write_text(edit + path.read_text().partition("\n")[2])
        commit(hosted.project, "edit")
    new_release(hosted, NEXT, ".dockerignore")

    done = hosted.run_workflow()

    assert done.returncode == 0, done.stderr
    pushed = git(hosted.origin, "show", "template-update:.dockerignore")
    assert "# A line of the new release" in pushed
    (created,) = (line for line in hosted.asked if line.startswith("pr create"))
    assert ("--draft" in created) == ("<<<<<<<" in pushed) == bool(edit)
    assert (".dockerignore" in created) == bool(edit)


def test_token_is_the_one_that_was_set(template: Path) -> None:
    text = (template / "template/.github/workflows/template.yml").read_text()
    (tokens,) = (
        step["env"]
        for step in yaml.safe_load(text)["jobs"]["update"]["steps"]
        if "GH_TOKEN" in step.get("env", {})
    )
    assert (
        tokens
        | {
            "GH_TOKEN": "${{ secrets.TEMPLATE_TOKEN || github.token }}",
            "MAY_CHANGE_WORKFLOWS": "${{ secrets.TEMPLATE_TOKEN != '' }}",
        }
        == tokens
    )


def new_release(repository: Repository, tag: str, name: str) -> None:
    changed = repository.template / "template" / name
    changed.write_text("# A line of the new release\n" + changed.read_text().partition("\n")[2])
    release(repository.template, tag)


def test_release_that_asks_for_trust_is_left_to_a_person(
    hosted: Repository, tmp_path: Path
) -> None:
    (tag, *_) = [tag for tag in released() if crossed_from(tag)]
    old = Repository(hosted.template, tmp_path / "old", tmp_path / "old-origin", hosted.bin)
    start(old, tag)

    done = old.run_workflow()

    assert done.returncode == 1
    assert "--trust" in done.stdout
    assert git(old.origin, "branch", "--list") == ""

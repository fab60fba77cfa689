"""A repository with every release of the template, and the working tree as the newest."""

import hashlib
import json
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import copier
import pytest
import yaml

from ..conftest import ROOT, once

RELEASES = ROOT / "tests" / "releases"
NEWEST = "v999.0.0"
"""The tag of the working tree."""

Start = Callable[..., Path]


def released() -> list[str]:
    """Return the tags of the releases, the oldest first."""
    tags = [path.name.removesuffix(".tar.gz") for path in RELEASES.glob("v*.tar.gz")]
    return sorted(tags, key=number)


def copier_yml(tag: str) -> bytes:
    """Return the questions of a release, as its archive has them."""
    with tarfile.open(RELEASES / f"{tag}.tar.gz") as archive:
        file = archive.extractfile("copier.yml")
        assert file is not None
        return file.read()


@pytest.fixture(scope="session")
def history(template: Path, shared_folder: Path) -> Path:
    """Return a template repository in which each release is tagged, and the working tree is NEWEST."""

    def make(repository: Path) -> None:
        for tag in released():
            empty(repository)
            with tarfile.open(RELEASES / f"{tag}.tar.gz") as archive:
                archive.extractall(repository, filter="data")
            release(repository, tag)
        empty(repository)
        shutil.copytree(template, repository, dirs_exist_ok=True)
        release(repository, NEWEST)

    return once(shared_folder / "history", make)


@pytest.fixture(scope="session")
def copied(history: Path, shared_folder: Path) -> Callable[[str, str], Path]:
    """Return a function that makes a project of a release, as `copier copy` does, once for equal answers (JSON)."""

    def copied(tag: str, answers: str) -> Path:
        key = hashlib.sha256(answers.encode()).hexdigest()[:16]
        return once(
            shared_folder / f"copied-{tag}-{key}",
            lambda folder: copy(history, tag, folder, json.loads(answers)),
        )

    return copied


@pytest.fixture
def start(copied: Callable[[str, str], Path], tmp_path: Path) -> Start:
    """Return a function that makes a committed project of a release."""

    def start(
        tag: str, answers: dict[str, Any], *, name: str = "project", inside: bool = False
    ) -> Path:
        """`inside`: in a folder of a larger repository."""
        project = tmp_path / name
        if inside:
            git(tmp_path, "init", "--quiet", "--initial-branch", "main")
        shutil.copytree(copied(tag, json.dumps(answers)), project)
        commit(project, "project")
        return project

    return start


def copy(repository: Path, tag: str, project: Path, answers: dict[str, Any] | None = None) -> None:
    """Make a project of a release as `copier copy --defaults` does."""
    copier.run_copy(
        str(repository),
        project,
        data=answers or {},
        vcs_ref=tag,
        defaults=True,
        unsafe=False,
        quiet=True,
    )


def update(
    project: Path,
    *,
    answers: dict[str, Any] | None = None,
    trust: bool | None = None,
    quiet: bool = True,
) -> None:
    """Update to the working tree as `copier update --defaults` does.

    By default with `--trust` only when a migration is crossed.
    """
    copier.run_update(
        project,
        data=answers or {},
        vcs_ref=NEWEST,
        defaults=True,
        overwrite=True,
        unsafe=bool(crossed_from(version_of(project))) if trust is None else trust,
        quiet=quiet,
    )


def version_of(project: Path) -> str:
    """Return the tag that a project was rendered from."""
    answers = yaml.safe_load((project / ".copier-answers.yml").read_text())
    return str(answers["_commit"])


def crossed_from(tag: str) -> list[str]:
    """Return the versions of the migrations that an update from a release to the working tree crosses."""
    return [version for version in migrations() if number(version) > number(tag)]


def migrations() -> list[str]:
    configuration = yaml.safe_load((ROOT / "copier.yml").read_text())
    return [migration["version"] for migration in configuration.get("_migrations", [])]


def number(version: str) -> list[int]:
    """Return what versions are ordered by."""
    return [int(part) for part in version.removeprefix("v").split(".")]


FROM_EACH_RELEASE = pytest.mark.parametrize("tag", released())


def conflicts(project: Path) -> str:
    """Return the files in which an edit and the update met."""
    return git(project, "diff", "--name-only", "--diff-filter=U")


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file but git's, by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def changed(one: dict[str, bytes], other: dict[str, bytes]) -> set[str]:
    """Return the paths whose content differs, or that only one has."""
    return {name for name in one | other if one.get(name) != other.get(name)}


def mark_every_file(project: Path) -> dict[str, str]:
    """Append a marker of its own to each file that git tracks, commit, and return them by file."""
    files = set(git(project, "ls-files").splitlines()) - {".copier-answers.yml"}
    markers = {name: f"# marker-{number}-of-the-user" for number, name in enumerate(sorted(files))}
    for name, marker in markers.items():
        with (project / name).open("a") as file:
            file.write(f"{marker}\n")
    commit(project, "markers")
    return markers


def lost(project: Path, markers: dict[str, str]) -> set[str]:
    """Return the files whose marker is nowhere in the project."""
    text = "\n".join(content.decode() for content in contents(project).values())
    return {name for name, marker in markers.items() if not re.search(rf"{marker}\b", text)}


def empty(repository: Path) -> None:
    for path in repository.iterdir():
        if path.name != ".git":
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def release(repository: Path, tag: str) -> None:
    # right after a release the working tree is what that release has
    commit(repository, tag, "--allow-empty")
    git(repository, "tag", "--annotate", tag, "--message", tag)


def commit(folder: Path, message: str, *options: str) -> None:
    if not any((parent / ".git").exists() for parent in (folder, *folder.parents)):
        git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", *options, "--message", message)


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.com")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()

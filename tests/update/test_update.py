"""What an update does with files that the template changed or removed since."""

import shutil
from pathlib import Path

import pytest

from .conftest import NEWEST, commit, contents, copy, lost, mark_every_file, release, update

GONE = "src/my_service/db/gone.py"
MANAGED = ("src/my_service/db/", "src/my_service/web/", "src/my_service/runtime/")


@pytest.fixture
def repository(template: Path, tmp_path: Path) -> Path:
    """Return a template repository with two releases: a made-up earlier one, and the working tree."""
    repository = tmp_path / "template"
    shutil.copytree(template, repository)
    package = repository / "template" / "src" / "{{ package_name }}"
    now = {path: path.read_bytes() for path in (package / "db").glob("*.py")}
    readme = repository / "template" / "README.md.jinja"
    now[readme] = readme.read_bytes()
    for path, content in now.items():  # every file that will be updated was different
        if path.suffix == ".py":
            path.write_bytes(b"# the wording of an earlier release\n" + content)
    readme.write_bytes(b"<!-- the wording of an earlier release -->\n" + now[readme])
    (package / "db" / "gone.py").write_text('"""A managed module that was removed since."""\n')
    release(repository, "v0.0.1")
    for path, content in now.items():
        path.write_bytes(content)
    (package / "db" / "gone.py").unlink()
    release(repository, NEWEST)
    return repository


@pytest.fixture
def project(repository: Path, tmp_path: Path) -> Path:
    """Return a committed project of the earlier release."""
    return committed_copy(repository, "v0.0.1", tmp_path / "project")


def test_update_makes_managed_files_equal_to_a_fresh_copy(
    project: Path, repository: Path, tmp_path: Path
) -> None:
    update(project)

    fresh = committed_copy(repository, NEWEST, tmp_path / "fresh")
    for folder in MANAGED:
        assert contents(project / folder) == contents(fresh / folder)
    assert "earlier release" not in (project / "README.md").read_text()


def test_update_removes_a_managed_file_that_the_template_removed(project: Path) -> None:
    markers = mark_every_file(project)

    update(project)

    assert not (project / GONE).exists()
    assert markers[GONE] in (project / f"{GONE}.rej").read_text()
    assert lost(project, markers) == set()


def committed_copy(repository: Path, tag: str, project: Path) -> Path:
    copy(repository, tag, project)
    commit(project, "project")
    return project

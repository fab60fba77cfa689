"""A project of an earlier version, with its user's edits, becomes what the working tree renders."""

import re
import shutil
import subprocess
from pathlib import Path

import copier
import pytest

EDITS = {
    "src/my_service/ledger/accounts.py": "# edited: a file of the user's\n",
    "src/my_service/routes.py": "# edited: a file of the user's\n",
    "README.md": "An edit in the user's part of a shared file.\n",
    "pyproject.toml": "# edited: the user's part of a shared file\n",
    "src/my_service/settings.py": "# edited: the user's part of a shared file\n",
    "src/my_service/billing/__init__.py": '"""A domain of the user\'s own."""\n',
    ".env": "DATABASE_URL=postgresql://me@localhost/mine\n",
}
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
    release(repository, "v999.0.0")
    return repository


@pytest.fixture
def project(repository: Path, tmp_path: Path) -> Path:
    """Return a committed project of the earlier release with edits of its user's."""
    project = tmp_path / "project"
    copier.run_copy(
        str(repository), project, vcs_ref="v0.0.1", defaults=True, unsafe=False, quiet=True
    )
    for name, text in EDITS.items():
        path = project / name
        path.parent.mkdir(exist_ok=True)
        path.write_text((path.read_text() if path.exists() else "") + text)
    commit(project, "project")
    return project


def test_update_keeps_every_edit_and_makes_no_conflict(project: Path) -> None:
    update(project)

    for name, text in EDITS.items():
        assert text in (project / name).read_text(), name
    assert git(project, "diff", "--name-only", "--diff-filter=U") == ""
    assert not list(project.rglob("*.rej"))


def test_update_makes_managed_files_equal_to_a_fresh_copy(
    project: Path, repository: Path, tmp_path: Path
) -> None:
    update(project)

    fresh = tmp_path / "fresh"
    copier.run_copy(
        str(repository), fresh, vcs_ref="v999.0.0", defaults=True, unsafe=False, quiet=True
    )
    for folder in MANAGED:
        assert contents(project / folder) == contents(fresh / folder)
    assert "earlier release" not in (project / "README.md").read_text()


def test_second_update_changes_nothing(project: Path) -> None:
    update(project)
    commit(project, "updated")

    update(project)

    assert git(project, "status", "--porcelain") == ""


def test_marker_appended_to_every_file_is_still_somewhere_after_the_update(project: Path) -> None:
    files = [name for name in git(project, "ls-files").splitlines() if takes_comments(name)]
    markers = {name: f"# marker-{number}-of-the-user" for number, name in enumerate(files)}
    for name, marker in markers.items():
        with (project / name).open("a") as file:
            file.write(f"{marker}\n")
    commit(project, "markers")

    update(project)

    text = "\n".join(
        path.read_text()
        for path in project.rglob("*")
        if path.is_file() and ".git" not in path.parts
    )
    lost = {name for name, marker in markers.items() if not re.search(rf"{marker}\b", text)}
    assert lost <= {"src/my_service/db/gone.py"}, "copier removes what the template removed"


def takes_comments(name: str) -> bool:
    return name not in {".copier-answers.yml"}


def update(project: Path) -> None:
    """Update to the newest release as `copier update --defaults` does, without trust."""
    copier.run_update(
        project, vcs_ref="v999.0.0", defaults=True, overwrite=True, unsafe=False, quiet=True
    )


def release(repository: Path, tag: str) -> None:
    commit(repository, tag)
    git(repository, "tag", "--annotate", tag, "--message", tag)


def commit(folder: Path, message: str) -> None:
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.com")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }

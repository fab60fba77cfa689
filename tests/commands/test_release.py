"""`make release` cuts a release, and refuses a version that projects could not be updated to."""

import re
import shutil
import subprocess
import sys
import tarfile
from datetime import datetime
from pathlib import Path

import pytest

from ..conftest import ROOT
from ..update.conftest import commit, git

PASSED = "CHANGELOG.md has nothing under Unreleased"
"""The last of the checks; nothing is changed before it."""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository with some releases, a migration of 0.11.0 and an empty changelog."""
    (tmp_path / "scripts").mkdir()
    shutil.copy2(ROOT / "scripts" / "release.py", tmp_path / "scripts")
    migrations = (ROOT / "copier.yml").read_text().partition("\n_migrations:")[2]
    assert 'version: "0.3.0"' in migrations
    configuration = f"_migrations:{migrations}".replace("0.3.0", "0.11.0", 1)
    (tmp_path / "copier.yml").write_text(configuration)
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## [Unreleased]\n")
    (tmp_path / "tests" / "releases").mkdir(parents=True)
    (tmp_path / "tests" / "releases" / "v0.10.0.tar.gz").touch()
    commit(tmp_path, "everything")
    for tag in ("v0.9.0", "vendored"):  # a clone that lacks a tag
        git(tmp_path, "tag", tag)
    return tmp_path


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("0.10", "is not a version"),
        ("0.10.0", "v0.10.0 exists"),
        ("0.9.9", "below 0.10.0, the newest release"),
        ("0.10.1", "below 0.11.0, the version of a migration"),
        ("0.11.0", PASSED),
        ("1.0.0", PASSED),
    ],
)
def test_version_is_above_every_release_and_not_below_a_migration(
    repository: Path, version: str, message: str
) -> None:
    done = subprocess.run(
        [sys.executable, "scripts/release.py", version],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert message in done.stderr
    assert git(repository, "status", "--porcelain") == ""


ENTRIES = "\n### Added\n\n- C7: something.\n"
WITH_VERSION = ("pyproject.toml", "uv.lock")


def test_release_is_dated_tagged_and_archived(repository: Path) -> None:
    for name in ("release_notes.py", "archive_release.py"):
        shutil.copy2(ROOT / "scripts" / name, repository / "scripts")
    for name in WITH_VERSION:
        shutil.copy2(ROOT / name, repository)
    for part in ("includes", "template", "hooks"):
        (repository / part).mkdir()
        (repository / part / "file").write_text(part)
    changelog = repository / "CHANGELOG.md"
    changelog.write_text(f"# Changelog\n\n## [Unreleased]\n{ENTRIES}")
    commit(repository, "a feature")
    git(repository, "config", "user.name", "test")
    git(repository, "config", "user.email", "test@example.com")

    done = subprocess.run(
        [sys.executable, "scripts/release.py", "0.11.0"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert git(repository, "status", "--porcelain") == ""
    assert git(repository, "cat-file", "-t", "v0.11.0") == "tag", "not annotated"
    assert git(repository, "rev-parse", "v0.11.0^{commit}") == git(
        repository, "rev-parse", "HEAD~1"
    )
    (date,) = re.findall(r"## \[0\.11\.0\] - (.*)\n", changelog.read_text())
    assert datetime.fromisoformat(date)
    expected = f"# Changelog\n\n## [Unreleased]\n\n## [0.11.0] - {date}\n{ENTRIES}"
    assert changelog.read_text() == expected
    for name in WITH_VERSION:
        changed = git(repository, "diff", "--unified=0", "v0.11.0^", "v0.11.0", "--", name)
        assert re.findall(r"^\+(?!\+)(.*)", changed, re.M) == ['version = "0.11.0"'], name
    with tarfile.open(repository / "tests/releases/v0.11.0.tar.gz") as archive:
        assert {"CHANGELOG.md", "copier.yml", "hooks/file"} <= set(archive.getnames())
        entry = archive.extractfile("CHANGELOG.md")
        assert entry is not None
        assert entry.read().decode() == expected

"""`make release` refuses a version that projects could not be updated to."""

import shutil
import subprocess
import sys
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
    commit(tmp_path, "everything")
    for tag in ("v0.9.0", "v0.10.0", "vendored"):
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

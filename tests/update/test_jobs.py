"""Durable jobs can be switched on in a project that was made without them."""

import re
import shutil
from pathlib import Path

import pytest

from .conftest import NEWEST, Start, commit, conflicts, contents, git, released, update

MIGRATION = "migrations/versions/2026_11_21_0001_jobs.py"


@pytest.mark.parametrize("example", [True, False])
def test_switching_jobs_on_brings_their_migration_and_leaves_yours_alone(
    start: Start, example: bool
) -> None:
    """In a project of the newest release; tests/matrix has the others."""
    jobs_come_with_their_migration(start, released()[-1], example=example)


def jobs_come_with_their_migration(start: Start, tag: str, *, example: bool) -> None:
    project = start(tag, {"example": example})
    update(project)
    commit(project, "updated")
    before = yours(project)

    update(project, answers={"durable_jobs": True})

    after = yours(project)
    assert conflicts(project) == ""
    assert set(after) - set(before) == {MIGRATION}
    assert {name: content for name, content in after.items() if name != MIGRATION} == before
    assert (project / "src/my_service/jobs.py").is_file()
    # it follows a revision that the project has
    revision = re.search(r"^down_revision = (.*)$", after[MIGRATION].decode(), re.MULTILINE)
    assert revision is not None
    known = "\n".join(content.decode() for content in before.values())
    assert revision[1] == "None" or f"\nrevision = {revision[1]}\n" in known


def test_migration_that_a_team_removed_does_not_come_back(start: Start) -> None:
    """Squashed into another one, for example."""
    project = start(NEWEST, {"durable_jobs": True})
    (project / MIGRATION).unlink()
    commit(project, "squashed")

    update(project)

    assert git(project, "status", "--porcelain") == ""


def test_without_the_example_the_migration_begins_a_history_of_its_own(start: Start) -> None:
    """The ledger's migration, which it follows otherwise, was removed with the ledger."""
    project = start(NEWEST, {})
    shutil.rmtree(project / "migrations/versions")
    commit(project, "no ledger")

    update(project, answers={"example": False, "durable_jobs": True})

    assert "\ndown_revision = None\n" in (project / MIGRATION).read_text()


def yours(project: Path) -> dict[str, bytes]:
    return {
        name: content
        for name, content in contents(project).items()
        if name.startswith(("src/my_service/ledger/", "migrations/versions/", "tests/ledger/"))
    }

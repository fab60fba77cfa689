"""After an update the user reads what changed, by the ids of the patterns, and what to run next."""

import re
from pathlib import Path

import copier
import pytest

from ..conftest import ROOT
from .conftest import FROM_EACH_RELEASE, NEWEST, Start, commit, git, update

WORKFLOW = ".github/workflows/ci.yml"
REPOSITORY = re.compile(r"^- Repository: .*\n(?:  .*\n)*", re.M)
"""Entries that change nothing in projects are not printed."""
ENTRIES = (ROOT / "CHANGELOG.md").read_text()


@FROM_EACH_RELEASE
def test_update_prints_what_changed_since_the_release(
    start: Start, tag: str, capfd: pytest.CaptureFixture[str]
) -> None:
    project = start(tag, {})
    older = f"\n## [{tag.removeprefix('v')}]"
    newer, _, rest = ENTRIES.partition(older)
    assert rest, f"CHANGELOG.md has no entry for {tag}"

    update(project, quiet=False)

    shown = capfd.readouterr().err
    for section in REPOSITORY.sub("", newer).split("\n## [")[1:]:
        for line in section.splitlines() if "\n- " in section else ():
            assert line.replace("]", "", 1).strip() in shown.replace("]", "")
    assert "- Repository: " not in shown
    for line in rest.partition("\n## [")[0].splitlines():
        if line.startswith("- "):
            assert line not in shown, "an entry of the release that the project had already"
    assert "uv run pytest" in shown.partition("Next:")[2]


def test_update_to_the_same_release_prints_no_changes(
    start: Start, capfd: pytest.CaptureFixture[str]
) -> None:
    project = start(NEWEST, {})

    update(project, answers={"docker": False}, quiet=False)

    shown = capfd.readouterr().err
    assert "What changed" not in shown
    assert "CHANGELOG.md" not in shown
    assert "Next:" in shown


def test_update_says_how_to_find_what_went_with_an_answer(
    start: Start, capfd: pytest.CaptureFixture[str]
) -> None:
    project = start(NEWEST, {})
    edit = "\n  # an edit of the user's\n"
    workflow = project / WORKFLOW
    workflow.write_text(workflow.read_text() + edit)
    commit(project, "edit")

    update(project, answers={"ci": "gitlab"}, quiet=False)

    assert not workflow.exists()
    commands = re.findall(r"`git (.*?)`", capfd.readouterr().err)
    (listing,) = (command for command in commands if "--name-only" in command)
    (showing,) = (command for command in commands if command.startswith("show"))
    assert WORKFLOW in git(project, *listing.split()).splitlines()
    assert edit.strip() in git(project, *showing.replace("FILE", WORKFLOW).split())


def test_copy_prints_no_changes(
    history: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    copier.run_copy(str(history), tmp_path / "project", vcs_ref=NEWEST, defaults=True)

    assert "What changed" not in capfd.readouterr().err


def test_changelog_is_text_that_jinja_leaves_alone() -> None:
    """It is included in the message."""
    assert not any(opening in ENTRIES for opening in ("{{", "{%", "{#"))

"""What an update does when the answer to `framework` changes."""

from pathlib import Path

from .conftest import NEWEST, Start, changed, commit, conflicts, contents, update

LEDGER = Path("src/my_service/ledger")
OF_THE_FRAMEWORK = ("src/my_service/web", "tests/integration", "tests/support")


def test_switched_framework_changes_the_web_and_leaves_the_domain(start: Start) -> None:
    """The routes are the user's as well: porting them is what is left to do."""
    project = start(NEWEST, {})
    edited = project / LEDGER / "accounts.py"
    edited.write_text(edited.read_text() + "# edited: a file of the user's\n")
    commit(project, "edited")
    before = contents(project / LEDGER)

    update(project, answers={"framework": "tornado"})

    fresh = start(NEWEST, {"framework": "tornado"}, name="fresh")
    assert conflicts(project) == ""
    assert contents(project / LEDGER) == before
    for folder in OF_THE_FRAMEWORK:
        assert contents(project / folder) == contents(fresh / folder)
    assert changed(before, contents(fresh / LEDGER)) == {"accounts.py", "routes.py"}

"""What an update does when the answer to `framework` changes."""

from pathlib import Path

from .conftest import NEWEST, Start, commit, conflicts, contents, update

PACKAGE = Path("src/my_service")
LEDGER = PACKAGE / "ledger"
ROUTES = (PACKAGE / "routes.py", LEDGER / "routes.py")
OF_THE_FRAMEWORK = ("src/my_service/web", "tests/integration", "tests/support")


def test_switched_framework_leaves_the_domain_and_brings_its_routes_beside_yours(
    start: Start,
) -> None:
    project = start(NEWEST, {})
    for name in (LEDGER / "accounts.py", *ROUTES):
        path = project / name
        path.write_text(path.read_text() + "# edited: a file of the user's\n")
    commit(project, "edited")
    before = contents(project / LEDGER)
    routes = (project / PACKAGE / "routes.py").read_bytes()

    update(project, answers={"framework": "tornado"})

    fresh = start(NEWEST, {"framework": "tornado"}, name="fresh")
    assert conflicts(project) == ""
    brought = {"handlers.py": (fresh / LEDGER / "handlers.py").read_bytes()}
    assert contents(project / LEDGER) == {**before, **brought}
    for folder in OF_THE_FRAMEWORK:
        assert contents(project / folder) == contents(fresh / folder)
    handlers = PACKAGE / "handlers.py"
    assert (project / handlers).read_bytes() == (fresh / handlers).read_bytes()
    assert (project / PACKAGE / "routes.py").read_bytes() == routes

"""After an update, a project with its team's own domain passes its own tests, the team's among them."""

from ..project.installed import install
from ..project.test_own_tests import passes_its_own_tests
from ..update.conftest import FROM_EACH_RELEASE, Start, conflicts, update
from ..update.edits import make_edits


@FROM_EACH_RELEASE
def test_updated_project_passes_its_own_tests_and_the_teams(start: Start, tag: str) -> None:
    folder = start(tag, {})
    make_edits(folder)

    update(folder)

    assert conflicts(folder) == ""
    project = install(folder)
    for check in (("ruff", "check"), ("ruff", "format", "--check"), ("basedpyright",)):
        project.run(*check)
    passes_its_own_tests(project)

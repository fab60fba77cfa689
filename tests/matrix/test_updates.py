"""Updates of every release's projects: every pair of its answers, and a team's own domain that passes its tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ..profiles import BARE, Answers, name_of
from ..project.installed import install
from ..project.test_own_tests import passes_its_own_tests
from ..update.conftest import FROM_EACH_RELEASE, Start, conflicts, released, update
from ..update.edits import make_edits
from ..update.test_jobs import jobs_come_with_their_migration
from ..update.test_releases import becomes_what_is_rendered_anew, profiles_of

# What its pairs leave out: another name of the package, another Python, hardly anything.
FAR_FROM_THE_DEFAULT: list[Answers] = [
    {**BARE, "data_layer": "asyncpg", "pool": "nullpool", "sslmode": "require"},
    {
        "package_name": "a1",
        "python_version": "3.14",
        "framework": "tornado",
        "pool": "pgbouncer",
        "sslmode": "verify-full",
        "ssl_client_certificate": True,
        "ci": "gitlab",
        "license": "Apache-2.0",
    },
]
FROM = [
    pytest.param(tag, answers, id=f"{tag}-{name_of(answers)}")
    for tag in released()
    for answers in (*profiles_of(tag), *(FAR_FROM_THE_DEFAULT if tag == "v0.2.0" else ()))
]


@pytest.mark.parametrize(("tag", "answers"), FROM)
def test_marked_project_becomes_what_is_rendered_anew(
    start: Start,
    template: Path,
    record_property: Callable[[str, object], None],
    tag: str,
    answers: Answers,
) -> None:
    becomes_what_is_rendered_anew(start, template, record_property, tag, answers)


@pytest.mark.parametrize("example", [True, False])
@pytest.mark.parametrize("tag", released()[:-1])
def test_jobs_come_with_their_migration(start: Start, tag: str, example: bool) -> None:
    jobs_come_with_their_migration(start, tag, example=example)


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

"""A project of any release, with its user's edits, becomes what the working tree renders."""

import gzip
from pathlib import Path

import pytest

from ..conftest import RELEASING, ROOT
from ..profiles import BARE, Answers, name_of
from ..template.test_ownership import owner_of, table
from .conftest import (
    FROM_EACH_RELEASE,
    NEWEST,
    RELEASES,
    Start,
    commit,
    conflicts,
    contents,
    crossed_from,
    git,
    lost,
    mark_every_file,
    released,
    update,
)
from .edits import make_edits

# Answers that every release knows.
PROFILES: list[Answers] = [
    {},
    BARE,
    {"package_name": "a1", "python_version": "3.14", "ci": "gitlab", "license": "Apache-2.0"},
]
FROM = pytest.mark.parametrize(
    ("tag", "answers"),
    [
        pytest.param(tag, answers, id=f"{tag}-{name_of(answers)}")
        for tag in released()
        for answers in PROFILES
    ],
)
PACKAGE = "src/my_service"
FIXTURES = "tests/ledger/conftest.py"
"""The one file that is yours and that a migration changes."""
MIGRATED = {
    b"import POOL_SIZE": b"import CONNECTIONS",
    b'"pool_size": POOL_SIZE': b'"connections": CONNECTIONS',
    b"_context(app):\n        yield app": b"_context(app):\n"
    b"        proxy.reset()  # what is asked at the start is not counted\n        yield app",
}
"""What hooks/connections.py changes in them."""
REMOVED = {"v0.2.0": [f"{PACKAGE}/db/reasons.py"]}
"""Managed files that a release has and the working tree has not."""
EDITS = {
    f"{PACKAGE}/ledger/accounts.py": "# edited: a file of the user's\n",
    f"{PACKAGE}/routes.py": "# edited: a file of the user's\n",
    "README.md": "An edit in the user's part of a shared file.\n",
    "pyproject.toml": "# edited: the user's part of a shared file\n",
    f"{PACKAGE}/settings.py": "# edited: the user's part of a shared file\n",
    f"{PACKAGE}/billing/__init__.py": '"""A domain of the user\'s own."""\n',
    ".env": "DATABASE_URL=postgresql://me@localhost/mine\n",
}


@FROM
def test_untouched_project_becomes_what_is_rendered_anew(
    start: Start, template: Path, tag: str, answers: Answers
) -> None:
    project = start(tag, answers)
    before = contents(project)

    update(project)

    fresh = contents(start(NEWEST, answers, name="fresh"))
    rows = table(template, answers.get("package_name", "my_service"))
    managed = {name: text for name, text in fresh.items() if owner_of(name, rows) != "yours"}
    yours = {name: text for name, text in before.items() if owner_of(name, rows) == "yours"}
    if FIXTURES in yours and crossed_from(tag):
        for old, new in MIGRATED.items():
            yours[FIXTURES] = yours[FIXTURES].replace(old, new)
    assert contents(project) == {**managed, **yours}
    assert conflicts(project) == ""


@FROM_EACH_RELEASE
def test_edits_in_their_place_survive_without_a_conflict(start: Start, tag: str) -> None:
    project = start(tag, {})
    for name, text in EDITS.items():
        path = project / name
        path.parent.mkdir(exist_ok=True)
        path.write_text((path.read_text() if path.exists() else "") + text)
    commit(project, "edits")

    update(project)

    for name, text in EDITS.items():
        assert text in (project / name).read_text(), name
    assert conflicts(project) == ""
    assert not list(project.rglob("*.rej"))


@FROM_EACH_RELEASE
def test_domain_and_edits_of_a_team_survive_without_a_conflict(start: Start, tag: str) -> None:
    """tests/matrix runs the project's own tests, the team's among them, after such an update."""
    project = start(tag, {})
    edits = make_edits(project)

    update(project)

    assert conflicts(project) == ""
    for name, text in edits:
        assert text in (project / name).read_text(), name


@FROM_EACH_RELEASE
def test_marker_in_every_file_is_still_somewhere_after_the_update(start: Start, tag: str) -> None:
    project = start(tag, {})
    markers = mark_every_file(project)

    update(project)

    assert lost(project, markers) == set()
    left = {path.relative_to(project).as_posix() for path in project.rglob("*.rej")}
    assert left == {f"{name}.rej" for name in REMOVED.get(tag, ())}


@FROM_EACH_RELEASE
def test_deleted_file_stays_deleted(start: Start, tag: str) -> None:
    project = start(tag, {})
    (project / "Dockerfile").unlink()
    commit(project, "no Dockerfile")

    update(project)

    assert not (project / "Dockerfile").exists()
    assert conflicts(project) == ""


@FROM_EACH_RELEASE
def test_second_update_changes_nothing(start: Start, tag: str) -> None:
    project = start(tag, {})
    update(project)
    commit(project, "updated")

    update(project)

    assert git(project, "status", "--porcelain") == ""


@FROM_EACH_RELEASE
def test_archive_is_what_the_tag_holds(tag: str) -> None:
    if tag not in git(ROOT, "tag", "--list").splitlines():
        return  # a checkout without tags: there is nothing to compare with
    tagged: bytes = RELEASING["archive"](tag)

    assert gzip.decompress((RELEASES / f"{tag}.tar.gz").read_bytes()) == tagged

"""A project of any release, with its user's edits, becomes what the working tree renders."""

import gzip
import re
import subprocess
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any, cast

import yaml

from ..conftest import RELEASING, ROOT
from ..profiles import CODE_ANSWERS, SURROUNDINGS, Answers, pairwise
from ..programs import leave_out
from ..template.test_ownership import owner_of, table
from .conftest import (
    FROM_EACH_RELEASE,
    NEWEST,
    RELEASES,
    Start,
    commit,
    conflicts,
    contents,
    copier_yml,
    crossed_from,
    git,
    lost,
    mark_every_file,
    update,
)
from .edits import make_edits

VARIED = [name for name in (*CODE_ANSWERS, *SURROUNDINGS) if name != "python_version"]
FIXTURES = "tests/ledger/conftest.py"
"""The one file that is yours and that a migration changes without moving it."""
MIGRATED = {
    b"import POOL_SIZE": b"import CONNECTIONS",
    b'"pool_size": POOL_SIZE': b'"connections": CONNECTIONS',
    b"_context(app):\n        yield app": b"_context(app):\n"
    b"        proxy.reset()  # what is asked at the start is not counted\n        yield app",
}
"""What hooks/connections.py changes in them."""
REMOVED = {"v0.2.0": ["db/reasons.py"]}
"""Managed files of the package that a release has and the working tree has not."""
CONFLICT = re.compile(rb"<{7} .*?\n={7}\n(.*?)>{7} [^\n]*\n", re.DOTALL)
PACKAGE = "src/my_service"
EDITS = {
    f"{PACKAGE}/ledger/accounts.py": "# edited: a file of the user's\n",
    f"{PACKAGE}/routes.py": "# edited: a file of the user's\n",
    "README.md": "An edit in the user's part of a shared file.\n",
    "pyproject.toml": "# edited: the user's part of a shared file\n",
    f"{PACKAGE}/settings.py": "# edited: the user's part of a shared file\n",
    f"{PACKAGE}/billing/__init__.py": '"""A domain of the user\'s own."""\n',
    ".env": "DATABASE_URL=postgresql://me@localhost/mine\n",
}


def known_by(tag: str) -> dict[str, list[Any]]:
    """Return the answers that a release has for the questions that decide over code and files."""
    questions = yaml.safe_load(copier_yml(tag))
    return {name: answers_of(questions[name]) for name in VARIED if name in questions}


def answers_of(question: dict[str, Any]) -> list[Any]:
    """Return the answers to a question that are not refused."""
    choices = cast("dict[str, Any] | list[Any]", question.get("choices", [True, False]))
    found: list[Any] = list(choices.values()) if isinstance(choices, dict) else choices
    refusable = [cast("dict[str, Any]", one) for one in found if isinstance(one, dict)]
    plain = [one for one in found if not isinstance(one, dict)]
    return [*plain, *(one["value"] for one in refusable if "validator" not in one)]


def profiles_of(tag: str) -> list[Answers]:
    """Return projects of a release in which every pair of its answers occurs."""
    return pairwise(known_by(tag))


@FROM_EACH_RELEASE
def test_marked_project_becomes_what_is_rendered_anew(
    start: Start, template: Path, record_property: Callable[[str, object], None], tag: str
) -> None:
    """tests/matrix has every pair of the answers of every release."""
    becomes_what_is_rendered_anew(start, template, record_property, tag, {})


def becomes_what_is_rendered_anew(
    start: Start,
    template: Path,
    record_property: Callable[[str, object], None],
    tag: str,
    answers: Answers,
) -> None:
    """Put a marker of its own into each file, and update.

    Each file is what a fresh copy has, or as it was when it is yours, with its marker at its end. Only in managed
    files, which are not to be edited, may the markers meet a change of the release. Another update changes nothing.
    """
    project = start(tag, answers)
    package = f"src/{answers.get('package_name', 'my_service')}"
    rows = table(template, Path(package).name)
    moved = renamed_by_migrations(package, answers) if crossed_from(tag) else {}
    before = {moved.get(name, name): text for name, text in contents(project).items()}
    markers = mark_every_file(project)

    update(project)

    fresh = contents(start(NEWEST, answers, name="fresh"))
    yours = {name: text for name, text in before.items() if owner_of(name, rows) == "yours"}
    if crossed_from(tag):
        yours = {name: migrated(name, text, moved) for name, text in yours.items()}
    expected = {name: text for name, text in fresh.items() if owner_of(name, rows) != "yours"}
    expected |= yours
    found = contents(project)
    gone = {f"{package}/{name}" for name in REMOVED.get(tag, ())}
    assert before.keys() - expected == gone
    assert found.keys() - expected.keys() == {f"{name}.rej" for name in gone}
    assert expected.keys() <= found.keys()
    met = set(conflicts(project).splitlines())
    assert {owner_of(name, rows) for name in met} <= {"managed"}
    marked = {moved.get(name, name): f"{marker}\n".encode() for name, marker in markers.items()}
    for name, text in expected.items():
        if name in met:
            assert CONFLICT.sub(rb"\1", found[name]) == text, name
        else:
            assert found[name] == text + marked.get(name, b""), name
    assert lost(project, markers) == set()
    record_property("pairs", len(list(combinations(answers, 2))))
    record_property("markers", f"{len(markers)} kept, {len(met)} of them between conflict markers")

    commit(project, "updated")
    update(project)

    assert git(project, "status", "--porcelain") == ""


def renamed_by_migrations(package: str, answers: Answers) -> dict[str, str]:
    """Return what hooks/handlers.py renames."""
    if answers.get("framework") != "tornado":
        return {}
    folders = (package, f"{package}/ledger")
    return {f"{folder}/routes.py": f"{folder}/handlers.py" for folder in folders}


def migrated(name: str, text: bytes, moved: dict[str, str]) -> bytes:
    """Return a file of the user's with what migrations change in it."""
    if name == FIXTURES:
        for old, new in MIGRATED.items():
            text = text.replace(old, new)
    if name in moved.values():
        text = text.replace(b"from .ledger import routes", b"from .ledger import handlers")
    return text


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
def test_deleted_file_stays_deleted(start: Start, tag: str) -> None:
    project = start(tag, {})
    (project / "Dockerfile").unlink()
    commit(project, "no Dockerfile")

    update(project)

    assert not (project / "Dockerfile").exists()
    assert conflicts(project) == ""


@FROM_EACH_RELEASE
def test_archive_is_what_its_commit_holds(tag: str) -> None:
    """The archive names its commit: a clone without tags will do, with all of the history."""
    archived = gzip.decompress((RELEASES / f"{tag}.tar.gz").read_bytes())
    command = ["git", "get-tar-commit-id"]
    made_of = subprocess.run(command, input=archived, capture_output=True, check=True)
    commit_id = made_of.stdout.decode().strip()
    if not is_in_history(commit_id):
        leave_out(f"not in this clone: {commit_id}, the commit of {tag}; fetch all of the history")

    assert RELEASING["archive"](commit_id) == archived
    if tag in git(ROOT, "tag", "--list").splitlines():
        assert git(ROOT, "rev-parse", f"{tag}^{{commit}}") == commit_id


def is_in_history(commit_id: str) -> bool:
    command = ["git", "merge-base", "--is-ancestor", commit_id, "HEAD"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0

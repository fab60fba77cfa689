"""An answer that changes: the project becomes a fresh copy with the new answer, and the user's edits stay.

Only files that are yours may differ from the fresh copy, and which of them do is data here.
"""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ..profiles import Answers
from ..template.test_ownership import owner_of, table
from .conftest import NEWEST, Start, changed, commit, conflicts, contents, update

PACKAGE = "src/my_service"
LEDGER = f"{PACKAGE}/ledger"
EDITS = {
    "README.md": "An edit in the user's part of a shared file.\n",
    "pyproject.toml": "# edited: the user's part of a shared file\n",
    ".env.example": "# edited: the user's part of a shared file\n",
    f"{PACKAGE}/ledger/accounts.py": "# edited: a file of the user's\n",
    f"{PACKAGE}/routes.py": "# edited: a file of the user's\n",
    f"{PACKAGE}/models.py": "# edited: a file of the user's\n",
    f"{PACKAGE}/jobs.py": "# edited: a file of the user's\n",
    f"{PACKAGE}/billing/__init__.py": '"""A domain of the user\'s own."""\n',
}

OF_THE_DATA_LAYER = {
    f"{LEDGER}/accounts.py",
    f"{LEDGER}/dashboard.py",
    f"{LEDGER}/export.py",
    f"{LEDGER}/models.py",
    f"{LEDGER}/production.py",
    f"{LEDGER}/statements.py",
    f"{LEDGER}/transfers.py",
    f"{PACKAGE}/models.py",
    "migrations/versions/2026_11_21_0001_ledger.py",
    "migrations/versions/2026_11_21_0002_statements.py",
    "tests/ledger/test_models.py",
    "tests/ledger/test_round_trips.py",
}
"""The domain speaks the language of its data layer: it is rewritten by hand."""

OF_THE_FRAMEWORK = {
    f"{folder}/{name}.py" for folder in (LEDGER, PACKAGE) for name in ("routes", "handlers")
}
"""Those of the other framework come beside them."""

OF_THE_POOL = {"tests/ledger/test_round_trips.py"}
"""A test of the ledger that counts round trips, which only a pool makes few."""


OF_THE_JOBS = {
    f"{PACKAGE}/jobs.py",
    f"{LEDGER}/background.py",
    "migrations/versions/2026_11_21_0001_jobs.py",
    "migrations/versions/2026_11_21_0002_statements.py",
    "tests/ledger/test_statement_jobs.py",
    "tests/ledger/test_statements.py",
    "tests/ledger/worker.py",
}
"""The list of the jobs and the migration of their tables stay; what the ledger does with them is rewritten by hand."""


@dataclass(frozen=True)
class Walk:
    """A project whose answers change again and again."""

    name: str
    steps: tuple[Answers, ...]
    start: Answers = field(default_factory=dict[str, object])
    differ: frozenset[str] = frozenset()
    """Files that are yours, as the first copy rendered them, and not always as in a fresh copy."""


OF_THE_EXAMPLE = ("migrations/versions/", "tests/ledger/", f"{LEDGER}/")
"""What the first copy did not bring is not brought later; what it brought is deleted by hand."""

WALKS = [
    Walk(
        "pool",
        ({"pool": "nullpool"}, {"pool": "pgbouncer"}, {"pool": "pooled"}),
        differ=frozenset(OF_THE_POOL),
    ),
    Walk(
        "sslmode",
        (
            {"sslmode": "require"},
            {"sslmode": "verify-full", "ssl_client_certificate": True},
            {"sslmode": "verify-ca", "ssl_client_certificate": False},
            {"sslmode": "disable"},
        ),
    ),
    Walk(
        "data_layer",
        ({"data_layer": "asyncpg"}, {"data_layer": "sqlalchemy"}),
        differ=frozenset(OF_THE_DATA_LAYER),
    ),
    Walk(
        "framework",
        ({"framework": "tornado"}, {"framework": "fastapi"}),
        differ=frozenset(OF_THE_FRAMEWORK),
    ),
    Walk(
        "durable_jobs_from_the_start",
        ({"durable_jobs": False}, {"durable_jobs": True}),
        {"durable_jobs": True},
        frozenset(OF_THE_JOBS),
    ),
]

MORE_WALKS = [
    Walk(
        "tls_off_and_another_pool",
        ({"sslmode": "disable", "ssl_client_certificate": False}, {"pool": "nullpool"}),
        {
            "framework": "tornado",
            "data_layer": "asyncpg",
            "sslmode": "verify-full",
            "ssl_client_certificate": True,
        },
        frozenset(OF_THE_POOL),
    ),
    Walk(
        "data_layer_from_asyncpg",
        ({"data_layer": "sqlalchemy"},),
        {"data_layer": "asyncpg"},
        frozenset(OF_THE_DATA_LAYER),
    ),
    Walk(
        "example",
        ({"example": False}, {"example": True}),
        differ=frozenset({f"{PACKAGE}/models.py", f"{PACKAGE}/routes.py"}),
    ),
    Walk(
        "durable_jobs",
        ({"durable_jobs": True}, {"durable_jobs": False}, {"durable_jobs": True}),
        differ=frozenset(OF_THE_JOBS),
    ),
    Walk(
        "surroundings",
        (
            {"docker": False, "ci": "gitlab", "license": "Apache-2.0", "python_version": "3.14"},
            {"ci": "none", "license": "none"},
            {"docker": True, "ci": "github", "license": "MIT", "python_version": "3.11"},
        ),
    ),
]
"""Those of tests/matrix."""


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.name)
def test_switched_answer_gives_a_fresh_copy_and_the_edits(
    start: Start, template: Path, walk: Walk
) -> None:
    becomes_a_fresh_copy_and_the_edits(start, template, walk)


def becomes_a_fresh_copy_and_the_edits(start: Start, template: Path, walk: Walk) -> None:
    """Walk, and compare after each step."""
    project = start(NEWEST, walk.start)
    edit(project)
    rows = table(template)
    yours = {name: text for name, text in contents(project).items() if is_yours(name, rows)}
    seen_to_differ: set[str] = set()
    answers = walk.start
    for number, step in enumerate(walk.steps):
        answers = {**answers, **step}

        update(project, trust=False, answers=step)

        assert conflicts(project) == ""
        commit(project, f"{walk.name} {number}")
        fresh_project = start(NEWEST, answers, name=f"fresh-{number}")
        fresh = contents(fresh_project)
        shared_and_managed = {
            name: text + EDITS.get(name, "").encode()
            for name, text in fresh.items()
            if not is_yours(name, rows)
        }
        found = contents(project)
        brought = {name for name in fresh if is_yours(name, rows)} & (found.keys() - yours.keys())
        yours |= {name: fresh[name] for name in brought}
        assert changed(found, {**shared_and_managed, **yours}) == set()
        seen_to_differ |= {
            name
            for name in {*yours, *filter(lambda name: is_yours(name, rows), fresh)}
            if found.get(name) != fresh.get(name, b"") + EDITS.get(name, "").encode()
            and name != f"{PACKAGE}/billing/__init__.py"
        }
    of_the_example = {name for name in seen_to_differ if name.startswith(OF_THE_EXAMPLE)}
    if walk.name == "example":
        seen_to_differ -= of_the_example
    assert seen_to_differ == walk.differ


def is_yours(name: str, rows: list[tuple[str, str]]) -> bool:
    return owner_of(name, rows) == "yours" or name == f"{PACKAGE}/billing/__init__.py"


def edit(project: Path) -> None:
    for name, text in EDITS.items():
        path = project / name
        if path.exists() or "billing" in name:
            path.parent.mkdir(exist_ok=True)
            path.write_text((path.read_text() if path.exists() else "") + text)
    commit(project, "edits")

"""Who owns which file: one table in copier.yml, and what each answer takes away."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ..conftest import RenderInMemory
from ..in_memory import Project
from ..profiles import CODE_ANSWERS, Answers, pairwise

MARKER = "--- yours below: copier update keeps it ---"
ROW = re.compile(r"^#   (?P<path>/\S.*?)  +(?P<owner>yours|shared|managed)\b", re.MULTILINE)
SURROUNDINGS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "example": ({}, {"example": False}),
    "docker": ({}, {"docker": False}),
    "github": ({}, {"ci": "none"}),
    "gitlab": ({"ci": "gitlab"}, {"ci": "none"}),
    "license": ({}, {"license": "none"}),
    "durable_jobs": ({"durable_jobs": True}, {}),
}
ONLY_WITH = {
    "docker": {"Dockerfile", ".dockerignore", "compose.yaml"},
    "github": {".github/workflows/ci.yml", ".github/workflows/template.yml"},
    "gitlab": {".gitlab-ci.yml"},
    "license": {"LICENSE"},
    "durable_jobs": {
        "src/my_service/jobs.py",
        *(f"src/my_service/runtime/{name}.py" for name in ("dev_worker", "operate_jobs", "worker")),
        *(
            f"src/my_service/tasks/{name}.py"
            for name in (
                *("jobs", "jobs_admin", "jobs_connection", "jobs_history"),
                *("jobs_periods", "jobs_queries", "jobs_runner", "jobs_settings", "jobs_telemetry"),
                *("jobs_unit", "jobs_worker"),
            )
        ),
        "migrations/versions/2026_11_21_0001_jobs.py",
        *(f"tests/{name}.py" for name in ("support/jobs", "support/workers", "unit/test_jobs")),
        *(
            f"tests/integration/jobs/{name}.py"
            for name in (
                *("__init__", "conftest", "test_attempts", "test_enqueue", "test_errors"),
                *("test_order", "test_outcomes", "test_periods", "test_queue_connection"),
                *("test_stop", "test_tables", "test_telemetry", "test_workers"),
            )
        ),
        *(f"tests/ledger/{name}.py" for name in ("test_statement_jobs", "worker")),
    },
}


def table(template: Path, package: str = "my_service") -> list[tuple[str, str]]:
    """Return the paths and owners in the order of the table."""
    found = ROW.findall((template / "copier.yml").read_text())
    return [
        (path.replace("{{ package_name }}", package).lstrip("/"), owner)
        for path, owner in found
    ]


def owner_of(name: str, rows: list[tuple[str, str]]) -> str | None:
    for path, owner in rows:
        if name == path or (path.endswith("/") and name.startswith(path)):
            return owner
    return None


@pytest.fixture(scope="module")
def rendered(render_in_memory: RenderInMemory) -> Project:
    """Return every path that some answer renders, with its content in one of these projects."""
    answers = [*pairwise(CODE_ANSWERS), *(one for pair in SURROUNDINGS.values() for one in pair)]
    projects = [render_in_memory(one) for one in answers]
    of_copier = {".copier-answers.yml": ""}
    return of_copier | {name: text for project in projects for name, text in project.items()}


def test_every_rendered_file_has_an_owner(template: Path, rendered: Project) -> None:
    rows = table(template)
    assert {name for name in rendered if owner_of(name, rows) is None} == set()


def test_every_row_of_the_table_is_in_use(template: Path, rendered: Project) -> None:
    rows = table(template)
    used = {
        next(path for path, _ in rows if owner_of(name, [(path, "")]) is not None)
        for name in rendered
    }
    assert {path for path, _ in rows} == used


def test_yours_are_exactly_what_is_skipped(template: Path) -> None:
    configuration = yaml.safe_load((template / "copier.yml").read_text())
    skipped = [path.replace("/src/*/", "/src/my_service/") for path in configuration["_skip_if_exists"]]
    assert skipped == [f"/{path}" for path, owner in table(template) if owner == "yours"]


def test_yours_are_left_out_of_an_update(template: Path) -> None:
    configuration = yaml.safe_load((template / "copier.yml").read_text())
    excluded = next(entry for entry in configuration["_exclude"] if "_copier_operation" in entry)
    yours = [
        path.replace("/src/*/", "/src/{{ package_name }}/").rstrip("/")
        for path in configuration["_skip_if_exists"]
    ]
    assert sorted(re.findall(r"^/.*", excluded, re.MULTILINE)) == sorted(yours)


def test_shared_files_have_one_marker_line_of_their_own(
    template: Path, rendered: Project
) -> None:
    rows = table(template)
    for name, text in rendered.items():
        if owner_of(name, rows) != "shared" or name == "LICENSE":
            continue
        lines = [line.strip() for line in text.splitlines() if MARKER in line]
        assert lines, f"{name} has no marker line"
        assert set(lines) <= {f"# {MARKER}", f"<!-- {MARKER} -->"}, name


def test_template_asks_for_no_trust(template: Path) -> None:
    configuration = yaml.safe_load((template / "copier.yml").read_text())
    assert not {"_tasks", "_jinja_extensions"} & set(configuration)
    for migration in configuration["_migrations"]:
        assert set(migration) == {"version", "when", "command"}, "it would ask at each update"


@pytest.mark.parametrize("name", ONLY_WITH)
def test_answer_brings_exactly_its_files(render_in_memory: RenderInMemory, name: str) -> None:
    with_it, without = (render_in_memory(answers).keys() for answers in SURROUNDINGS[name])
    assert with_it - without == ONLY_WITH[name]
    assert without <= with_it


def test_without_the_example_nothing_of_it_is_left(render_in_memory: RenderInMemory) -> None:
    project = render_in_memory({"example": False})
    assert [name for name in project if "ledger" in name] == []
    assert [name for name in project if name.startswith("migrations/versions/")] == []
    for name, text in project.items():
        # In a test the word may be just a name, but not something that is imported or read.
        trace = r"\.ledger\b|ledger/" if name.startswith("tests/") else r"(?i)ledger"
        assert not re.search(trace, text), name


@pytest.mark.parametrize(
    ("answers", "trace", "allowed"),
    [
        ({"pool": "pooled"}, r"(?i)pgbouncer|direct_url", set[str]()),
        ({"pool": "nullpool"}, r"(?i)pgbouncer|direct_url|pool_size", set[str]()),
        ({"durable_jobs": False}, r"(?i)pgqueuer|\bjob\b|job_|jobs_", set[str]()),
        ({"framework": "fastapi"}, r"(?i)tornado", set[str]()),
        ({"framework": "tornado"}, r"(?i)fastapi|starlette|uvicorn", set[str]()),
        ({"sslmode": "disable"}, r"trustme|create_default_context", set[str]()),
        ({"data_layer": "sqlalchemy"}, r"create_pool|codecs", set[str]()),
        (
            {"data_layer": "asyncpg"},
            r"(?i)sqlalchemy",
            {"src/my_service/db/migrate.py", "pyproject.toml", "migrations/env.py"},
        ),
    ],
)
def test_answer_that_was_not_chosen_leaves_no_trace(
    render_in_memory: RenderInMemory, answers: Answers, trace: str, allowed: set[str]
) -> None:
    found = {
        name
        for name, text in render_in_memory(answers).items()
        if not name.startswith("tests/") and re.search(trace, text)
    }
    assert found <= allowed


@pytest.mark.parametrize(
    ("license", "line"), [("MIT", "MIT License"), ("Apache-2.0", "Apache License")]
)
def test_license_is_the_one_asked_for(
    render_in_memory: RenderInMemory, license: str, line: str  # noqa: A002
) -> None:
    project = render_in_memory({"license": license, "author_name": "The Ledger Team"})
    text = project["LICENSE"]
    assert line in text.splitlines()[0]
    assert "The Ledger Team" in text
    assert f'license = "{license}"' in project["pyproject.toml"]


def test_no_license_is_no_license(render_in_memory: RenderInMemory) -> None:
    assert "license" not in render_in_memory({"license": "none"})["pyproject.toml"]

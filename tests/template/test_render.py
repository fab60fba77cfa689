"""What is rendered is whole; test_combinations.py does it in memory with every combination of answers."""

import re
import tomllib
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

from ..conftest import Render, RenderInMemory, RenderInto
from ..profiles import (
    CODE_ANSWERS,
    SURROUNDINGS,
    is_possible,
    name_of,
    pairs,
    pairwise,
)

JINJA = re.compile(r"(?<!\$)\{\{|\{%|\{#")
COMBINATIONS = pairwise({**CODE_ANSWERS, **SURROUNDINGS})


def test_pairwise_combinations_contain_every_pair() -> None:
    questions = {**CODE_ANSWERS, **SURROUNDINGS}
    found = pairwise(questions)

    assert all(is_possible(answers) for answers in found)
    for (one, first), (two, second) in pairs(questions):
        assert any(a[one] == first and a[two] == second for a in found), (one, first, two, second)


def test_combinations_cover_every_answer_that_is_offered(template: Path) -> None:
    questions = yaml.safe_load((template / "copier.yml").read_text())
    asked = {
        name: offered(question)
        for name, question in questions.items()
        if name[0] != "_" and question.get("when") is not False and question.get("ask", True)
    }
    listed = {name: set(values) for name, values in {**CODE_ANSWERS, **SURROUNDINGS}.items()}
    assert {name: set(values) for name, values in asked.items() if values} == listed


def offered(question: dict[str, Any]) -> list[Any]:
    """Return the values that a question can be answered with, none when it takes any text."""
    if question["type"] == "bool":
        return [True, False]
    choices: dict[str, Any] | list[Any] = question.get("choices", [])
    return list(choices.values()) if isinstance(choices, dict) else choices


@pytest.mark.parametrize("answers", COMBINATIONS, ids=name_of)
def test_combination_renders_whole(render: Render, answers: dict[str, Any]) -> None:
    project = render(answers)
    for path in sorted(project.rglob("*")):
        name = path.relative_to(project).as_posix()
        assert path.suffix != ".jinja", name
        if path.is_dir():
            assert any(path.iterdir()), f"{name} is an empty folder"
            continue
        assert_whole(name, path.read_text(encoding="utf-8"))


def assert_whole(name: str, text: str) -> None:
    """Check what every rendered file has to be, by its name relative to the project."""
    path = PurePosixPath(name)
    assert text.strip() or path.name in {"__init__.py", "py.typed"}, f"{name} is empty"
    assert text.endswith("\n") or not text, f"{name} does not end in a line break"
    if path.name != "script.py.mako":
        assert not JINJA.search(text), f"{name} has Jinja left in it"
    assert not re.search(r"\n\n\n\Z|\A\n", text), f"{name} begins or ends in empty lines"
    if path.suffix == ".py":
        compile(text, path, "exec")
    elif path.suffix == ".toml":
        tomllib.loads(text)
    elif path.suffix in {".yml", ".yaml"}:
        yaml.safe_load(text)


def test_render_depends_on_nothing_but_the_answers(render_into: RenderInto, tmp_path: Path) -> None:
    first, second = tmp_path / "one", tmp_path / "somewhere" / "quite different"
    for folder in (first, second):
        render_into(folder, {})
    assert contents(first) == contents(second)


def contents(project: Path) -> dict[str, tuple[int, bytes]]:
    found = (path for path in project.rglob("*") if path.is_file())
    return {
        path.relative_to(project).as_posix(): (path.stat().st_mode, path.read_bytes())
        for path in found
    }


@pytest.mark.parametrize("pool", CODE_ANSWERS["pool"])
@pytest.mark.parametrize("sslmode", CODE_ANSWERS["sslmode"])
def test_servers_that_uv_does_not_bring_are_installed_and_named(
    render_in_memory: RenderInMemory, pool: str, sslmode: str
) -> None:
    """Tests install them only as root, which a runner of GitHub is not."""
    project = render_in_memory({"pool": pool, "sslmode": sslmode})
    workflow = yaml.safe_load(project[".github/workflows/ci.yml"])
    commands = [step.get("run", "") for step in workflow["jobs"]["check"]["steps"]]
    needed = {"postgresql"} if sslmode != "disable" else set[str]()
    needed |= {"pgbouncer"} if pool == "pgbouncer" else set()

    assert {run.split()[-1] for run in commands if "apt-get install" in run} == needed
    assert ("when they run as root" in project["README.md"]) == bool(needed)


@pytest.mark.parametrize("answers", COMBINATIONS, ids=name_of)
def test_docker_run_is_given_what_the_settings_need(
    render_in_memory: RenderInMemory, answers: dict[str, Any]
) -> None:
    lines = render_in_memory(answers)["README.md"].splitlines()
    runs = [line for line in lines if line.startswith("docker run")]

    assert bool(runs) == answers["docker"]
    for run in runs:
        assert ("DATABASE_DIRECT_URL" in run) == (answers["pool"] == "pgbouncer")
        assert ("certificates:/app/certificates" in run) == (answers["sslmode"] != "disable")
        assert ("DATABASE_SSLKEY" in run) == answers["ssl_client_certificate"]

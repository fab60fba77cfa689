"""Every combination of all answers that the questions allow is rendered, parsed, formatted and linted."""

import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ..conftest import Render, RenderInMemory
from ..in_memory import Project
from ..profiles import (
    CODE_ANSWERS,
    NAMES,
    SURROUNDINGS,
    Answers,
    every_combination,
    name_of,
    pairwise,
)
from .test_render import assert_whole

EVERY_ANSWER = {**CODE_ANSWERS, **SURROUNDINGS}


@pytest.mark.parametrize("answers", pairwise(EVERY_ANSWER), ids=name_of)
def test_rendered_in_memory_is_what_copier_renders(
    render_in_memory: RenderInMemory, render: Render, answers: Answers
) -> None:
    project = render(answers)

    assert render_in_memory(answers) == {
        path.relative_to(project).as_posix(): path.read_text()
        for path in project.rglob("*")
        if path.is_file() and path.name != ".copier-answers.yml"
    }


def test_every_combination_is_whole_linted_and_formatted(
    render_in_memory: RenderInMemory,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    combinations = every_combination({**EVERY_ANSWER, "package_name": ("my_service", *NAMES)})
    seen: set[tuple[str, str]] = set()
    linted: set[tuple[str, str, str]] = set()
    paths: list[Path] = []
    for number, answers in enumerate(combinations):
        project = render_in_memory(answers)
        new = [item for item in project.items() if item not in seen]
        for name, text in new:
            assert_whole(name, text)
        seen.update(new)
        # What the linter says of a file depends on its configuration, and on the package's name.
        rules = configuration(project["pyproject.toml"], answers["package_name"])
        modules = [item for item in project.items() if item[0].endswith(".py")]
        unseen = [item for item in modules if (*item, rules) not in linted]
        if unseen:
            linted.update((*item, rules) for item in unseen)
            folder = tmp_path / str(number)
            # Of the other modules the linter only wants to know that they exist.
            others = dict.fromkeys((name for name, _ in modules), "")
            write(folder, {**others, **dict(unseen), "pyproject.toml": project["pyproject.toml"]})
            paths += [folder / name for name, _ in unseen]

    ruff("check", "--no-cache", "--quiet", *paths)
    ruff("format", "--check", "--no-cache", "--quiet", *paths)
    figures = f"{len(combinations)} combinations, {len(seen)} files, {len(linted)} linted"
    record_property("rendered", figures)
    print(figures)  # noqa: T201 (the figures of the report)


def configuration(pyproject: str, package: str) -> str:
    parsed: dict[str, Any] = tomllib.loads(pyproject)
    return repr((parsed["tool"]["ruff"], parsed["project"]["requires-python"], package))


def write(folder: Path, files: Project) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def ruff(*arguments: str | Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr

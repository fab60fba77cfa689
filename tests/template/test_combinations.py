"""Every combination of all answers that the questions allow is rendered, parsed, formatted and linted."""

import subprocess
import sys
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ..conftest import Render, RenderInMemory
from ..in_memory import InMemory, Project
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
VARIED = {**EVERY_ANSWER, "package_name": ("my_service", *NAMES)}
FIRST: Answers = {name: values[0] for name, values in VARIED.items()}
COMBINATIONS = len(every_combination(VARIED))


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


def combinations_of(names: Collection[str]) -> list[Answers]:
    return every_combination({name: VARIED[name] for name in VARIED if name in names})


def test_no_combination_has_two_files_of_the_same_path(in_memory: InMemory) -> None:
    for answers in combinations_of(in_memory.names_in_paths()):
        paths = in_memory.paths_with_those_left_out(answers)
        assert len(set(paths)) == len(paths), answers


def test_every_combination_is_whole_linted_and_formatted(
    in_memory: InMemory, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Each file with all values of the answers that it depends on, and of those that the linter's rules depend on.

    Whatever the other answers are, the file and the rules are one of these: no combination has another one.
    """
    rules = Rules(in_memory)
    seen: set[tuple[str, str]] = set()
    linted: set[tuple[str, str, str]] = set()
    unseen: dict[tuple[Any, ...], Project] = {}
    """The modules to lint, by the answers of a project that has them."""
    for answers, name, text in in_memory.texts(lambda names: combinations_of(names | rules.names)):
        if (name, text) not in seen:
            assert_whole(name, text)
            seen.add((name, text))
        # What the linter says of a file depends on its configuration, and on the package's name.
        if name.endswith(".py") and (module := (name, text, rules.of(answers))) not in linted:
            linted.add(module)
            one = {**FIRST, **answers}
            unseen.setdefault(tuple(one.values()), {})[name] = text
    paths: list[Path] = []
    for number, (values, modules) in enumerate(unseen.items()):
        answers = dict(zip(FIRST, values, strict=True))
        folder = tmp_path / str(number)
        # Of the other modules the linter only wants to know that they exist.
        others = [name for name in in_memory.paths(answers) if name.endswith(".py")]
        pyproject = in_memory.render(answers)["pyproject.toml"]
        write(folder, {**dict.fromkeys(others, ""), **modules, "pyproject.toml": pyproject})
        paths += [folder / name for name in modules]

    ruff("check", "--no-cache", "--quiet", *paths)
    ruff("format", "--check", "--no-cache", "--quiet", *paths)
    figures = f"{COMBINATIONS} combinations, {len(seen)} files, {len(linted)} linted"
    record_property("rendered", figures)
    print(figures)  # noqa: T201 (the figures of the report)


class Rules:
    """What the linter goes by: a part of pyproject.toml, and the name of the package."""

    def __init__(self, in_memory: InMemory) -> None:
        known = [
            (answers, configuration(text, answers["package_name"]))
            for answers, name, text in in_memory.texts(combinations_of)
            if name == "pyproject.toml"
        ]
        self.names = {name for name in known[0][0] if decides(name, known)}
        self._known = {self._key(answers): rules for answers, rules in known}

    def of(self, answers: Mapping[str, Any]) -> str:
        return self._known[self._key(answers)]

    def _key(self, answers: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple([answers[name] for name in sorted(self.names)])


def decides(name: str, known: Sequence[tuple[Mapping[str, Any], str]]) -> bool:
    """Tell whether there are answers that differ in this one only, and in their rules."""
    first: dict[tuple[Any, ...], str] = {}
    for answers, rules in known:
        others = tuple([value for other, value in answers.items() if other != name])
        if first.setdefault(others, rules) != rules:
            return True
    return False


@cache
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

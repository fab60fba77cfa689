"""The template rendered in memory, as copier does it: fast enough for every combination of answers.

A template file is rendered once for each set of values of the answers that occur in it.
tests/template/test_combinations.py compares the result with that of `copier copy`.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, meta
from pathspec import PathSpec

Answers = Mapping[str, Any]
Project = dict[str, str]
"""The content of each file by its path."""

OF_COPIER = "{{ _copier_conf.answers_file }}.jinja"
"""The only file that copier itself fills in."""


class Text:
    """Jinja, rendered once for each set of values of the names that occur in it."""

    def __init__(self, environment: Environment, source: str) -> None:
        tree = environment.parse(source)
        assert not list(meta.find_referenced_templates(tree)), "an include hides names"
        self.names = sorted(meta.find_undeclared_variables(tree))
        self._template = environment.from_string(source)
        self._known: dict[tuple[Any, ...], str] = {}

    def render(self, answers: Answers) -> str:
        """Raise UndefinedError for a name that is no answer."""
        key = tuple([answers.get(name) for name in self.names])
        if (known := self._known.get(key)) is None:
            known = self._known[key] = self._template.render(answers)
        return known


class InMemory:
    """A template folder, in the environment that copier renders it in."""

    def __init__(self, template: Path, environment: Environment) -> None:
        configuration = yaml.safe_load((template / "copier.yml").read_text())
        self._exclude = Text(environment, "\n".join(configuration["_exclude"]))
        self._left_out: dict[str, Callable[[str], bool]] = {}
        self._files: list[tuple[Text, Text | str]] = []
        """The path and the content of each; a plain string is not Jinja."""
        root = template / "template"
        for file in sorted(root.rglob("*")):
            name = file.relative_to(root).as_posix()
            if file.is_file() and name != OF_COPIER:
                text = file.read_text()
                content = Text(environment, text) if name.endswith(".jinja") else text
                self._files.append((Text(environment, name.removesuffix(".jinja")), content))

    def render(self, answers: Answers) -> Project:
        """Return a whole project; no two files may have the same path."""
        patterns = self._exclude.render({**answers, "_copier_operation": "copy"})
        if patterns not in self._left_out:
            self._left_out[patterns] = left_out_by(patterns)
        is_left_out = self._left_out[patterns]
        project: Project = {}
        for name, content in self._files:
            path = name.render(answers)
            if "" in path.split("/") or is_left_out(path):  # an answer takes a folder or file away
                continue
            assert path not in project, f"two files are {path}: {answers}"
            project[path] = content if isinstance(content, str) else content.render(answers)
        return project


def left_out_by(patterns: str) -> Callable[[str], bool]:
    """Return a function that tells whether the lines, as in .gitignore, match a path."""
    return cache(PathSpec.from_lines("gitignore", patterns.splitlines()).match_file)

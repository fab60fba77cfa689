"""The template rendered in memory, as copier does it: fast enough for every combination of answers.

A template file is rendered once for each set of values of the answers that occur in it.
tests/template/test_combinations.py compares the result with that of `copier copy`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
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
    """A template folder, in the environment that copier renders it in, with the defaults of the answers."""

    def __init__(self, template: Path, environment: Environment, defaults: Answers) -> None:
        configuration = yaml.safe_load((template / "copier.yml").read_text())
        self._defaults = defaults
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
        complete = self._complete(answers)
        project: Project = {}
        for name, content in self._files:
            path = self._path(name, complete)
            if path is not None:
                assert path not in project, f"two files are {path}: {answers}"
                project[path] = content if isinstance(content, str) else content.render(complete)
        return project

    def paths(self, answers: Answers) -> list[str]:
        """Return the paths of a project's files."""
        complete = self._complete(answers)
        found = (self._path(name, complete) for name, _ in self._files)
        return [path for path in found if path is not None]

    def names_in_paths(self) -> set[str]:
        return set[str]().union(*(name.names for name, _ in self._files))

    def paths_with_those_left_out(self, answers: Answers) -> list[str]:
        """Return the paths of a project's files before any is excluded, as it were."""
        complete = self._complete(answers)
        found = (name.render(complete) for name, _ in self._files)
        return [path for path in found if "" not in path.split("/")]

    def texts(
        self, combinations: Callable[[set[str]], Iterable[Answers]]
    ) -> Iterator[tuple[Answers, str, str]]:
        """Yield the path and the text of each file for all combinations of the answers that it depends on.

        These are the names in its path, its text and what is excluded: there is nothing else that a file could
        depend on, since `Text` refuses includes. No whole project has a file that does not occur here.
        """
        for name, content in self._files:
            names = {*self._exclude.names, *name.names}
            if isinstance(content, Text):
                names.update(content.names)
            if "project_slug" in names:  # derived
                names.add("package_name")
            for answers in combinations(names):
                complete = self._complete(answers)
                path = self._path(name, complete)
                if path is not None:
                    text = content if isinstance(content, str) else content.render(complete)
                    yield answers, path, text

    def _path(self, name: Text, answers: Answers) -> str | None:
        """Return a file's path, None when the answers take it away."""
        path = name.render(answers)
        if "" in path.split("/") or self._is_left_out(answers)(path):
            return None
        return path

    def _is_left_out(self, answers: Answers) -> Callable[[str], bool]:
        patterns = self._exclude.render({**answers, "_copier_operation": "copy"})
        if patterns not in self._left_out:
            self._left_out[patterns] = left_out_by(patterns)
        return self._left_out[patterns]

    def _complete(self, answers: Answers) -> Answers:
        package: str = answers.get("package_name", self._defaults["package_name"])
        return {**self._defaults, **answers, "project_slug": package.replace("_", "-")}


def left_out_by(patterns: str) -> Callable[[str], bool]:
    """Return a function that tells whether the lines, as in .gitignore, match a path."""
    return cache(PathSpec.from_lines("gitignore", patterns.splitlines()).match_file)

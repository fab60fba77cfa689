"""Renders of the working tree, made once per session and shared by all its processes.

The template is rendered from a copy of its files that has no git repository: what is rendered is
what stands in the working tree, committed or not.
"""

import hashlib
import json
import os
import runpy
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from types import CodeType
from typing import Any

import copier
import jinja2
import plumbum
import pytest

from .in_memory import InMemory, Project
from .programs import PGBOUNCER, POSTGRESQL

ROOT = Path(__file__).resolve().parent.parent
RELEASING: dict[str, Any] = runpy.run_path(str(ROOT / "scripts" / "archive_release.py"))
TEMPLATE_PARTS: tuple[str, ...] = RELEASING["PARTS"]

Render = Callable[..., Path]
RenderInto = Callable[[Path, dict[str, Any]], None]
RenderInMemory = Callable[[Mapping[str, Any]], Project]


@pytest.fixture(scope="session", autouse=True)
def _clean_environment(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep copier off the repository that a git hook runs in, and off this machine's settings."""
    settings = tmp_path_factory.mktemp("copier") / "settings.yml"
    settings.write_text("{}\n")
    for environment in (os.environ, plumbum.local.env):
        for name in [name for name, _ in environment.items() if name.startswith("GIT_")]:
            del environment[name]
        environment["COPIER_SETTINGS_PATH"] = str(settings)


@pytest.fixture(scope="session", autouse=True)
def _no_git_for_each_file() -> Generator[None]:  # pyright: ignore[reportUnusedFunction]
    """Keep copier from starting `git config` for each file it renders, which is most of the time of an update.

    It asks whether git ignores executable bits (`core.fileMode` is false, as on Windows): here it never does, and
    would do nothing. Tests that start copier as a program have all of it.
    """

    def nothing(*_: object) -> None:
        pass

    name = "copier._main.Worker._sync_git_index_executable_bit"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(name, nothing, raising=False)  # another version of copier may do without it
        yield


@pytest.fixture(scope="session", autouse=True)
def _each_text_compiled_once() -> Generator[None]:  # pyright: ignore[reportUnusedFunction]
    """Keep what Jinja compiles, half of the time of an update: copier has it compile every path anew for every file."""
    compiling = jinja2.Environment.compile
    kept: dict[object, CodeType] = {}

    def compile_once(
        environment: jinja2.Environment,
        source: str,
        name: str | None = None,
        filename: str | None = None,
    ) -> CodeType:
        # equal settings have one lexer; the file is another in each copy that copier makes of a template
        key = (type(environment), environment.lexer, *environment.extensions, name, source)
        if key not in kept:
            kept[key] = compiling(environment, source, name, filename)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jinja2.Environment, "compile", compile_once)
        yield


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all test processes of this session share."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def template(shared_folder: Path) -> Path:
    """Return a copy of the template as it stands in the working tree, without a git repository."""
    destination = shared_folder / "template"

    def copy(folder: Path) -> None:
        for name in _template_files():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)

    return once(destination, copy)


@pytest.fixture(scope="session")
def render_into(template: Path) -> RenderInto:
    """Return a function that renders into a folder as `copier copy` does, without trust."""

    def render_into(folder: Path, answers: dict[str, Any]) -> None:
        copier.run_copy(
            str(template), folder, data=answers, defaults=True, unsafe=False, quiet=True
        )

    return render_into


@pytest.fixture(scope="session")
def render(render_into: RenderInto, shared_folder: Path) -> Render:
    """Return a function that renders the template with some answers and returns the project.

    Equal answers are rendered once: do not change the project, copy it first. It raises ValueError
    for an answer that is refused.
    """

    def render(answers: dict[str, Any] | None = None, /, **more: Any) -> Path:
        data = {**(answers or {}), **more}
        key = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]
        return once(shared_folder / f"project-{key}", lambda folder: render_into(folder, data))

    return render


@pytest.fixture(scope="session")
def in_memory(template: Path, tmp_path_factory: pytest.TempPathFactory) -> InMemory:
    """Return the template, to be rendered in memory in copier's own environment."""
    nowhere = tmp_path_factory.mktemp("nowhere")
    with copier.run_copy(
        str(template), nowhere, defaults=True, unsafe=False, quiet=True, pretend=True
    ) as worker:
        return InMemory(template, worker.jinja_env, dict(worker.answers.combined))


@pytest.fixture(scope="session")
def render_in_memory(in_memory: InMemory) -> RenderInMemory:
    """Return a function that renders as `render` does, but not into a folder: for many answers."""
    return in_memory.render


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which tests were left out and why, and the one command that would bring what they need."""
    left_out = terminalreporter.stats.get("skipped", [])
    if not left_out:
        return
    terminalreporter.section(f"left out: {len(left_out)} tests")
    for report in left_out:
        terminalreporter.line(f"{report.nodeid}: {reason_of(report)}")
    packages = sorted({word for report in left_out for word in packages_in(reason_of(report))})
    if packages:
        terminalreporter.line(f"to run them: sudo apt-get install {' '.join(packages)}")


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Return what a test was skipped for."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
    return reason.removeprefix("Skipped: ")


def packages_in(reason: str) -> list[str]:
    """Return the packages that a test was left out for."""
    return [package for package in (POSTGRESQL, PGBOUNCER) if package in reason]


def once(destination: Path, make: Callable[[Path], None]) -> Path:
    """Make the folder unless a test process already did; the first to finish wins."""
    if not destination.exists():
        half = Path(tempfile.mkdtemp(prefix="half-", dir=destination.parent))
        make(half)
        try:
            half.rename(destination)
        except OSError:
            shutil.rmtree(half)
    return destination


def _template_files() -> list[str]:
    """Return the template's files that git knows or would add; without a repository all of them."""
    parts = [part for part in TEMPLATE_PARTS if (ROOT / part).exists()]
    if (ROOT / ".git").exists():
        command = [
            "git",
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
            "--",
            *parts,
        ]
        listed = subprocess.run(
            command, cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout
        names = listed.split("\0")
        return [name for name in names if name and (ROOT / name).is_file()]
    found = (
        path
        for part in parts
        for path in [ROOT / part, *(ROOT / part).rglob("*")]
        if path.is_file()
    )
    return [str(path.relative_to(ROOT)) for path in found if "__pycache__" not in path.parts]

"""Scripts in hooks/ change a project where a merge cannot, and only the update that crosses one asks for trust."""

import runpy
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from copier.errors import TaskError, UnsafeTemplateError

from ..conftest import ROOT
from .conftest import (
    FROM_EACH_RELEASE,
    RELEASES,
    Start,
    commit,
    conflicts,
    contents,
    copy,
    crossed_from,
    git,
    migrations,
    number,
    release,
    released,
    update,
)

HOOKS = ROOT / "hooks"
INSIDE = pytest.mark.parametrize("inside", [False, True], ids=["", "in_a_larger_repository"])


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dict[str, Any]]:
    """Return a function that gives the names of a script in hooks/."""
    monkeypatch.setattr(sys, "path", [str(HOOKS), *sys.path])
    return lambda name: runpy.run_path(str(HOOKS / f"{name}.py"))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty git repository, which is the working directory."""
    git(tmp_path, "init", "--quiet")
    monkeypatch.chdir(tmp_path)
    return tmp_path


# --- Trust ---


@FROM_EACH_RELEASE
def test_update_asks_for_trust_exactly_when_it_crosses_a_migration(start: Start, tag: str) -> None:
    project = start(tag, {})
    if crossed_from(tag):
        before = contents(project)
        with pytest.raises(UnsafeTemplateError, match="migrations") as caught:
            update(project, trust=False)
        assert "--trust" in str(caught.value)
        assert contents(project) == before

        update(project, trust=True)
        commit(project, "updated")

    update(project, trust=False)


@FROM_EACH_RELEASE
def test_migration_is_in_every_release_from_its_version_on(tag: str) -> None:
    """Otherwise a project of that release would never be migrated."""
    with tarfile.open(RELEASES / f"{tag}.tar.gz") as archive:
        file = archive.extractfile("copier.yml")
        assert file is not None
        there = yaml.safe_load(file.read()).get("_migrations", [])
    expected = {version for version in migrations() if number(version) <= number(tag)}

    assert {migration["version"] for migration in there} == expected


def test_edits_are_saved_before_another_script_after_the_merge_can_fail() -> None:
    configuration = yaml.safe_load((ROOT / "copier.yml").read_text())
    first: dict[str, str] = {}
    for migration in configuration["_migrations"]:
        if "'after'" in migration["when"]:
            first.setdefault(migration["version"], migration["command"][1])
    removing = {
        m["version"] for m in configuration["_migrations"] if "removed.py" in m["command"][1]
    }

    assert removing
    assert all("'removed.py'" in first[version] for version in removing)


def test_scripts_use_nothing_but_the_standard_library() -> None:
    """They run with the Python that runs copier: isolated from what is installed there."""
    for script in HOOKS.glob("*.py"):
        code = f"import sys; sys.path.insert(0, {str(HOOKS)!r}); import {script.stem}"
        subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True)


# --- DATABASE_POOL_SIZE became DATABASE_CONNECTIONS ---


@pytest.mark.parametrize("tag", [tag for tag in released() if crossed_from(tag)])
@INSIDE
def test_setting_is_renamed_where_the_user_set_it(
    start: Start, tag: str, inside: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    project = start(tag, {}, inside=inside)
    (project / ".env").write_text("DATABASE_POOL_SIZE=20\nDATABASE_POOL_OVERFLOW=5\n")
    compose = project / "compose.yaml"
    service = '  worker:\n    environment:\n      DATABASE_POOL_SIZE: "7"\n'
    compose.write_text(compose.read_text() + service)
    (project / "deploy.txt").write_text("DATABASE_POOL_SIZE=3\n")
    commit(project, "edits")

    update(project)

    assert (project / ".env").read_text() == "DATABASE_CONNECTIONS=25\nDATABASE_POOL_OVERFLOW=5\n"
    assert compose.read_text().endswith(service.replace("POOL_SIZE", "CONNECTIONS"))
    assert "deploy.txt mentions DATABASE_POOL_SIZE" in capfd.readouterr().out
    assert conflicts(project) == ""


def test_bytes_that_are_no_text_and_line_ends_stay_as_they_are(start: Start) -> None:
    project = start("v0.2.0", {})
    secret = b"age-encryption.org/v1\r\n\xff\xfe\x00"
    (project / ".env.age").write_bytes(secret)
    (project / ".env").write_bytes(b"# na\xefve\r\nDATABASE_POOL_SIZE=20\r\n")
    commit(project, "edits")

    update(project)

    assert (project / ".env.age").read_bytes() == secret
    assert (project / ".env").read_bytes() == b"# na\xefve\r\nDATABASE_CONNECTIONS=20\r\n"


def test_file_that_cannot_be_read_is_left_out_with_a_message(
    project: Path, hook: Callable[[str], dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    script = hook("project")
    rename, names = script["rename_setting"], script["rename_setting"].__globals__
    (project / ".env").write_text("OLD=1\n")
    (project / ".env.local").write_text("OLD=2\n")
    reading = names["read"]

    def read(path: Path) -> str:
        if path.name == ".env":
            raise PermissionError(13, "Permission denied")
        return reading(path)

    names["read"] = read

    rename("OLD", "NEW")

    assert (project / ".env.local").read_text() == "NEW=2\n"
    assert ".env was left out (Permission denied)" in capsys.readouterr().out


def test_connections_script_can_be_repeated(
    project: Path, hook: Callable[[str], dict[str, Any]]
) -> None:
    env = project / ".env"
    env.write_text("DATABASE_POOL_SIZE=20\nDATABASE_POOL_OVERFLOW=5\n# MY_DATABASE_POOL_SIZE=1\n")
    main = hook("connections")["main"]

    main()
    once = env.read_text()
    main()

    assert once.startswith("DATABASE_CONNECTIONS=25\n")
    assert "MY_DATABASE_POOL_SIZE=1" in once
    assert env.read_text() == once


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("DATABASE_POOL_SIZE=20", "DATABASE_POOL_SIZE=20"),
        ("DATABASE_POOL_SIZE=20\n# DATABASE_POOL_OVERFLOW=5", None),
        ("DATABASE_POOL_SIZE: '20'\nDATABASE_POOL_OVERFLOW: '5'", "DATABASE_POOL_SIZE: '25'"),
        ("DATABASE_POOL_SIZE=$SIZE\nDATABASE_POOL_OVERFLOW=5", "DATABASE_POOL_SIZE=$SIZE"),
    ],
)
def test_overflow_is_added_where_a_file_sets_both(
    hook: Callable[[str], dict[str, Any]], before: str, after: str | None
) -> None:
    text: str = hook("connections")["with_overflow"](before)

    assert text.startswith(after or before)


def test_overflow_alone_is_named_with_what_it_needs(
    project: Path, hook: Callable[[str], dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Of ten connections an overflow of ten leaves none: the service would not start."""
    (project / ".env").write_text("DATABASE_POOL_OVERFLOW=10\n")
    (project / "compose.yaml").write_text(
        "DATABASE_CONNECTIONS: 9\nDATABASE_POOL_OVERFLOW: 3\nDATABASE_POOL_RECYCLE: 1\n"
    )
    (project / ".env.example").write_text("# DATABASE_POOL_OVERFLOW=10\n")

    hook("connections")["say_what_an_overflow_alone_needs"]()
    shown = capsys.readouterr().out

    (line,) = shown.splitlines()
    assert line.startswith(".env sets DATABASE_POOL_OVERFLOW")
    assert "DATABASE_CONNECTIONS to 20" in line
    hook("connections")["main"]()
    assert line in capsys.readouterr().out


def test_old_name_in_the_users_python_is_named(
    project: Path, hook: Callable[[str], dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("billing/jobs.py", "db/pool.py", "billing/other.py"):
        path = project / "src/my_service" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("size = settings.database.pool_size\n")
    (project / "src/my_service/billing/other.py").write_text("my_pool_size = 1\n")
    git(project, "add", "--all")

    hook("connections")["main"]()

    (line,) = [line for line in capsys.readouterr().out.splitlines() if "pool_size to" in line]
    assert "src/my_service/billing/jobs.py:1:" in line


# --- With Tornado, routes.py became handlers.py ---


@INSIDE
def test_routes_of_tornado_are_moved_with_their_edits(
    start: Start, inside: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    project = start("v0.2.0", {"framework": "tornado"}, inside=inside)
    package = project / "src/my_service"
    for folder in (package, package / "ledger"):
        file = folder / "routes.py"
        file.write_text(file.read_text() + "# an edit\n")
    other = project / "src/other/routes.py"
    other.parent.mkdir()
    other.write_text("ROUTES = []\n")
    named = "from my_service.ledger.routes import ROUTES\n"
    (project / "tests/test_own.py").write_text(named)
    commit(project, "edits")

    update(project)

    assert conflicts(project) == ""
    for folder in (package, package / "ledger"):
        assert (folder / "handlers.py").read_text().endswith("# an edit\n")
        assert not (folder / "routes.py").exists()
    assert "from .ledger import handlers as ledger\n" in (package / "handlers.py").read_text()
    assert other.read_text() == "ROUTES = []\n"
    places = [line for line in capfd.readouterr().out.splitlines() if "rename routes" in line]
    assert [line.endswith(f"tests/test_own.py:1:{named.strip()}") for line in places] == [True]
    assert not list(project.rglob("*.rej"))


@pytest.mark.parametrize("folder", ["src/my_service", "src/my_service/ledger"])
def test_routes_replace_no_file_of_the_user(
    start: Start, folder: str, capfd: pytest.CaptureFixture[str]
) -> None:
    project = start("v0.2.0", {"framework": "tornado"})
    (project / folder / "handlers.py").write_text("OWN = True\n")
    commit(project, "handlers of our own")
    before = contents(project)

    with pytest.raises(TaskError):
        update(project)

    assert contents(project) == before
    assert git(project, "status", "--porcelain") == ""
    assert f"{folder}/handlers.py, which exists" in capfd.readouterr().err


def test_handlers_script_can_be_repeated(
    project: Path, hook: Callable[[str], dict[str, Any]]
) -> None:
    package = project / "src/my_service"
    package.mkdir(parents=True)
    (package / "routes.py").write_text("from .ledger import routes as ledger\n")
    (project / ".copier-answers.yml").write_text("framework: tornado\npackage_name: my_service\n")
    main = hook("handlers")["main"]

    main()
    once = contents(project)
    main()

    assert once["src/my_service/handlers.py"] == b"from .ledger import handlers as ledger\n"
    assert contents(project) == once


def test_routes_of_fastapi_stay_where_they_are(
    project: Path, hook: Callable[[str], dict[str, Any]]
) -> None:
    routes = project / "src/my_service/routes.py"
    routes.parent.mkdir(parents=True)
    routes.write_text("ROUTES = []\n")
    (project / ".copier-answers.yml").write_text("framework: fastapi\n")

    hook("handlers")["main"]()

    assert [path.name for path in routes.parent.iterdir()] == ["routes.py"]


# --- db/reasons.py became a part of other files ---


@INSIDE
def test_edits_of_a_file_that_is_gone_are_left_beside_it(
    start: Start, inside: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    project = start("v0.2.0", {}, inside=inside)
    file = project / "src/my_service/db/reasons.py"
    file.write_text(file.read_text() + "# an edit\n")
    commit(project, "edit")

    update(project)

    left = project / "src/my_service/db/reasons.py.rej"
    assert not file.exists()
    assert [line for line in left.read_text().splitlines() if line[0] == "+"][1:] == ["+# an edit"]
    assert "reasons.py is gone" in capfd.readouterr().out
    assert list(project.rglob("*.rej")) == [left]
    found = git(project, "ls-files", "--others", "--exclude-standard", "*.rej")
    assert found == left.relative_to(project).as_posix(), "git does not see it: nor would CI"


def test_all_of_a_file_is_left_when_its_first_version_cannot_be_rendered(
    project: Path, hook: Callable[[str], dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    old = project / "src/gone.py"
    old.parent.mkdir()
    old.write_bytes(b"GONE = True  # \xff\r\n")
    (project / "old.txt").write_text("moved\n")
    (project / ".copier-answers.yml").write_text(f"_commit: v1\n_src_path: {project / 'none'}\n")
    commit(project, "project")
    old.unlink()
    (project / "new.txt").write_text("the template's\n")
    script = hook("project")

    script["merge_moved"]("old.txt", "new.txt")
    (project / "old.txt").rename(project / "elsewhere.txt")
    git(project, "add", "elsewhere.txt")
    for _ in range(2):  # it can be repeated
        hook("removed")["main"]()

    assert (project / "src/gone.py.rej").read_bytes() == b"GONE = True  # \xff\r\n"
    assert (project / "new.txt.rej").read_text() == "moved\n"
    assert (project / "new.txt").read_text() == "the template's\n"
    shown = capsys.readouterr().out
    assert "gone.py is gone: all of it is in" in shown
    assert "old.txt could not be merged: yours is in" in shown
    assert not (project / "old.txt.rej").exists(), "it was moved"


# --- What scripts are made of ---


def test_answer_is_renamed_once(project: Path, hook: Callable[[str], dict[str, Any]]) -> None:
    answers = project / ".copier-answers.yml"
    answers.write_text("_commit: v1.0.0\nold: 'a value'\nolder: 1\n")
    rename_answer = hook("project")["rename_answer"]

    rename_answer("old", "new")
    rename_answer("old", "new")

    assert answers.read_text() == "_commit: v1.0.0\nnew: 'a value'\nolder: 1\n"


def test_answer_that_is_there_under_its_new_name_is_kept(
    project: Path, hook: Callable[[str], dict[str, Any]]
) -> None:
    answers = project / ".copier-answers.yml"
    answers.write_text("new: 1\nold: 2\n")

    hook("project")["rename_answer"]("old", "new")

    assert answers.read_text() == "new: 1\nold: 2\n"


def test_moved_file_keeps_its_edits(project: Path, hook: Callable[[str], dict[str, Any]]) -> None:
    (project / "old.txt").write_text("edited\n")
    (project / "other.txt").write_text("unknown to git\n")
    git(project, "add", "old.txt")
    move = hook("project")["move"]

    for _ in range(2):
        move("old.txt", "folder/new.txt")
        move("other.txt", "other/new.txt")

    assert (project / "folder" / "new.txt").read_text() == "edited\n"
    assert (project / "other" / "new.txt").read_text() == "unknown to git\n"
    assert not (project / "old.txt").exists()
    assert git(project, "ls-files") == "folder/new.txt"


def test_move_overwrites_nothing(project: Path, hook: Callable[[str], dict[str, Any]]) -> None:
    (project / "old.txt").write_text("old\n")
    (project / "new.txt").write_text("new\n")

    hook("project")["move"]("old.txt", "new.txt")

    assert (project / "new.txt").read_text() == "new\n"
    assert (project / "old.txt").read_text() == "old\n"


# --- The same in an update: a release that renames a question and moves a shared file ---

QUESTION = "\nlog_{name}:\n  type: str\n  default: plain\n  help: Made up.\n\n_skip_if_exists:"
MIGRATIONS = """
  - version: "0.0.2"
    when: "{{ _stage == 'before' }}"
    command: ["{{ _copier_python }}", "{{ _copier_conf.src_path }}/hooks/made_up.py", before]
  - version: "0.0.2"
    when: "{{ _stage == 'after' }}"
    command: ["{{ _copier_python }}", "{{ _copier_conf.src_path }}/hooks/made_up.py", after]
"""
MADE_UP = """
import sys
from project import merge_moved, move, rename_answer
if sys.argv[1] == "before":
    rename_answer("log_look", "log_format")
    move(".dockerignore", "docker/ignore")
else:
    merge_moved(".dockerignore", "docker/ignore")
"""


@INSIDE
def test_update_moves_a_file_with_its_edits_and_keeps_a_renamed_answer(
    template: Path, tmp_path: Path, inside: bool
) -> None:
    repository = made_up_releases(template, tmp_path / "repository")
    project = tmp_path / "larger" / "project"
    if inside:
        project.parent.mkdir()
        git(project.parent, "init", "--quiet")
    copy(repository, "v0.0.1", project, {"log_look": "fancy"})
    commit(project, "project")
    file = project / ".dockerignore"
    first, *rest = file.read_text().splitlines(keepends=True)
    edited = [first, "an edit above the line\n", *rest, "an edit below the line\n"]
    file.write_text("".join(edited))
    commit(project, "edits")

    subprocess.run(
        [sys.executable, "-m", "copier", "update", "--defaults", "--trust", "--vcs-ref", "v0.0.2"],
        cwd=project,
        check=True,
        capture_output=True,
    )

    assert not file.exists()
    moved = (project / "docker" / "ignore").read_text()
    assert moved == "".join([*edited[:-3], "added by the release\n", *edited[-3:]])
    assert conflicts(project) == ""
    answers = yaml.safe_load((project / ".copier-answers.yml").read_text())
    assert answers["log_format"] == "fancy"
    assert "log_look" not in answers


def made_up_releases(template: Path, repository: Path) -> Path:
    shutil.copytree(template, repository)
    configuration = repository / "copier.yml"
    ignore = repository / "template" / ".dockerignore"
    text = configuration.read_text()
    (repository / "hooks" / "made_up.py").write_text(MADE_UP)
    configuration.write_text(text.replace("\n_skip_if_exists:", QUESTION.format(name="look")))
    release(repository, "v0.0.1")
    configuration.write_text(
        text.replace("\n_skip_if_exists:", QUESTION.format(name="format")) + MIGRATIONS
    )
    moved = repository / "template" / "docker" / "ignore"
    moved.parent.mkdir()
    *lines, empty, marker = ignore.read_text().splitlines(keepends=True)
    moved.write_text("".join([*lines, "added by the release\n", empty, marker]))
    ignore.unlink()
    release(repository, "v0.0.2")
    return repository

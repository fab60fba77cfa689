"""`make demo` does its own set-up, and ends with one line that says what is wrong."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..project.installed import uv

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("includes", "template", "hooks", "scripts")
FILES = ("Makefile", "copier.yml", "pyproject.toml", "uv.lock", "README.md")
DEADLINE = 300.0  # seconds


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of this repository; build/demo here is left alone."""
    return copied_into(tmp_path_factory.mktemp("repository"))


@pytest.fixture
def unused_repository(tmp_path: Path) -> Path:
    """Return a copy of this repository in which no command has installed anything."""
    folder = tmp_path / "repository"
    folder.mkdir()
    return copied_into(folder)


def copied_into(copy: Path) -> Path:
    for part in PARTS:
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in FILES:
        shutil.copy2(ROOT / file, copy / file)
    return copy


def make(repository: Path, *arguments: str, path: str | None = None) -> subprocess.Popen[str]:
    """Start `make demo`, outside of any other make, with its output in one pipe."""
    environment = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    return subprocess.Popen(
        ["make", "demo", *arguments],
        cwd=repository,
        env=environment | {"PATH": path or os.environ["PATH"]},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def refusal(demo: subprocess.Popen[str]) -> str:
    """Wait for a demo that cannot go on, and return its one line of error."""
    output, _ = demo.communicate(timeout=DEADLINE)
    assert demo.returncode != 0, output
    (line,) = [line for line in output.splitlines() if line.startswith("error: ")]
    assert "Traceback" not in output
    return line


def test_checked_demo_answers_as_expected(repository: Path) -> None:
    demo = make(repository, "CHECK=1", "PORT=0")
    output, _ = demo.communicate(timeout=DEADLINE)
    assert demo.returncode == 0, output
    assert "Every step answered as expected." in output
    assert "> POST /transfers" in output


def test_demo_serves_until_it_is_stopped(repository: Path) -> None:
    """tests/matrix has the other signals."""
    stops_on(repository, signal.SIGINT)


def stops_on(repository: Path, number: int) -> None:
    """Start a demo, signal it while it serves, and check that nothing of it is left."""
    with make(repository, "PORT=0") as demo:
        assert demo.stdout is not None
        lines = iter(demo.stdout)
        port = port_in(lines)
        with socket.create_connection(("127.0.0.1", port)):
            os.killpg(demo.pid, number)  # to make and all below it, as the terminal does
        assert "Traceback" not in "".join(lines)
        assert demo.wait(DEADLINE) != 0
    assert_nobody_listens(port)


def test_service_is_stopped_when_nobody_reads_on(repository: Path) -> None:
    with make(repository, "PORT=0", "CHECK=1") as demo:
        assert demo.stdout is not None
        line = next(line for line in demo.stdout if "starting it" in line)
        port = int(line.split("--port ")[1].split()[0])
        demo.stdout.close()
        assert demo.wait(DEADLINE) != 0
    assert_nobody_listens(port)


def port_in(lines: Iterator[str]) -> int:
    """Read until the address is told that the demo serves."""
    address = next(line for line in lines if line.startswith("The service runs at "))
    return int(address.split()[4].rpartition(":")[2])


def assert_nobody_listens(port: int) -> None:
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
        pass


def test_used_port_is_told(repository: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert f"port {port} cannot be used" in refusal(make(repository, f"PORT={port}"))


@pytest.mark.parametrize("port", ["http", "-1", "65536", "8000 8001"])
def test_port_that_is_none_is_told(repository: Path, port: str) -> None:
    assert "is no port" in refusal(make(repository, f"PORT={port}"))


def test_missing_git_is_told(repository: Path, tmp_path: Path) -> None:
    path = path_with(tmp_path, without={"git"})
    assert "git is missing" in refusal(make(repository, path=path))


def test_missing_python_is_told(unused_repository: Path, tmp_path: Path) -> None:
    path = path_with(tmp_path, without={"uv", "python3"})
    assert "python3 is missing" in refusal(make(unused_repository, path=path))


def test_old_python_is_told(unused_repository: Path, tmp_path: Path) -> None:
    path = path_with(tmp_path, without={"uv", "python3"})
    old = Path(path) / "python3"
    old.write_text('#!/bin/sh\ncase "$1" in --version) echo Python 3.9.18 ;; *) exit 1 ;; esac\n')
    old.chmod(0o755)
    assert "Python 3.9.18 is too old" in refusal(make(unused_repository, path=path))


def path_with(folder: Path, *, without: set[str]) -> str:
    """Return a PATH on which only what the set-up may need is found, without some of it."""
    tools = "sh bash env cat cut head sort rm mkdir dirname sleep grep make git uv python3"
    programs = folder / "programs"
    programs.mkdir()
    for tool in set(tools.split()) - without:
        found = uv() if tool == "uv" else shutil.which(tool)
        assert found is not None, tool
        (programs / tool).symlink_to(found)
    return str(programs)

"""Programs that some tests need and Python does not bring: found, installed where that is allowed, or named at the end.

With CI=true a program that is missing fails the session.
"""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

NEEDS = "needs the program "


@cache
def find_program(name: str, *, package: str) -> str | None:
    """Return the path of a program: what the variable of its name says, else on PATH, else installed now."""
    if chosen := os.environ.get(name.upper()):
        return chosen
    found = _on_path(name)
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "-qq", "update"], ["apt-get", "-qq", "install", "-y", package]):
            subprocess.run(command, env=quiet, capture_output=True)
        found = _on_path(name)
    if found is None and os.environ.get("CI") == "true":
        pytest.exit(f"the tests need {name}: {install_command(package)}", returncode=1)
    return found


def require_program(name: str, *, package: str) -> str:
    """Return the path of a program, or leave the test out: the end of the session says so."""
    found = find_program(name, package=package)
    if found is None:
        pytest.skip(f"{NEEDS}{name}: {install_command(package)}")
    return found


def install_command(package: str) -> str:
    """Return what brings the program on Debian and Ubuntu."""
    return f"sudo apt-get install -y {package}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List the tests that were left out, and what would bring them."""
    left_out: dict[str, list[str]] = {}
    reports: list[pytest.TestReport] = terminalreporter.stats.get("skipped", [])
    for report in reports:
        _, found, program = report.longreprtext.partition(NEEDS)
        if found:
            left_out.setdefault(program.rstrip("')"), []).append(report.nodeid)
    for program, tests in left_out.items():
        terminalreporter.section(f"LEFT OUT for want of {program}")
        for test in tests:
            terminalreporter.line(test)


def _on_path(name: str) -> str | None:
    # Debian has servers in folders that are on the PATH of root only, or on none
    folders = [*os.get_exec_path(), "/usr/sbin", "/usr/local/sbin"]
    folders += map(str, Path("/usr/lib/postgresql").glob("*/bin"))
    return shutil.which(name, path=os.pathsep.join(folders))

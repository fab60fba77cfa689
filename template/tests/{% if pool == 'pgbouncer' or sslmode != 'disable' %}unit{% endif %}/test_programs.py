"""What becomes of tests whose programs are not there: left out and named, or, in CI, a failure."""

import os
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ..support.programs import find_program, pytest_terminal_summary, require_program

BRINGS_IT = "needs the program teapot: sudo apt-get install -y tea"


@pytest.fixture(autouse=True)
def nothing_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user may not install programs, and those asked for before are forgotten."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    find_program.cache_clear()


def test_test_is_left_out_for_want_of_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)

    with pytest.raises(pytest.skip.Exception, match=BRINGS_IT):
        require_program("teapot", package="tea")


def test_missing_program_ends_the_session_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.exit.Exception, match="sudo apt-get install -y tea"):
        require_program("teapot", package="tea")


def test_what_was_left_out_is_named_with_what_would_bring_it() -> None:
    said: list[str] = []
    left_out = SimpleNamespace(nodeid="test_tea", longreprtext=f"Skipped: {BRINGS_IT}')")
    reporter: Any = SimpleNamespace(
        stats={"skipped": [left_out]}, section=said.append, line=said.append
    )

    pytest_terminal_summary(cast("pytest.TerminalReporter", reporter))

    assert said == [
        "LEFT OUT for want of teapot: sudo apt-get install -y tea",
        "test_tea",
    ]

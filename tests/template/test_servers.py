"""Tests that need a server which is not there are left out, and in CI fail."""

import pytest

from .. import programs
from ..programs import require_servers

NEEDS_BOTH = {"pool": "pgbouncer", "sslmode": "verify-full"}


@pytest.fixture(autouse=True)
def no_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "FOLDERS", ())


def test_test_is_left_out_for_want_of_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)

    with pytest.raises(pytest.skip.Exception, match="not installed: postgresql pgbouncer"):
        require_servers(NEEDS_BOTH)


def test_missing_servers_are_a_failure_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="not installed: postgresql pgbouncer"):
        require_servers(NEEDS_BOTH)


def test_servers_that_the_answers_do_without_are_not_asked_for() -> None:
    require_servers({"pool": "pooled", "sslmode": "disable"})

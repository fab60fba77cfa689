"""The demo ends on every signal that a terminal or a service manager sends."""

import signal
from pathlib import Path

import pytest

from ..commands.test_demo import stops_on


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_demo_serves_until_it_is_stopped_by(repository: Path, number: int) -> None:
    stops_on(repository, number)

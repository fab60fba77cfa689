"""Whoever stops a container waits longer than what runs in it may take to stop (D4)."""

import re
from pathlib import Path

import pytest
import yaml

from ..conftest import Render

PACKAGE = "src/my_service"


def number(project: Path, file: str, before: str) -> float:
    """Return the number that stands after some text in a file."""
    found = re.search(rf"{re.escape(before)}([0-9.]+)", (project / file).read_text())
    assert found, f"{before!r} is not in {file}"
    return float(found[1])


def grace(project: Path, service: str) -> float:
    compose = yaml.safe_load((project / "compose.yaml").read_text())
    return float(compose["services"][service]["stop_grace_period"].removesuffix("s"))


@pytest.mark.parametrize("sslmode", ["disable", "verify-full"])
def test_container_of_the_service_gets_more_than_its_shutdown_timeout(
    render: Render, sslmode: str
) -> None:
    project = render({"sslmode": sslmode})
    timeout = number(project, f"{PACKAGE}/settings.py", "shutdown_timeout: Seconds = ")

    assert grace(project, "service") > timeout
    assert number(project, "Dockerfile", "docker run --stop-timeout ") > timeout
    kubernetes = 30
    assert kubernetes > timeout


@pytest.mark.parametrize("sslmode", ["disable", "verify-full"])
def test_container_of_a_worker_gets_more_than_its_shutdown_timeout(
    render: Render, sslmode: str
) -> None:
    project = render({"durable_jobs": True, "sslmode": sslmode})
    file = f"{PACKAGE}/tasks/jobs_settings.py"
    timeout = number(project, file, "shutdown_timeout: Seconds = ")
    after = number(project, f"{PACKAGE}/runtime/worker.py", "AFTER_JOBS = ")

    assert grace(project, "worker") > timeout + after

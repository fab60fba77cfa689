"""The started service keeps the HTTP contract."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2
import pytest

from .conftest import Installed
from .installed import Project, environment

CONTRACT = Path(__file__).parents[1] / "contract"
START = 120.0
"""Seconds until the service answers."""


@pytest.mark.parametrize(
    ("framework", "data_layer"),
    [("fastapi", "sqlalchemy"), ("tornado", "asyncpg")],
)
def test_started_service_passes_the_contract_suite(
    installed: Installed, tmp_path: Path, framework: str, data_layer: str
) -> None:
    """tests/matrix has the other combinations and the pool modes."""
    project = installed(framework=framework, data_layer=data_layer)
    with served(project, tmp_path / "service.log") as url:
        passes_the_contract_suite(url)


def passes_the_contract_suite(url: str) -> None:
    """Run the suite against a service; no test may fail or be left out."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", CONTRACT]
    done = subprocess.run(
        [*command, "--base-url", url],
        cwd=CONTRACT.parents[1],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert re.fullmatch(r"\d+ passed in .*", done.stdout.strip().splitlines()[-1]), done.stdout


@contextmanager
def served(project: Project, log: Path) -> Generator[str]:
    """Run `dev` and yield the address it serves; it has to stop by itself on SIGTERM."""
    port = free_port()
    command = [project.python, "-m", "my_service", "dev", "--no-reload", "--port", str(port)]
    url = f"http://127.0.0.1:{port}"
    with log.open("w") as output:
        service = subprocess.Popen(
            command, cwd=project.folder, env=environment(), stdout=output, stderr=output
        )
        try:
            wait_until_ready(url, service, log)
            yield url
        finally:
            service.send_signal(signal.SIGTERM)
            exit_code = service.wait(timeout=60)
    assert exit_code == os.EX_OK, log.read_text()


def wait_until_ready(url: str, service: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START
    while time.monotonic() < deadline:
        assert service.poll() is None, log.read_text()
        with suppress(httpx2.TransportError):
            if httpx2.get(f"{url}/health/ready", trust_env=False).is_success:
                return
        time.sleep(0.1)
    raise AssertionError(f"not ready within {START} s:\n{log.read_text()}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port

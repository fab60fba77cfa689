"""The address of the service, and a client for it."""

import os
from collections.abc import Generator

import httpx2
import pytest

from .ledger import Ledger


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--base-url", help="the service that the contract suite asks")


@pytest.fixture(scope="session")
def base_url(pytestconfig: pytest.Config) -> str:
    """Return the address of the service; without one there is nothing to test."""
    url = pytestconfig.getoption("--base-url", None) or os.environ.get("CONTRACT_BASE_URL")
    if not url:
        pytest.fail("no service: give --base-url or CONTRACT_BASE_URL")
    return str(url).rstrip("/")


@pytest.fixture(scope="session")
def client(base_url: str) -> Generator[httpx2.Client]:
    """Return an HTTP client, of which each request may take 30 seconds."""
    with httpx2.Client(base_url=base_url, timeout=30.0, trust_env=False) as client:
        yield client


@pytest.fixture(scope="session")
def ledger(client: httpx2.Client) -> Ledger:
    """Return a client of the ledger."""
    return Ledger(client)

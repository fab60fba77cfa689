"""What every answer has in common: health, request ids, problems, limits."""

from collections.abc import Iterator

import httpx2
import pytest

from .ledger import Ledger, assert_problem, new_account

MEBIBYTE = 1024 * 1024


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_health_is_good(ledger: Ledger, path: str) -> None:
    answer = ledger.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["x-request-id"]


@pytest.mark.parametrize("path", ["/", "/nothing", "/accounts/x/y/z", "/%2e%2e/etc", "/health"])
def test_unknown_route_is_not_found(ledger: Ledger, path: str) -> None:
    assert_problem(ledger.get(path), 404, "not-found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/accounts", {"GET", "POST"}),
        ("GET", "/transfers", {"POST"}),
        ("PUT", "/accounts/0192f0c1-2b3c-7d4e-8f50-123456789abc", {"GET"}),
        ("POST", "/health/live", {"GET"}),
    ],
)
def test_wrong_method_is_told_the_right_ones(
    ledger: Ledger, method: str, path: str, allowed: set[str]
) -> None:
    answer = ledger.client.request(method, path)
    assert_problem(answer, 405, "method-not-allowed")
    named = {name.strip() for name in answer.headers["allow"].split(",")}
    assert allowed <= named <= allowed | {"HEAD", "OPTIONS"}


@pytest.mark.parametrize("given", ["a", "abc-123_/+=", "!~", "x" * 128])
def test_request_id_is_echoed(ledger: Ledger, given: str) -> None:
    found = ledger.get("/health/live", headers={"X-Request-ID": given})
    missing = ledger.get("/nothing", headers={"X-Request-ID": given})
    assert found.headers["x-request-id"] == missing.headers["x-request-id"] == given
    assert assert_problem(missing, 404, "not-found")["request_id"] == given


@pytest.mark.parametrize(
    "given", [b"", b"x" * 129, b"two words", b"caf\xc3\xa9", b"tab\there"], ids=repr
)
def test_bad_request_id_is_replaced(ledger: Ledger, given: bytes) -> None:
    answer = ledger.get("/nothing", headers={b"X-Request-ID": given})
    assert_problem(answer, 404, "not-found")
    made = answer.headers["x-request-id"]
    assert made.encode() != given
    assert 1 <= len(made) <= 128
    assert all("!" <= character <= "~" for character in made)


def test_each_request_has_an_id_of_its_own(ledger: Ledger) -> None:
    account = ledger.account()
    paths = ["/accounts", f"/accounts/{account['id']}", "/nothing", "/accounts?limit=0"] * 5
    ids = {ledger.get(path).headers["x-request-id"] for path in paths}
    assert len(ids) == len(paths)


def test_declared_length_beyond_the_limit_is_refused(ledger: Ledger) -> None:
    body = b'{"owner": "' + b"x" * (2 * MEBIBYTE) + b'", "currency": "EUR"}'
    assert_problem(post_bytes(ledger, body), 413, "payload-too-large")


def test_streamed_body_beyond_the_limit_is_refused(ledger: Ledger) -> None:
    def body() -> Iterator[bytes]:
        for _ in range(32):
            yield b" " * (MEBIBYTE // 16)

    assert_problem(post_bytes(ledger, body()), 413, "payload-too-large")


def test_body_below_the_limit_is_read(ledger: Ledger) -> None:
    body = b'{"owner": "Ada", "currency": "EUR"' + b" " * (MEBIBYTE - 100) + b"}"
    assert post_bytes(ledger, body).status_code == 201


def test_service_goes_on_after_a_refused_body(ledger: Ledger) -> None:
    post_bytes(ledger, b"x" * (2 * MEBIBYTE))
    assert ledger.post("/accounts", new_account()).status_code == 201


def post_bytes(ledger: Ledger, body: bytes | Iterator[bytes]) -> httpx2.Response:
    """Send a body as JSON, on a connection of its own: the service may close it unread."""
    with httpx2.Client(base_url=ledger.client.base_url, timeout=30.0, trust_env=False) as client:
        return client.post("/accounts", content=body, headers={"Content-Type": "application/json"})

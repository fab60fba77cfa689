"""A client of the ledger, and what all its answers have in common."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import httpx2

Result = TypeVar("Result")

MAX_AMOUNT = 10**15
CSV_HEADER = ["id", "created_at", "from_account", "to_account", "amount"]


class Ledger:
    """Sends requests, from any number of threads; what is named after a thing expects success."""

    def __init__(self, client: httpx2.Client) -> None:
        self.client = client

    def get(self, path: str, **options: Any) -> httpx2.Response:
        return self.client.get(path, **options)

    def post(self, path: str, body: Any, **options: Any) -> httpx2.Response:
        return self.client.post(path, json=body, **options)

    def account(self, **changes: Any) -> dict[str, Any]:
        """Open an account and return it."""
        answer = self.post("/accounts", new_account(**changes))
        assert answer.status_code == 201, answer.text
        return answer.json()

    def balance(self, account: Mapping[str, Any]) -> int:
        answer = self.get(f"/accounts/{account['id']}")
        assert answer.status_code == 200, answer.text
        return answer.json()["balance"]

    def try_transfer(
        self,
        source: Mapping[str, Any],
        target: Mapping[str, Any],
        amount: Any,
        *,
        key: str | None = None,
    ) -> httpx2.Response:
        """Ask for a transfer and return whatever is answered."""
        headers = {} if key is None else {"Idempotency-Key": key}
        return self.post("/transfers", new_transfer(source, target, amount), headers=headers)

    def transfer(
        self, source: Mapping[str, Any], target: Mapping[str, Any], amount: int
    ) -> dict[str, Any]:
        """Move money and return the transfer."""
        answer = self.try_transfer(source, target, amount)
        assert answer.status_code == 201, answer.text
        return answer.json()


def new_account(**changes: Any) -> dict[str, Any]:
    """Return the body of a good request for an account, with changes."""
    return {"owner": "Ada", "currency": "EUR", "opening_balance": 1_000} | changes


def new_transfer(
    source: Mapping[str, Any], target: Mapping[str, Any], amount: Any
) -> dict[str, Any]:
    """Return the body of a request for a transfer."""
    return {"from_account": source["id"], "to_account": target["id"], "amount": amount}


def unknown_account() -> dict[str, Any]:
    """Return an account that nobody has."""
    return {"id": str(uuid.uuid4())}


def at_once(calls: Sequence[Callable[[], Result]], *, threads: int = 16) -> list[Result]:
    """Make the calls from several threads and return their results in order."""
    with ThreadPoolExecutor(threads) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def assert_problem(answer: httpx2.Response, status: int, slug: str) -> dict[str, Any]:
    """Check that an answer is this problem (RFC 9457), and return its body."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].split(";")[0] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["type"] == f"/problems/{slug}", problem
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["request_id"] == answer.headers["x-request-id"]
    return problem


def assert_invalid(answer: httpx2.Response, location: str) -> None:
    """Check that an answer refuses the request for this part of it."""
    problem = assert_problem(answer, 422, "validation")
    locations = [error["location"] for error in problem["errors"]]
    assert location in locations
    assert all(error["message"] for error in problem["errors"])

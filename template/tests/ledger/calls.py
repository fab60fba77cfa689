"""Calls of the ledger, as a client makes them; what is named after a thing expects success."""

from typing import Any
from uuid import UUID

import httpx2

Json = dict[str, Any]


async def account(client: httpx2.AsyncClient, **changes: Any) -> Json:
    """Open an account with 1000 EUR cents, or with `changes` to that, and return it."""
    body = {"owner": "Ada", "currency": "EUR", "opening_balance": 1_000} | changes
    answer = await client.post("/accounts", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def balance(client: httpx2.AsyncClient, account: Json) -> int:
    """Return what the account holds."""
    answer = await client.get(f"/accounts/{account['id']}")
    assert answer.status_code == 200, answer.text
    return answer.json()["balance"]


async def transfer(
    client: httpx2.AsyncClient, source: Json, target: Json, amount: int, key: str | None = None
) -> Json:
    """Move money and return the transfer."""
    answer = await try_transfer(client, source, target, amount, key)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def try_transfer(
    client: httpx2.AsyncClient, source: Json, target: Json, amount: Any, key: str | None = None
) -> httpx2.Response:
    """Ask for a transfer and return whatever is answered."""
    body = {"from_account": source["id"], "to_account": target["id"], "amount": amount}
    headers = {} if key is None else {"Idempotency-Key": key}
    return await client.post("/transfers", json=body, headers=headers)


def assert_problem(answer: httpx2.Response, status: int, slug: str) -> Json:
    """Check that an answer is this problem (RFC 9457), and return its body."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: Json = answer.json()
    assert (problem["type"], problem["status"]) == (f"/problems/{slug}", status)
    assert problem["request_id"] == answer.headers["x-request-id"]
    return problem


def assert_refused(answer: httpx2.Response, location: str) -> None:
    """Check that an answer refuses the request for this part of it."""
    problem = assert_problem(answer, 422, "validation")
    assert location in [error["location"] for error in problem["errors"]]


def unknown_account() -> Json:
    """Return an account that nobody has."""
    return {"id": str(UUID(int=1))}

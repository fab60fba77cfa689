"""Accounts: open, read, list, refuse."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest

from ..support.leaks import Observer
from .calls import account, assert_problem, assert_refused, unknown_account


async def test_opened_account_is_answered_with_its_address(client: httpx2.AsyncClient) -> None:
    body = {"owner": "Ada", "currency": "CHF", "opening_balance": 42}

    answer = await client.post("/accounts", json=body)

    assert answer.status_code == 201
    opened = answer.json()
    assert set(opened) == {"id", "owner", "currency", "balance", "created_at"}
    assert (opened["owner"], opened["currency"], opened["balance"]) == ("Ada", "CHF", 42)
    found = await client.get(answer.headers["location"])
    assert (found.status_code, found.json()) == (200, opened)


async def test_opened_account_is_committed(client: httpx2.AsyncClient, observer: Observer) -> None:
    opened = await account(client)

    row = await observer.fetchrow("SELECT id, owner, currency, balance FROM accounts")

    assert row is not None
    assert tuple(row) == (UUID(opened["id"]), "Ada", "EUR", 1_000)


async def test_time_of_opening_has_a_zone(client: httpx2.AsyncClient) -> None:
    created_at = datetime.fromisoformat((await account(client))["created_at"])

    assert abs(datetime.now(UTC) - created_at) < timedelta(minutes=1)


async def test_opening_balance_is_zero_unless_given(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/accounts", json={"owner": "Ada", "currency": "EUR"})

    assert answer.json()["balance"] == 0


@pytest.mark.parametrize("owner", ["x", "\N{PILE OF POO}" * 200, "'; DROP TABLE accounts; --"])
async def test_owner_is_kept_as_given(client: httpx2.AsyncClient, owner: str) -> None:
    assert (await account(client, owner=owner))["owner"] == owner


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("owner", ""),
        ("owner", "x" * 201),
        ("owner", "nul\x00inside"),
        ("owner", None),
        ("currency", "eur"),
        ("currency", "EURO"),
        ("currency", "EUR\n"),
        ("currency", None),
        ("opening_balance", -1),
        ("opening_balance", 10**15 + 1),
        ("opening_balance", 1.5),
        ("opening_balance", "100"),
        ("opening_balance", True),
        ("opening_balance", None),
    ],
)
async def test_bad_field_is_refused_by_its_name(
    client: httpx2.AsyncClient, observer: Observer, field: str, value: Any
) -> None:
    body = {"owner": "Ada", "currency": "EUR", "opening_balance": 1} | {field: value}

    answer = await client.post("/accounts", json=body)

    assert_refused(answer, f"body.{field}")
    assert await observer.fetchval("SELECT count(*) FROM accounts") == 0


@pytest.mark.parametrize("balance", [0, 10**15])
async def test_limits_of_the_opening_balance_are_allowed(
    client: httpx2.AsyncClient, balance: int
) -> None:
    assert (await account(client, opening_balance=balance))["balance"] == balance


async def test_unknown_account_is_not_found(client: httpx2.AsyncClient) -> None:
    unknown = unknown_account()["id"]

    problem = assert_problem(await client.get(f"/accounts/{unknown}"), 404, "not-found")

    assert unknown in problem["detail"]


async def test_id_that_is_no_uuid_is_refused(client: httpx2.AsyncClient) -> None:
    assert_refused(await client.get("/accounts/ada"), "path.account_id")


async def test_pages_hold_every_account_once_in_the_order_of_opening(
    client: httpx2.AsyncClient,
) -> None:
    opened = [await account(client, owner=f"{number}") for number in range(7)]

    pages = await all_pages(client, limit=3)

    assert [len(page) for page in pages] == [3, 3, 1]
    assert [item for page in pages for item in page] == opened


async def test_last_page_that_is_full_has_no_next(client: httpx2.AsyncClient) -> None:
    for _ in range(4):
        await account(client)

    assert [len(page) for page in await all_pages(client, limit=2)] == [2, 2]


async def test_account_opened_meanwhile_does_not_move_the_pages(client: httpx2.AsyncClient) -> None:
    first, second = await account(client), await account(client)
    page = (await client.get("/accounts?limit=1")).json()
    third = await account(client)

    rest = (await client.get("/accounts", params={"after": page["next"]})).json()

    assert page["items"] == [first]
    assert rest == {"items": [second, third], "next": None}


async def test_page_has_50_accounts_unless_asked(
    client: httpx2.AsyncClient, observer: Observer
) -> None:
    await observer.execute(
        "INSERT INTO accounts (id, owner, currency, balance) "
        "SELECT gen_random_uuid(), 'Ada', 'EUR', 0 FROM generate_series(1, 101)"
    )

    assert [len(page) for page in await all_pages(client)] == [50, 50, 1]
    assert [len(page) for page in await all_pages(client, limit=100)] == [100, 1]


async def test_page_without_accounts_is_empty(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/accounts")).json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("name", "value"),
    [("limit", "0"), ("limit", "101"), ("limit", "x"), ("limit", ""), ("after", "x")],
)
async def test_bad_page_is_refused(client: httpx2.AsyncClient, name: str, value: str) -> None:
    assert_refused(await client.get("/accounts", params={name: value}), f"query.{name}")


async def all_pages(client: httpx2.AsyncClient, **parameters: Any) -> list[list[dict[str, Any]]]:
    """Follow `next` to the end."""
    pages: list[list[dict[str, Any]]] = []
    after = None
    while after is not None or not pages:
        page = {} if after is None else {"after": after}
        answer = (await client.get("/accounts", params=parameters | page)).json()
        pages.append(answer["items"])
        after = answer["next"]
    return pages

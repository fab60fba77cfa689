"""The dashboard: three independent queries at the same time (C4)."""

import asyncio

import httpx2
import pytest

from ..support.databases import until_none_waits, until_waiting
from ..support.leaks import Observer
from ..support.proxy import Proxy
from .calls import account, assert_problem, assert_refused, transfer, unknown_account


async def test_dashboard_shows_account_totals_and_newest_transfers(
    client: httpx2.AsyncClient,
) -> None:
    one, other, third = [await account(client) for _ in range(3)]
    made = [
        await transfer(client, one, other, 100),
        await transfer(client, other, one, 30),
        await transfer(client, one, third, 7),
    ]
    await transfer(client, other, third, 500)

    answer = await client.get(f"/accounts/{one['id']}/dashboard")

    assert answer.status_code == 200
    assert answer.json() == {
        "account": one | {"balance": 1_000 - 100 + 30 - 7},
        "totals": {"incoming": 30, "outgoing": 107, "transfers": 3},
        "recent": made[::-1],
    }


async def test_account_without_transfers_has_empty_totals(client: httpx2.AsyncClient) -> None:
    opened = await account(client)

    dashboard = (await client.get(f"/accounts/{opened['id']}/dashboard")).json()

    assert dashboard == {
        "account": opened,
        "totals": {"incoming": 0, "outgoing": 0, "transfers": 0},
        "recent": [],
    }


async def test_newest_ten_transfers_are_shown_and_all_are_counted(
    client: httpx2.AsyncClient,
) -> None:
    one, other = await account(client), await account(client)
    made = [await transfer(client, one, other, number) for number in range(1, 13)]

    dashboard = (await client.get(f"/accounts/{other['id']}/dashboard")).json()

    assert dashboard["recent"] == made[:1:-1]
    assert dashboard["totals"] == {"incoming": sum(range(13)), "outgoing": 0, "transfers": 12}


async def test_totals_may_exceed_what_one_transfer_may_move(
    client: httpx2.AsyncClient, observer: Observer
) -> None:
    one, other = await account(client), await account(client)
    await observer.execute(
        "INSERT INTO transfers (id, from_account, to_account, amount) "
        "SELECT gen_random_uuid(), $1, $2, 10::bigint ^ 15 FROM generate_series(1, 9)",
        one["id"],
        other["id"],
    )

    dashboard = (await client.get(f"/accounts/{one['id']}/dashboard")).json()

    assert dashboard["totals"]["outgoing"] == 9 * 10**15


async def test_unknown_account_is_not_found(client: httpx2.AsyncClient) -> None:
    answer = await client.get(f"/accounts/{unknown_account()['id']}/dashboard")

    assert_problem(answer, 404, "not-found")


async def test_id_that_is_no_uuid_is_refused(client: httpx2.AsyncClient) -> None:
    assert_refused(await client.get("/accounts/ada/dashboard"), "path.account_id")


async def test_queries_run_on_three_connections(
    distant_client: httpx2.AsyncClient, client: httpx2.AsyncClient, proxy: Proxy
) -> None:
    opened = await account(client)
    assert proxy.connections == 0

    answer = await distant_client.get(f"/accounts/{opened['id']}/dashboard")

    assert answer.status_code == 200
    assert proxy.connections == 3


async def test_many_dashboards_finish_on_a_small_pool(client: httpx2.AsyncClient) -> None:
    opened = await account(client)

    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(client.get(f"/accounts/{opened['id']}/dashboard")) for _ in range(20)
        ]

    assert {task.result().status_code for task in tasks} == {200}


@pytest.mark.parametrize("table", ["accounts", "transfers"])
async def test_abandoned_dashboard_leaves_nothing_behind(
    client: httpx2.AsyncClient, observer: Observer, table: str
) -> None:
    """The check behind every test looks for connections, transactions and tasks."""
    opened = await account(client)

    async with observer.transaction():
        await observer.execute(f'LOCK TABLE "{table}" IN ACCESS EXCLUSIVE MODE')
        asked = client.get(f"/accounts/{opened['id']}/dashboard")
        request = asyncio.get_running_loop().create_task(asked)
        await until_waiting(observer, "Lock")
        request.cancel()
        await asyncio.wait({request})
        await until_none_waits(observer, "Lock")  # while it is held: the queries were cancelled

    assert request.cancelled()

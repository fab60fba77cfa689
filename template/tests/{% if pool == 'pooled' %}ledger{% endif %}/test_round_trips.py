"""What each request costs, counted on the wire between the service and PostgreSQL."""

from collections.abc import Awaitable, Callable
from functools import partial

import httpx2

from ..support.proxy import Proxy
from .calls import Json, account, transfer, unknown_account

WARM_UP = 20
"""Requests until every connection of the pool has prepared every statement of the endpoint."""


async def cost(proxy: Proxy, call: Callable[[], Awaitable[object]]) -> float:
    """Return the round trips of a call on warm connections.

    The least of some rounds: a connection prepares a statement when it first gets it, which may be late.
    """
    for _ in range(WARM_UP):
        await call()
    rounds: list[float] = []
    for _ in range(3):
        proxy.reset()
        for _ in range(10):
            await call()
        assert proxy.connections == 0
        rounds.append(proxy.round_trips / 10)
    return min(rounds)


def get(
    client: httpx2.AsyncClient, path: str, *, status: int = 200
) -> Callable[[], Awaitable[None]]:
    async def call() -> None:
        answer = await client.get(path)
        assert answer.status_code == status, answer.text

    return call


async def two_accounts(client: httpx2.AsyncClient) -> tuple[Json, Json]:
    return await account(client), await account(client)


async def test_opening_an_account_costs_three(
    distant_client: httpx2.AsyncClient, proxy: Proxy
) -> None:
    assert await cost(proxy, partial(account, distant_client)) == 3


async def test_reading_an_account_costs_one(
    distant_client: httpx2.AsyncClient, proxy: Proxy
) -> None:
    opened = await account(distant_client)

    assert await cost(proxy, get(distant_client, f"/accounts/{opened['id']}")) == 1


async def test_a_page_of_accounts_costs_one(
    distant_client: httpx2.AsyncClient, proxy: Proxy
) -> None:
    opened = await account(distant_client)

    assert await cost(proxy, get(distant_client, "/accounts")) == 1
    assert await cost(proxy, get(distant_client, f"/accounts?after={opened['id']}")) == 1


async def test_a_transfer_costs_five(distant_client: httpx2.AsyncClient, proxy: Proxy) -> None:
    """BEGIN, lock, record, move, COMMIT."""
    one, other = await two_accounts(distant_client)

    assert await cost(proxy, partial(transfer, distant_client, one, other, 1)) == 5


async def test_a_transfer_with_a_key_costs_five_too(
    distant_client: httpx2.AsyncClient, proxy: Proxy
) -> None:
    one, other = await two_accounts(distant_client)
    keys = iter(range(100))

    async def call() -> None:
        await transfer(distant_client, one, other, 1, key=str(next(keys)))

    assert await cost(proxy, call) == 5


async def test_a_repeated_transfer_costs_five(
    distant_client: httpx2.AsyncClient, proxy: Proxy
) -> None:
    """BEGIN, lock, no new record, read the first one, COMMIT."""
    one, other = await two_accounts(distant_client)

    assert await cost(proxy, partial(transfer, distant_client, one, other, 1, key="k")) == 5


async def test_reading_a_transfer_costs_one(
    distant_client: httpx2.AsyncClient, proxy: Proxy
) -> None:
    made = await transfer(distant_client, *await two_accounts(distant_client), 1)

    assert await cost(proxy, get(distant_client, f"/transfers/{made['id']}")) == 1


async def test_a_dashboard_costs_three_at_the_same_time(
    distant_client: httpx2.AsyncClient, proxy: Proxy
) -> None:
    opened = await account(distant_client)

    assert await cost(proxy, get(distant_client, f"/accounts/{opened['id']}/dashboard")) == 3


async def test_a_dashboard_of_nobody_costs_three_too(
    distant_client: httpx2.AsyncClient, proxy: Proxy
) -> None:
    """A query that is cancelled would cost a new connection on top."""
    path = f"/accounts/{unknown_account()['id']}/dashboard"

    assert await cost(proxy, get(distant_client, path, status=404)) == 3


async def test_a_statement_of_one_batch_costs_five(
    distant_client: httpx2.AsyncClient, proxy: Proxy
) -> None:
    """The account; then BEGIN, the cursor, its only batch, COMMIT."""
    made = await transfer(distant_client, *await two_accounts(distant_client), 1)
    path = f"/accounts/{made['from_account']}/transfers.csv"

    assert await cost(proxy, get(distant_client, path)) == 5


async def test_liveness_costs_nothing_and_readiness_one(
    distant_client: httpx2.AsyncClient, proxy: Proxy
) -> None:
    assert await cost(proxy, get(distant_client, "/health/live")) == 0
    assert await cost(proxy, get(distant_client, "/health/ready")) == 1

"""The header Idempotency-Key: a repeated request is one transfer (C8)."""

import asyncio

import httpx2
import pytest

from ..support.leaks import Observer
from .calls import (
    Json,
    account,
    assert_problem,
    assert_refused,
    balance,
    transfer,
    try_transfer,
)


@pytest.fixture
async def one(client: httpx2.AsyncClient) -> Json:
    """An account with 1000 EUR cents."""
    return await account(client)


@pytest.fixture
async def other(client: httpx2.AsyncClient) -> Json:
    """Another one."""
    return await account(client)


async def test_repeated_request_gets_the_first_answer(
    client: httpx2.AsyncClient, one: Json, other: Json
) -> None:
    first = await try_transfer(client, one, other, 1_000, key="k")
    repeated = await try_transfer(client, one, other, 1_000, key="k")  # the money is gone by now

    assert (first.status_code, repeated.status_code) == (201, 201)
    assert repeated.content == first.content
    assert repeated.headers["location"] == first.headers["location"]
    assert (await balance(client, one), await balance(client, other)) == (0, 2_000)


async def test_concurrent_repetitions_are_one_transfer(
    client: httpx2.AsyncClient, observer: Observer, one: Json, other: Json
) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(transfer(client, one, other, 30, "k")) for _ in range(30)]

    assert len({task.result()["id"] for task in tasks}) == 1
    assert await observer.fetchval("SELECT count(*) FROM transfers") == 1
    assert (await balance(client, one), await balance(client, other)) == (970, 1_030)


async def test_concurrent_requests_with_one_key_and_other_accounts_are_one_transfer(
    client: httpx2.AsyncClient, observer: Observer
) -> None:
    """Nothing but the key makes them wait for each other: they lock different accounts."""
    accounts = [await account(client) for _ in range(10)]

    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(try_transfer(client, source, target, 30, "k"))
            for source, target in zip(accounts[::2], accounts[1::2], strict=True)
        ]
    refused = [task.result() for task in tasks if task.result().status_code != 201]

    assert len(refused) == 4
    for answer in refused:
        assert_problem(answer, 409, "idempotency-key-reused")
    assert await observer.fetchval("SELECT count(*) FROM transfers") == 1
    assert await observer.fetchval("SELECT count(*) FROM accounts WHERE balance = 1000") == 8


@pytest.mark.parametrize("change", ["amount", "direction", "account"])
async def test_key_of_another_transfer_is_a_conflict(
    client: httpx2.AsyncClient, one: Json, other: Json, change: str
) -> None:
    third = await account(client)
    await transfer(client, one, other, 30, key="k")
    source, target, amount = {
        "amount": (one, other, 31),
        "direction": (other, one, 30),
        "account": (one, third, 30),
    }[change]

    answer = await try_transfer(client, source, target, amount, key="k")

    assert_problem(answer, 409, "idempotency-key-reused")
    assert (await balance(client, one), await balance(client, other)) == (970, 1_030)


async def test_failed_request_leaves_its_key_unused(
    client: httpx2.AsyncClient, one: Json, other: Json
) -> None:
    refused = await try_transfer(client, one, other, 1_500, key="k")
    await transfer(client, other, one, 500)

    await transfer(client, one, other, 1_500, key="k")

    assert_problem(refused, 409, "insufficient-funds")
    assert (await balance(client, one), await balance(client, other)) == (0, 2_000)


async def test_equal_requests_without_a_key_are_two_transfers(
    client: httpx2.AsyncClient, one: Json, other: Json
) -> None:
    first, second = [await transfer(client, one, other, 30) for _ in range(2)]

    assert first["id"] != second["id"]
    assert await balance(client, one) == 940


@pytest.mark.parametrize("key", ["x", "!~" + "x" * 253])
async def test_key_has_1_to_255_visible_characters(
    client: httpx2.AsyncClient, one: Json, other: Json, key: str
) -> None:
    assert (await try_transfer(client, one, other, 1, key=key)).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "tab\tinside"])
async def test_bad_key_is_refused(
    client: httpx2.AsyncClient, one: Json, other: Json, key: str
) -> None:
    answer = await try_transfer(client, one, other, 1, key=key)

    assert_refused(answer, "header.Idempotency-Key")
    assert await balance(client, one) == 1_000

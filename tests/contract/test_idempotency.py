"""The header Idempotency-Key: a repeated request is one transfer."""

import json
import uuid
from functools import partial
from typing import Any

import pytest

from .ledger import Ledger, assert_invalid, assert_problem, at_once, new_transfer

Accounts = tuple[dict[str, Any], dict[str, Any]]


@pytest.fixture
def accounts(ledger: Ledger) -> Accounts:
    """Return an account with 100 and one with nothing."""
    return ledger.account(opening_balance=100), ledger.account(opening_balance=0)


@pytest.fixture
def key() -> str:
    """Return a key that nobody has used."""
    return str(uuid.uuid4())


def test_repeated_request_gets_the_first_answer(
    ledger: Ledger, accounts: Accounts, key: str
) -> None:
    first = ledger.try_transfer(*accounts, 30, key=key)
    ledger.transfer(*accounts, 5)
    repeated = ledger.try_transfer(*accounts, 30, key=key)
    assert first.status_code == repeated.status_code == 201
    assert first.content == repeated.content
    assert first.headers["location"] == repeated.headers["location"]
    assert [ledger.balance(account) for account in accounts] == [65, 35]


def test_repeated_request_is_answered_after_the_money_is_gone(
    ledger: Ledger, accounts: Accounts, key: str
) -> None:
    first = ledger.try_transfer(*accounts, 100, key=key)
    repeated = ledger.try_transfer(*accounts, 100, key=key)
    assert first.status_code == repeated.status_code == 201
    assert first.content == repeated.content


def test_same_request_in_another_spelling_is_the_same(
    ledger: Ledger, accounts: Accounts, key: str
) -> None:
    first = ledger.try_transfer(*accounts, 30, key=key)
    body = dict(reversed(new_transfer(*accounts, 30).items()))
    repeated = ledger.client.post(
        "/transfers",
        content=json.dumps(body, indent=4),
        headers={"Content-Type": "application/json", "idempotency-key": key},
    )
    assert repeated.status_code == 201
    assert first.content == repeated.content


def test_concurrent_repetitions_are_one_transfer(
    ledger: Ledger, accounts: Accounts, key: str
) -> None:
    answers = at_once([partial(ledger.try_transfer, *accounts, 30, key=key)] * 20, threads=20)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert [ledger.balance(account) for account in accounts] == [70, 30]


def test_concurrent_requests_with_one_key_and_two_bodies_are_one_transfer(
    ledger: Ledger, accounts: Accounts, key: str
) -> None:
    answers = at_once(
        [partial(ledger.try_transfer, *accounts, 1 + n % 2, key=key) for n in range(20)],
        threads=20,
    )
    done = {answer.content: answer.json() for answer in answers if answer.status_code == 201}
    assert len(done) == 1
    (transfer,) = done.values()
    for number, answer in enumerate(answers):
        if 1 + number % 2 != transfer["amount"]:
            assert_problem(answer, 409, "idempotency-key-reused")
        else:
            assert answer.status_code == 201
    assert [ledger.balance(account) for account in accounts] == [
        100 - transfer["amount"],
        transfer["amount"],
    ]


@pytest.mark.parametrize("changed", ["from_account", "to_account", "amount"])
def test_key_with_another_body_is_refused_and_changes_nothing(
    ledger: Ledger, accounts: Accounts, key: str, changed: str
) -> None:
    first = ledger.try_transfer(*accounts, 30, key=key).json()
    another = {"amount": 31}.get(changed) or ledger.account()["id"]
    body = new_transfer(*accounts, 30) | {changed: another}
    answer = ledger.post("/transfers", body, headers={"Idempotency-Key": key})
    assert_problem(answer, 409, "idempotency-key-reused")
    assert [ledger.balance(account) for account in accounts] == [70, 30]
    assert ledger.get(f"/transfers/{first['id']}").json() == first


def test_different_keys_are_different_transfers(ledger: Ledger, accounts: Accounts) -> None:
    answers = [ledger.try_transfer(*accounts, 10, key=str(uuid.uuid4())) for _ in range(2)]
    assert answers[0].json()["id"] != answers[1].json()["id"]
    assert [ledger.balance(account) for account in accounts] == [80, 20]


def test_longest_key_is_taken(ledger: Ledger, accounts: Accounts, key: str) -> None:
    long = (key + "!~{}\"'\\;," * 30)[:255]
    first = ledger.try_transfer(*accounts, 30, key=long)
    assert first.status_code == 201
    assert ledger.try_transfer(*accounts, 30, key=long).content == first.content


@pytest.mark.parametrize(
    "bad",
    [b"", b"x" * 256, b"two words", b"caf\xc3\xa9", b"\xff"],
    ids=["", "long", " ", "é", "ff"],
)
def test_bad_key_is_refused_and_changes_nothing(
    ledger: Ledger, accounts: Accounts, bad: bytes
) -> None:
    answer = ledger.post(
        "/transfers", new_transfer(*accounts, 30), headers={b"Idempotency-Key": bad}
    )
    assert_invalid(answer, "header.Idempotency-Key")
    assert [ledger.balance(account) for account in accounts] == [100, 0]

"""Transfers: money moves as a whole or not at all."""

import uuid
from typing import Any

import pytest

from .ledger import (
    MAX_AMOUNT,
    Ledger,
    assert_invalid,
    assert_problem,
    new_transfer,
    unknown_account,
)


def test_transfer_moves_money_and_is_answered_with_its_address(ledger: Ledger) -> None:
    source, target = ledger.account(opening_balance=100), ledger.account(opening_balance=5)
    answer = ledger.try_transfer(source, target, 30)
    assert answer.status_code == 201
    transfer = answer.json()
    assert set(transfer) == {"id", "from_account", "to_account", "amount", "created_at"}
    assert transfer | new_transfer(source, target, 30) == transfer
    assert uuid.UUID(transfer["id"]).version == 7
    assert answer.headers["location"] == f"/transfers/{transfer['id']}"
    found = ledger.get(answer.headers["location"])
    assert found.status_code == 200
    assert found.json() == transfer
    assert (ledger.balance(source), ledger.balance(target)) == (70, 35)


@pytest.mark.parametrize("amount", [1, 100, MAX_AMOUNT])
def test_whole_balance_can_be_moved(ledger: Ledger, amount: int) -> None:
    source, target = ledger.account(opening_balance=amount), ledger.account(opening_balance=0)
    ledger.transfer(source, target, amount)
    assert (ledger.balance(source), ledger.balance(target)) == (0, amount)


def test_balance_may_exceed_the_largest_amount(ledger: Ledger) -> None:
    source = ledger.account(opening_balance=MAX_AMOUNT)
    target = ledger.account(opening_balance=MAX_AMOUNT)
    ledger.transfer(source, target, MAX_AMOUNT)
    assert ledger.balance(target) == 2 * MAX_AMOUNT


def test_equal_requests_without_a_key_are_two_transfers(ledger: Ledger) -> None:
    source, target = ledger.account(opening_balance=100), ledger.account(opening_balance=0)
    assert ledger.transfer(source, target, 10)["id"] != ledger.transfer(source, target, 10)["id"]
    assert (ledger.balance(source), ledger.balance(target)) == (80, 20)


def test_insufficient_funds_change_nothing(ledger: Ledger) -> None:
    source, target = ledger.account(opening_balance=10), ledger.account(opening_balance=0)
    assert_problem(ledger.try_transfer(source, target, 11), 409, "insufficient-funds")
    assert_unchanged(ledger, source, target)


def test_currency_mismatch_changes_nothing(ledger: Ledger) -> None:
    source, target = ledger.account(currency="EUR"), ledger.account(currency="USD")
    assert_problem(ledger.try_transfer(source, target, 1), 409, "currency-mismatch")
    assert_unchanged(ledger, source, target)


def test_unknown_source_changes_nothing(ledger: Ledger) -> None:
    account = ledger.account()
    assert_problem(ledger.try_transfer(unknown_account(), account, 1), 404, "not-found")
    assert_unchanged(ledger, account)


def test_unknown_target_changes_nothing(ledger: Ledger) -> None:
    account = ledger.account()
    assert_problem(ledger.try_transfer(account, unknown_account(), 1), 404, "not-found")
    assert_unchanged(ledger, account)


def test_unknown_accounts_on_both_sides_are_not_found(ledger: Ledger) -> None:
    answer = ledger.try_transfer(unknown_account(), unknown_account(), 1)
    assert_problem(answer, 404, "not-found")


@pytest.mark.parametrize("spelling", [str.lower, str.upper])
def test_transfer_to_the_same_account_is_refused(ledger: Ledger, spelling: Any) -> None:
    account = ledger.account()
    same = {"id": spelling(account["id"])}
    problem = assert_problem(ledger.try_transfer(account, same, 1), 422, "validation")
    assert all(error["location"].split(".")[0] == "body" for error in problem["errors"])
    assert_unchanged(ledger, account)


@pytest.mark.parametrize(
    "amount",
    [0, -1, MAX_AMOUNT + 1, 2**63, 10**100, 0.5, "1", "all", True, None, [], {}],
    ids=lambda value: repr(value)[:20],
)
def test_bad_amount_is_refused(ledger: Ledger, amount: Any) -> None:
    source, target = ledger.account(), ledger.account()
    assert_invalid(ledger.try_transfer(source, target, amount), "body.amount")
    assert_unchanged(ledger, source, target)


@pytest.mark.parametrize("field", ["from_account", "to_account"])
@pytest.mark.parametrize("value", ["", "nobody", None, 5, ["x"], "\x00"], ids=repr)
def test_bad_account_is_refused_by_its_name(ledger: Ledger, field: str, value: Any) -> None:
    body = new_transfer(ledger.account(), ledger.account(), 1) | {field: value}
    assert_invalid(ledger.post("/transfers", body), f"body.{field}")


@pytest.mark.parametrize("field", ["from_account", "to_account", "amount"])
def test_missing_field_is_refused_by_its_name(ledger: Ledger, field: str) -> None:
    body = new_transfer(ledger.account(), ledger.account(), 1)
    del body[field]
    assert_invalid(ledger.post("/transfers", body), f"body.{field}")


def test_malformed_json_is_a_bad_request(ledger: Ledger) -> None:
    answer = ledger.client.post(
        "/transfers", content=b"{,}", headers={"Content-Type": "application/json"}
    )
    assert_problem(answer, 400, "malformed-json")


def test_unknown_transfer_is_not_found(ledger: Ledger) -> None:
    assert_problem(ledger.get(f"/transfers/{uuid.uuid4()}"), 404, "not-found")


def assert_unchanged(ledger: Ledger, *accounts: dict[str, Any]) -> None:
    """Check that the accounts are as they were opened, and that nothing was booked on them."""
    for account in accounts:
        dashboard = ledger.get(f"/accounts/{account['id']}/dashboard").json()
        assert dashboard["account"] == account
        assert dashboard["totals"] == {"incoming": 0, "outgoing": 0, "transfers": 0}
        assert dashboard["recent"] == []

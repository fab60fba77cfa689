"""Statements: accepted at once, produced in the background, looked for at their address."""

import time
import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

import httpx2

from .ledger import Ledger, assert_invalid, assert_problem, at_once, unknown_account

SOON = 60.0
"""Seconds in which a statement has to be there, on a busy machine too."""

FIGURES = ("balance", "incoming", "outgoing", "transfers")


def request_statement(ledger: Ledger, account: Mapping[str, Any]) -> httpx2.Response:
    """Ask for a statement; that it is accepted is expected."""
    answer = ledger.client.post(f"/accounts/{account['id']}/statements")
    assert answer.status_code == 202, answer.text
    return answer


def finished(ledger: Ledger, requested: httpx2.Response) -> dict[str, Any]:
    """Ask for the statement until it is not pending any more."""
    deadline = time.monotonic() + SOON
    while time.monotonic() < deadline:
        answer = ledger.get(requested.headers["location"])
        assert answer.status_code == 200, answer.text
        statement: dict[str, Any] = answer.json()
        if statement["status"] != "pending":
            return statement
        assert all(statement[name] is None for name in (*FIGURES, "produced_at"))
        time.sleep(0.02)
    raise AssertionError(f"still pending after {SOON} s")


def test_statement_is_accepted_with_its_address_and_becomes_ready(ledger: Ledger) -> None:
    account, other = ledger.account(opening_balance=100), ledger.account(opening_balance=50)
    ledger.transfer(account, other, 30)
    ledger.transfer(other, account, 5)

    requested = request_statement(ledger, account)

    accepted = requested.json()
    assert set(accepted) == {"id", "account", "status", "created_at", "produced_at", *FIGURES}
    assert (accepted["account"], accepted["status"]) == (account["id"], "pending")
    assert requested.headers["location"] == f"/statements/{accepted['id']}"
    statement = finished(ledger, requested)
    figures = {"balance": 75, "incoming": 5, "outgoing": 30, "transfers": 2}
    assert statement | figures | {"status": "ready"} == statement
    assert {name: statement[name] for name in ("id", "account", "created_at")} == {
        name: accepted[name] for name in ("id", "account", "created_at")
    }
    assert statement["produced_at"] is not None


def test_later_transfers_do_not_change_a_statement(ledger: Ledger) -> None:
    account, other = ledger.account(), ledger.account()
    requested = request_statement(ledger, account)
    before = finished(ledger, requested)
    ledger.transfer(account, other, 1)

    assert finished(ledger, requested) == before


def test_many_statements_are_all_produced(ledger: Ledger) -> None:
    account = ledger.account(opening_balance=7)
    requested = at_once([partial(request_statement, ledger, account)] * 50)

    statements = [finished(ledger, answer) for answer in requested]

    assert len({statement["id"] for statement in statements}) == 50
    assert {(one["status"], one["balance"]) for one in statements} == {("ready", 7)}


def test_unknown_account_is_not_found(ledger: Ledger) -> None:
    answer = ledger.client.post(f"/accounts/{unknown_account()['id']}/statements")
    assert_problem(answer, 404, "not-found")


def test_unknown_statement_is_not_found(ledger: Ledger) -> None:
    assert_problem(ledger.get(f"/statements/{uuid.uuid4()}"), 404, "not-found")


def test_id_that_is_no_uuid_is_refused(ledger: Ledger) -> None:
    assert_invalid(ledger.client.post("/accounts/ada/statements"), "path.account_id")
    assert_invalid(ledger.get("/statements/ada"), "path.statement_id")

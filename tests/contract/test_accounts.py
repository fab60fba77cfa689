"""Accounts: open, read, refuse."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from .ledger import MAX_AMOUNT, Ledger, assert_invalid, assert_problem, new_account


def test_opened_account_is_answered_with_its_address(ledger: Ledger) -> None:
    answer = ledger.post("/accounts", new_account(owner="Ada", currency="CHF", opening_balance=42))
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/json"
    account = answer.json()
    assert set(account) == {"id", "owner", "currency", "balance", "created_at"}
    assert (account["owner"], account["currency"], account["balance"]) == ("Ada", "CHF", 42)
    assert answer.headers["location"] == f"/accounts/{account['id']}"
    found = ledger.get(answer.headers["location"])
    assert found.status_code == 200
    assert found.json() == account


def test_id_is_time_ordered_and_creation_time_has_a_zone(ledger: Ledger) -> None:
    first, second = ledger.account(), ledger.account()
    assert uuid.UUID(first["id"]).version == 7
    assert first["id"] != second["id"]
    created = datetime.fromisoformat(first["created_at"])
    assert created.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - created) < timedelta(hours=1)
    assert created <= datetime.fromisoformat(second["created_at"])


def test_opening_balance_is_zero_unless_given(ledger: Ledger) -> None:
    answer = ledger.post("/accounts", {"owner": "Ada", "currency": "EUR"})
    assert answer.status_code == 201
    assert answer.json()["balance"] == 0


@pytest.mark.parametrize(
    "owner",
    [
        "x",
        "x" * 200,
        "\N{PILE OF POO}" * 200,
        "Ada Lovelace-Örsted, 愛, עדה, e\u0301",
        " spaces kept ",
        "'; DROP TABLE accounts; --",
        '"quoted", \\ and % and {braces}',
        "line\nbreak\ttab\x01",
    ],
    ids=["short", "long", "long-astral", "scripts", "spaces", "sql", "quotes", "control"],
)
def test_owner_is_kept_as_given(ledger: Ledger, owner: str) -> None:
    account = ledger.account(owner=owner)
    assert account["owner"] == owner
    assert ledger.get(f"/accounts/{account['id']}").json() == account


@pytest.mark.parametrize("balance", [0, 1, 2**31, MAX_AMOUNT - 1, MAX_AMOUNT])
def test_opening_balance_is_kept_exactly(ledger: Ledger, balance: int) -> None:
    assert ledger.balance(ledger.account(opening_balance=balance)) == balance


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("owner", ""),
        ("owner", "x" * 201),
        ("owner", "nul\x00inside"),
        ("owner", None),
        ("owner", 5),
        ("owner", ["Ada"]),
        ("currency", ""),
        ("currency", "eur"),
        ("currency", "EU"),
        ("currency", "EURO"),
        ("currency", "EU1"),
        ("currency", "EUR\n"),
        ("currency", "ÄÖÜ"),
        ("currency", None),
        ("currency", 978),
        ("opening_balance", -1),
        ("opening_balance", MAX_AMOUNT + 1),
        ("opening_balance", 2**63),
        ("opening_balance", 10**100),
        ("opening_balance", 1.5),
        ("opening_balance", "100"),
        ("opening_balance", "many"),
        ("opening_balance", True),
        ("opening_balance", None),
        ("opening_balance", [1]),
        ("opening_balance", {"amount": 1}),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_bad_field_is_refused_by_its_name(ledger: Ledger, field: str, value: Any) -> None:
    assert_invalid(ledger.post("/accounts", new_account(**{field: value})), f"body.{field}")


@pytest.mark.parametrize("field", ["owner", "currency"])
def test_missing_field_is_refused_by_its_name(ledger: Ledger, field: str) -> None:
    body = new_account()
    del body[field]
    assert_invalid(ledger.post("/accounts", body), f"body.{field}")


def test_all_bad_fields_are_told_at_once(ledger: Ledger) -> None:
    answer = ledger.post("/accounts", {"owner": "", "currency": "x", "opening_balance": -1})
    for field in ("owner", "currency", "opening_balance"):
        assert_invalid(answer, f"body.{field}")


@pytest.mark.parametrize("body", [None, [], "text", 5, True])
def test_body_that_is_no_object_is_refused(ledger: Ledger, body: Any) -> None:
    answer = ledger.client.post(
        "/accounts", content=json.dumps(body), headers={"Content-Type": "application/json"}
    )
    assert_problem(answer, 422, "validation")


@pytest.mark.parametrize(
    "content",
    [b"{", b'{"owner": "Ada",}', b"owner=Ada", b'{"owner": "\xff"}', b"[" * 100_000],
    ids=["unfinished", "comma", "form", "no-utf8", "deep"],
)
def test_malformed_json_is_a_bad_request(ledger: Ledger, content: bytes) -> None:
    answer = ledger.client.post(
        "/accounts", content=content, headers={"Content-Type": "application/json"}
    )
    assert_problem(answer, 400, "malformed-json")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"owner": "\\ud800", "currency": "EUR"}',
        b'{"owner": "Ada", "currency": "EUR", "opening_balance": NaN}',
        b'{"owner": "Ada", "currency": "EUR", "opening_balance": Infinity}',
        b'{"owner": "Ada", "currency": "EUR", "opening_balance": 1e400}',
        b'{"owner": "Ada", "currency": "EUR", "opening_balance": ' + b"9" * 5_000 + b"}",
    ],
    ids=["empty", "lone-surrogate", "nan", "infinity", "overflow", "5000-digits"],
)
def test_odd_json_is_refused_and_is_no_failure(ledger: Ledger, content: bytes) -> None:
    answer = ledger.client.post(
        "/accounts", content=content, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in {400, 422}, answer.text
    assert_problem(
        answer,
        answer.status_code,
        "malformed-json" if answer.status_code == 400 else "validation",
    )


def test_unknown_account_is_not_found(ledger: Ledger) -> None:
    assert_problem(ledger.get(f"/accounts/{uuid.uuid4()}"), 404, "not-found")


@pytest.mark.parametrize("name", ["0", "not-an-id", "%00", "x" * 2_000])
def test_id_that_is_no_uuid_is_refused(ledger: Ledger, name: str) -> None:
    answer = ledger.get(f"/accounts/{name}")
    assert answer.status_code in {404, 422}, answer.text
    assert_problem(
        answer, answer.status_code, "not-found" if answer.status_code == 404 else "validation"
    )

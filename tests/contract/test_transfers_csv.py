"""GET /accounts/{id}/transfers.csv: all transfers of an account, streamed, oldest first."""

import csv
import io
import uuid
from datetime import datetime, timedelta
from functools import partial

import httpx2

from .ledger import CSV_HEADER, Ledger, assert_problem, at_once


def rows_of(answer: httpx2.Response) -> list[list[str]]:
    """Check that an answer is a CSV file with a header, and return its other rows."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].split(";")[0] == "text/csv"
    header, *rows = csv.reader(io.StringIO(answer.content.decode(), newline=""), strict=True)
    assert header == CSV_HEADER
    assert all(len(row) == len(header) for row in rows)
    return rows


def test_rows_are_the_transfers_oldest_first(ledger: Ledger) -> None:
    one, other, third = (ledger.account() for _ in range(3))
    made = [
        ledger.transfer(one, other, 10),
        ledger.transfer(other, one, 5),
        ledger.transfer(one, third, 1),
    ]
    ledger.transfer(other, third, 99)
    rows = rows_of(ledger.get(f"/accounts/{one['id']}/transfers.csv"))
    for row, transfer in zip(rows, made, strict=True):
        fields = dict(zip(CSV_HEADER, row, strict=True))
        created = datetime.fromisoformat(fields.pop("created_at"))
        assert created.utcoffset() == timedelta(0)
        assert created == datetime.fromisoformat(transfer["created_at"])
        assert fields == {
            name: str(transfer[name]) for name in ("id", "from_account", "to_account", "amount")
        }


def test_account_without_transfers_has_only_the_header(ledger: Ledger) -> None:
    account = ledger.account()
    assert rows_of(ledger.get(f"/accounts/{account['id']}/transfers.csv")) == []


def test_answer_is_streamed(ledger: Ledger) -> None:
    one, other = ledger.account(), ledger.account()
    ledger.transfer(one, other, 1)
    answer = ledger.get(f"/accounts/{one['id']}/transfers.csv")
    assert "content-length" not in answer.headers


def test_many_rows_are_complete_and_in_order(ledger: Ledger) -> None:
    one, other = ledger.account(), ledger.account()
    calls = [partial(ledger.transfer, *pair, 1) for pair in ((one, other), (other, one))] * 150
    made = {transfer["id"] for transfer in at_once(calls)}
    rows = rows_of(ledger.get(f"/accounts/{one['id']}/transfers.csv"))
    assert len(rows) == 300
    assert {row[0] for row in rows} == made
    assert [row[0] for row in rows] == sorted(made)


def test_unknown_account_is_not_found(ledger: Ledger) -> None:
    assert_problem(ledger.get(f"/accounts/{uuid.uuid4()}/transfers.csv"), 404, "not-found")

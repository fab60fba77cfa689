"""GET /accounts: pages by key. Other tests open accounts meanwhile, which come after ours."""

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from .ledger import Ledger, assert_invalid, at_once

LARGEST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"


def pages(ledger: Ledger, *, after: str, limit: int) -> Iterator[dict[str, Any]]:
    """Follow `next` until there is none."""
    position: str | None = after
    while position is not None:
        answer = ledger.get("/accounts", params={"after": position, "limit": limit})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        yield page
        position = page["next"]


def account_before(ledger: Ledger) -> str:
    """Open an account and return its id, which is less than that of any later one."""
    account = ledger.account()
    time.sleep(0.01)
    return account["id"]


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_walk_meets_each_account_once(ledger: Ledger, limit: int) -> None:
    start = account_before(ledger)
    opened = {account["id"]: account for account in at_once([ledger.account] * 25)}
    met: list[str] = []
    for page in pages(ledger, after=start, limit=limit):
        assert len(page["items"]) <= limit
        if page["next"] is not None:
            assert len(page["items"]) == limit
            assert page["next"] == page["items"][-1]["id"]
        for account in page["items"]:
            assert account == opened.get(account["id"], account)
        met += [account["id"] for account in page["items"]]
        if opened.keys() <= set(met):
            break
    assert opened.keys() <= set(met)
    assert met == sorted(set(met))
    assert start not in met


def test_last_page_says_so(ledger: Ledger) -> None:
    answer = ledger.get("/accounts", params={"after": LARGEST_ID})
    assert answer.status_code == 200
    assert answer.json() == {"items": [], "next": None}


def test_page_has_fifty_accounts_unless_asked(ledger: Ledger) -> None:
    start = account_before(ledger)
    at_once([ledger.account] * 51)
    for parameters in ({"after": start}, {}):
        page = ledger.get("/accounts", params=parameters).json()
        assert len(page["items"]) == 50
        assert page["next"] == page["items"][-1]["id"]


def test_page_holds_up_to_hundred_accounts(ledger: Ledger) -> None:
    start = account_before(ledger)
    at_once([ledger.account] * 101)
    page = ledger.get("/accounts", params={"after": start, "limit": 100}).json()
    assert len(page["items"]) == 100
    assert page["next"] is not None


def test_after_need_not_be_an_account(ledger: Ledger) -> None:
    assert ledger.get("/accounts", params={"after": str(uuid.uuid4())}).status_code == 200


@pytest.mark.parametrize("limit", ["0", "101", "-1", "", "ten", "1.5", "9" * 30, "1e2"])
def test_bad_limit_is_refused(ledger: Ledger, limit: str) -> None:
    assert_invalid(ledger.get("/accounts", params={"limit": limit}), "query.limit")


@pytest.mark.parametrize("after", ["", "last", "0", "\x00"])
def test_bad_position_is_refused(ledger: Ledger, after: str) -> None:
    assert_invalid(ledger.get("/accounts", params={"after": after}), "query.after")

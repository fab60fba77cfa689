"""GET /accounts/{id}/dashboard: the account, its totals, its newest transfers."""

import uuid

from .ledger import Ledger, assert_problem


def test_account_without_transfers_has_empty_totals(ledger: Ledger) -> None:
    account = ledger.account()
    answer = ledger.get(f"/accounts/{account['id']}/dashboard")
    assert answer.status_code == 200
    assert answer.json() == {
        "account": account,
        "totals": {"incoming": 0, "outgoing": 0, "transfers": 0},
        "recent": [],
    }


def test_totals_agree_with_the_balance(ledger: Ledger) -> None:
    one, other = ledger.account(opening_balance=1_000), ledger.account(opening_balance=500)
    made = [ledger.transfer(one, other, amount) for amount in (10, 20, 30)]
    made += [ledger.transfer(other, one, amount) for amount in (1, 2)]
    for account, opening, incoming, outgoing in ((one, 1_000, 3, 60), (other, 500, 60, 3)):
        dashboard = ledger.get(f"/accounts/{account['id']}/dashboard").json()
        assert dashboard["totals"] == {"incoming": incoming, "outgoing": outgoing, "transfers": 5}
        assert dashboard["account"] == account | {"balance": opening + incoming - outgoing}
        assert dashboard["recent"] == made[::-1]


def test_only_the_ten_newest_transfers_are_shown(ledger: Ledger) -> None:
    one, other = ledger.account(), ledger.account()
    made = [ledger.transfer(one, other, 1 + number) for number in range(12)]
    dashboard = ledger.get(f"/accounts/{one['id']}/dashboard").json()
    assert dashboard["recent"] == made[:1:-1]
    assert dashboard["totals"] == {"incoming": 0, "outgoing": 78, "transfers": 12}


def test_transfers_of_others_are_not_shown(ledger: Ledger) -> None:
    account, one, other = (ledger.account() for _ in range(3))
    ledger.transfer(one, other, 1)
    dashboard = ledger.get(f"/accounts/{account['id']}/dashboard").json()
    assert dashboard["totals"]["transfers"] == 0
    assert dashboard["recent"] == []


def test_unknown_account_is_not_found(ledger: Ledger) -> None:
    assert_problem(ledger.get(f"/accounts/{uuid.uuid4()}/dashboard"), 404, "not-found")

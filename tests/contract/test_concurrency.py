"""Many clients at once: money is neither made nor lost, and nobody sees a failure."""

from functools import partial

from .ledger import Ledger, assert_problem, at_once


def test_opposite_transfers_conserve_money(ledger: Ledger) -> None:
    one, other = (ledger.account(opening_balance=10_000) for _ in range(2))
    there = [partial(ledger.try_transfer, one, other, 3)] * 100
    back = [partial(ledger.try_transfer, other, one, 2)] * 100
    mixed = [call for pair in zip(there, back, strict=True) for call in pair]
    answers = at_once(mixed)
    assert [answer.status_code for answer in answers] == [201] * 200
    assert (ledger.balance(one), ledger.balance(other)) == (9_900, 10_100)


def test_transfers_around_a_ring_conserve_money(ledger: Ledger) -> None:
    ring = [ledger.account(opening_balance=1_000) for _ in range(5)]
    calls = [
        partial(ledger.try_transfer, ring[n % 5], ring[(n + step) % 5], 1)
        for n in range(20)
        for step in (1, 2, 3, 4)
    ]
    answers = at_once(calls)
    assert [answer.status_code for answer in answers] == [201] * 80
    assert [ledger.balance(account) for account in ring] == [1_000] * 5


def test_money_is_spent_once(ledger: Ledger) -> None:
    source = ledger.account(opening_balance=100)
    targets = [ledger.account(opening_balance=0) for _ in range(4)]
    answers = at_once([partial(ledger.try_transfer, source, targets[n % 4], 10) for n in range(20)])
    refused = [answer for answer in answers if answer.status_code != 201]
    assert len(refused) == 10
    for answer in refused:
        assert_problem(answer, 409, "insufficient-funds")
    assert ledger.balance(source) == 0
    assert sum(ledger.balance(target) for target in targets) == 100


def test_reads_during_transfers_answer(ledger: Ledger) -> None:
    one, other = ledger.account(), ledger.account()
    transfers = [partial(ledger.try_transfer, one, other, 1)] * 40
    paths = (
        f"/accounts/{one['id']}",
        f"/accounts/{one['id']}/dashboard",
        f"/accounts/{one['id']}/transfers.csv",
        "/accounts?limit=5",
        "/health/ready",
    )
    reads = [partial(ledger.get, path) for path in paths] * 8
    answers = at_once([call for pair in zip(transfers, reads, strict=True) for call in pair])
    assert {answer.status_code for answer in answers} == {200, 201}

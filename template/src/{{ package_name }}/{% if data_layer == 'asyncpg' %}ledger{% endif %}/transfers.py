"""Moving money: locks in one order, all steps or none, repeated when it lost a race (C3, C7, C8)."""

from uuid import UUID

from ..db import Database, UnitOfWork, expect_rows, lock_rows, one_or_not_found, repeatable, uuid7
from ..runtime.logs import step
from .errors import CurrencyMismatch, IdempotencyKeyReused, InsufficientFunds
from .models import Account, Transfer
from .schemas import NewTransfer

_ACCOUNTS = "SELECT id, created_at, owner, currency, balance FROM accounts"
_BY_ID = """
SELECT id, created_at, from_account, to_account, amount, idempotency_key
FROM transfers WHERE id = $1
"""
_BY_KEY = """
SELECT id, created_at, from_account, to_account, amount, idempotency_key
FROM transfers WHERE idempotency_key = $1
"""
_RECORD = """
INSERT INTO transfers (id, from_account, to_account, amount, idempotency_key)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (idempotency_key) DO NOTHING
RETURNING id, created_at, from_account, to_account, amount, idempotency_key
"""
_MOVE_BALANCE = """
UPDATE accounts SET balance = balance + CASE id WHEN $1 THEN -$3::bigint ELSE $3 END
WHERE id IN ($1, $2)
"""


async def transfer_money(database: Database, new: NewTransfer, *, key: str | None) -> Transfer:
    """Move an amount from one account to another.

    A repeated request with the same `key` gets the first transfer and moves nothing. A request that failed
    left nothing behind, its key included. Raises NotFound, CurrencyMismatch, InsufficientFunds,
    IdempotencyKeyReused.
    """

    async def work(unit: UnitOfWork) -> Transfer:
        step("lock_accounts", from_account=str(new.from_account), to_account=str(new.to_account))
        ids = (new.from_account, new.to_account)
        accounts = await lock_rows(unit, Account, _ACCOUNTS, ids)
        source = _known(accounts, new.from_account)
        target = _known(accounts, new.to_account)

        step("record_transfer")
        transfer = await _record(unit, new, key)
        if transfer is None:
            return await _first_answer(unit, new, key)

        step("move_balance")
        if source.currency != target.currency:
            msg = f"The accounts hold {source.currency} and {target.currency}."
            raise CurrencyMismatch(msg)
        if source.balance < new.amount:
            msg = f"Account {source.id} holds less than {new.amount}."
            raise InsufficientFunds(msg)
        await _move_balance(unit, new)
        return transfer

    return await repeatable(database, work)


async def get_transfer(database: Database, transfer_id: UUID) -> Transfer:
    """Return the transfer; raise NotFound when there is none."""
    async with database.read() as reader:
        row = await reader.fetchrow(_BY_ID, transfer_id)
    return Transfer(**one_or_not_found(row, f"There is no transfer {transfer_id}."))


def _known(accounts: dict[UUID, Account], account_id: UUID) -> Account:
    return one_or_not_found(accounts.get(account_id), f"There is no account {account_id}.")


async def _record(unit: UnitOfWork, new: NewTransfer, key: str | None) -> Transfer | None:
    """Insert the transfer; None when its key exists, after waiting for a concurrent request that uses it."""
    row = await unit.connection.fetchrow(
        _RECORD, uuid7(), new.from_account, new.to_account, new.amount, key
    )
    return Transfer(**row) if row else None


async def _first_answer(unit: UnitOfWork, new: NewTransfer, key: str | None) -> Transfer:
    (row,) = await unit.connection.fetch(_BY_KEY, key)
    first = Transfer(**row)
    if (first.from_account, first.to_account, first.amount) != (
        new.from_account,
        new.to_account,
        new.amount,
    ):
        msg = (
            "The Idempotency-Key was used for another transfer: take a new key for a new transfer."
        )
        raise IdempotencyKeyReused(msg)
    return first


async def _move_balance(unit: UnitOfWork, new: NewTransfer) -> None:
    status = await unit.connection.execute(
        _MOVE_BALANCE, new.from_account, new.to_account, new.amount
    )
    expect_rows(status, 2, "An account vanished meanwhile.")

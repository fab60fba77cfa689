"""Moving money: locks in one order, all steps or none, repeated when it lost a race (C3, C7, C8)."""

from uuid import UUID

from sqlalchemy import bindparam, case, select, update
from sqlalchemy.dialects.postgresql import insert

from ..db import Database, UnitOfWork, expect_rows, lock_rows, one_or_not_found, repeatable
from ..runtime.logs import step
from .errors import CurrencyMismatch, IdempotencyKeyReused, InsufficientFunds
from .models import Account, Transfer
from .schemas import NewTransfer

_BY_ID = select(Transfer).where(Transfer.id == bindparam("id"))
_BY_KEY = select(Transfer).where(Transfer.idempotency_key == bindparam("key"))


async def transfer_money(database: Database, new: NewTransfer, *, key: str | None) -> Transfer:
    """Move an amount from one account to another.

    A repeated request with the same `key` gets the first transfer and moves nothing. A request that failed
    left nothing behind, its key included. Raises NotFound, CurrencyMismatch, InsufficientFunds,
    IdempotencyKeyReused.
    """

    async def work(unit: UnitOfWork) -> Transfer:
        step("lock_accounts", from_account=str(new.from_account), to_account=str(new.to_account))
        accounts = await lock_rows(unit, Account, (new.from_account, new.to_account))
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
    async with database.read() as session:
        transfer = await session.scalar(_BY_ID, {"id": transfer_id})
    return one_or_not_found(transfer, f"There is no transfer {transfer_id}.")


def _known(accounts: dict[UUID, Account], account_id: UUID) -> Account:
    return one_or_not_found(accounts.get(account_id), f"There is no account {account_id}.")


async def _record(unit: UnitOfWork, new: NewTransfer, key: str | None) -> Transfer | None:
    """Insert the transfer; None when its key exists, after waiting for a concurrent request that uses it."""
    statement = (
        insert(Transfer)
        .values(
            from_account=new.from_account,
            to_account=new.to_account,
            amount=new.amount,
            idempotency_key=key,
        )
        .on_conflict_do_nothing(index_elements=[Transfer.idempotency_key])
        .returning(Transfer)
    )
    return await unit.session.scalar(statement)


async def _first_answer(unit: UnitOfWork, new: NewTransfer, key: str | None) -> Transfer:
    first = (await unit.session.scalars(_BY_KEY, {"key": key})).one()
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
    change = case((Account.id == new.from_account, -new.amount), else_=new.amount)
    statement = (
        update(Account)
        .where(Account.id.in_((new.from_account, new.to_account)))
        .values(balance=Account.balance + change)
        .execution_options(synchronize_session=False)
    )
    expect_rows(await unit.session.execute(statement), 2, "An account vanished meanwhile.")

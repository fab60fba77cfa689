"""Opening and finding accounts (C1, C2, C9)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, select

from ..db import Database, one_or_not_found
from .models import Account
from .schemas import NewAccount

# Built once: composing a statement costs more than sending it.
_BY_ID = select(Account).where(Account.id == bindparam("id"))
_PAGE = select(Account).order_by(Account.id).limit(bindparam("limit"))
_PAGE_AFTER = _PAGE.where(Account.id > bindparam("after"))


async def open_account(database: Database, new: NewAccount) -> Account:
    """Create an account."""
    account = Account(owner=new.owner, currency=new.currency, balance=new.opening_balance)
    async with database.unit_of_work() as unit:
        unit.session.add(account)
    return account


async def get_account(database: Database, account_id: UUID) -> Account:
    """Return the account; raise NotFound when there is none."""
    async with database.read() as session:
        account = await session.scalar(_BY_ID, {"id": account_id})
    return one_or_not_found(account, f"There is no account {account_id}.")


async def list_accounts(database: Database, *, limit: int, after: UUID | None) -> Sequence[Account]:
    """Return up to `limit` accounts in the order of their ids, beginning behind `after`."""
    statement = _PAGE if after is None else _PAGE_AFTER
    async with database.read() as session:
        return (await session.scalars(statement, {"limit": limit, "after": after})).all()

"""Opening and finding accounts (C1, C2, C9)."""

from collections.abc import Sequence
from uuid import UUID

from ..db import Database, one_or_not_found, uuid7
from .models import Account
from .schemas import NewAccount

_INSERT = """
INSERT INTO accounts (id, owner, currency, balance) VALUES ($1, $2, $3, $4)
RETURNING id, created_at, owner, currency, balance
"""
_BY_ID = "SELECT id, created_at, owner, currency, balance FROM accounts WHERE id = $1"
_PAGE = "SELECT id, created_at, owner, currency, balance FROM accounts ORDER BY id LIMIT $1"
_PAGE_AFTER = """
SELECT id, created_at, owner, currency, balance FROM accounts WHERE id > $2 ORDER BY id LIMIT $1
"""


async def open_account(database: Database, new: NewAccount) -> Account:
    """Create an account."""
    async with database.unit_of_work() as unit:
        (row,) = await unit.connection.fetch(
            _INSERT, uuid7(), new.owner, new.currency, new.opening_balance
        )
    return Account(**row)


async def get_account(database: Database, account_id: UUID) -> Account:
    """Return the account; raise NotFound when there is none."""
    async with database.read() as reader:
        row = await reader.fetchrow(_BY_ID, account_id)
    return Account(**one_or_not_found(row, f"There is no account {account_id}."))


async def list_accounts(database: Database, *, limit: int, after: UUID | None) -> Sequence[Account]:
    """Return up to `limit` accounts in the order of their ids, beginning behind `after`."""
    async with database.read() as reader:
        if after is None:
            rows = await reader.fetch(_PAGE, limit)
        else:
            rows = await reader.fetch(_PAGE_AFTER, limit, after)
    return [Account(**row) for row in rows]

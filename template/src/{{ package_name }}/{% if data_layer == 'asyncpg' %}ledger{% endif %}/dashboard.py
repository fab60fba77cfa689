"""Three independent queries at the same time (C4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from ..db import Database, Reader, fan_out, one_or_not_found
from .models import Account, Transfer

_ACCOUNT = "SELECT id, created_at, owner, currency, balance FROM accounts WHERE id = $1"
_TOTALS = """
SELECT
    coalesce(sum(amount) FILTER (WHERE to_account = $1), 0)::bigint AS incoming,
    coalesce(sum(amount) FILTER (WHERE from_account = $1), 0)::bigint AS outgoing,
    count(*) AS transfers
FROM transfers
WHERE from_account = $1 OR to_account = $1
"""
# One index for each half: with OR the server would walk through the transfers of everybody.
_RECENT = """
SELECT id, created_at, from_account, to_account, amount, idempotency_key
FROM (
    (SELECT * FROM transfers WHERE from_account = $1 ORDER BY id DESC LIMIT 10)
    UNION ALL
    (SELECT * FROM transfers WHERE to_account = $1 ORDER BY id DESC LIMIT 10)
) AS either
ORDER BY id DESC
LIMIT 10
"""


@dataclass(frozen=True, slots=True)
class AccountTotals:
    """Sums over all transfers of an account."""

    incoming: int
    outgoing: int
    transfers: int


@dataclass(frozen=True, slots=True)
class AccountDashboard:
    """An account, its totals and its newest transfers; each part is true at its own moment."""

    account: Account
    totals: AccountTotals
    recent: Sequence[Transfer]


async def account_dashboard(database: Database, account_id: UUID) -> AccountDashboard:
    """Return the dashboard; raise NotFound when there is no such account."""

    async def account(reader: Reader) -> Account | None:
        row = await reader.fetchrow(_ACCOUNT, account_id)
        return Account(**row) if row else None

    async def totals(reader: Reader) -> AccountTotals:
        (row,) = await reader.fetch(_TOTALS, account_id)
        return AccountTotals(**row)

    async def recent(reader: Reader) -> Sequence[Transfer]:
        return [Transfer(**row) for row in await reader.fetch(_RECENT, account_id)]

    found, sums, newest = await fan_out(database, account, totals, recent)
    # not in the branch: its error would cancel the other queries on the server, over new connections
    known = one_or_not_found(found, f"There is no account {account_id}.")
    return AccountDashboard(known, sums, newest)

"""Three independent queries at the same time (C4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import BigInteger, BindParameter, bindparam, cast, func, or_, select, union_all
from sqlalchemy.orm import aliased

from ..db import Database, Reader, fan_out, one_or_not_found
from .models import Account, Transfer

RECENT = 10

_ID: BindParameter[UUID] = bindparam("id")
_ACCOUNT = select(Account).where(Account.id == _ID)
_INCOMING = func.sum(Transfer.amount).filter(Transfer.to_account == _ID)
_OUTGOING = func.sum(Transfer.amount).filter(Transfer.from_account == _ID)
_OF_ACCOUNT = or_(Transfer.from_account == _ID, Transfer.to_account == _ID)
_TOTALS = select(
    cast(func.coalesce(_INCOMING, 0), BigInteger),
    cast(func.coalesce(_OUTGOING, 0), BigInteger),
    func.count(),
).where(_OF_ACCOUNT)
# One index for each half: with OR the server would walk through the transfers of everybody.
_NEWEST = select(Transfer).order_by(Transfer.id.desc()).limit(RECENT)
_EITHER = aliased(
    Transfer,
    union_all(
        _NEWEST.where(Transfer.from_account == _ID), _NEWEST.where(Transfer.to_account == _ID)
    ).subquery(),
)
_RECENT = select(_EITHER).order_by(_EITHER.id.desc()).limit(RECENT)


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
    parameters = {"id": account_id}

    async def account(session: Reader) -> Account | None:
        found: Account | None = await session.scalar(_ACCOUNT, parameters)
        return found

    async def totals(session: Reader) -> AccountTotals:
        row = (await session.execute(_TOTALS, parameters)).one()
        return AccountTotals(*row)

    async def recent(session: Reader) -> Sequence[Transfer]:
        return (await session.scalars(_RECENT, parameters)).all()

    found, sums, newest = await fan_out(database, account, totals, recent)
    # not in the branch: its error would cancel the other queries on the server, over new connections
    known = one_or_not_found(found, f"There is no account {account_id}.")
    return AccountDashboard(known, sums, newest)

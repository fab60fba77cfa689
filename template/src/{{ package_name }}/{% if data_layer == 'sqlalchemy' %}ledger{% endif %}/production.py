"""What is in a statement of account: one statement of SQL, and so one state of the data."""

from uuid import UUID

from sqlalchemy import BigInteger, BindParameter, bindparam, cast, func, or_, select, update

from ..db import Database
from .models import Account, Statement, Transfer

_ID: BindParameter[UUID] = bindparam("statement_id")
_INCOMING = func.sum(Transfer.amount).filter(Transfer.to_account == Account.id)
_OUTGOING = func.sum(Transfer.amount).filter(Transfer.from_account == Account.id)
_FIGURES = (
    select(
        Statement.id,
        Account.balance,
        cast(func.coalesce(_INCOMING, 0), BigInteger).label("incoming"),
        cast(func.coalesce(_OUTGOING, 0), BigInteger).label("outgoing"),
        func.count(Transfer.id).label("transfers"),
    )
    .join(Account, Account.id == Statement.account)
    .outerjoin(
        Transfer, or_(Transfer.from_account == Account.id, Transfer.to_account == Account.id)
    )
    .where(Statement.id == _ID)
    .group_by(Statement.id, Account.id)
    .subquery("figures")
)
_PENDING = (
    update(Statement)
    .where(Statement.status == "pending")
    .execution_options(synchronize_session=False)
)
_PRODUCE = _PENDING.where(Statement.id == _FIGURES.c.id).values(
    status="ready",
    produced_at=func.now(),
    balance=_FIGURES.c.balance,
    incoming=_FIGURES.c.incoming,
    outgoing=_FIGURES.c.outgoing,
    transfers=_FIGURES.c.transfers,
)
_FAIL = _PENDING.where(Statement.id == _ID).values(status="failed")


async def produce_statement(database: Database, statement_id: UUID) -> None:
    """Fill a pending statement in; does nothing to one that is ready or failed, so it may run more than once."""
    async with database.unit_of_work() as unit:
        await unit.session.execute(_PRODUCE, {"statement_id": statement_id})


async def fail_statement(database: Database, statement_id: UUID) -> None:
    """Say of a pending statement that it will not come."""
    async with database.unit_of_work() as unit:
        await unit.session.execute(_FAIL, {"statement_id": statement_id})

"""Statements of account, which are produced in the background: asked for, looked at (B2, C9)."""

from uuid import UUID

from sqlalchemy import bindparam, select

from ..db import Database, one_or_not_found
from .background import produce_after_commit
from .models import Account, Statement

_ACCOUNT_ID = select(Account.id).where(Account.id == bindparam("id"))
_BY_ID = select(Statement).where(Statement.id == bindparam("id"))


async def request_statement(database: Database, account_id: UUID) -> Statement:
    """Record that a statement is wanted, and let it be produced once that is committed.

    Raises NotFound when there is no such account, and Busy when too much waits to be done.
    """
    statement = Statement(account=account_id, status="pending")
    async with database.unit_of_work() as unit:
        found = await unit.session.scalar(_ACCOUNT_ID, {"id": account_id})
        one_or_not_found(found, f"There is no account {account_id}.")
        unit.session.add(statement)
        await produce_after_commit(unit, database, statement.id)
    return statement


async def get_statement(database: Database, statement_id: UUID) -> Statement:
    """Return the statement, whether it has been produced or not; raise NotFound when there is none."""
    async with database.read() as session:
        statement = await session.scalar(_BY_ID, {"id": statement_id})
    return one_or_not_found(statement, f"There is no statement {statement_id}.")

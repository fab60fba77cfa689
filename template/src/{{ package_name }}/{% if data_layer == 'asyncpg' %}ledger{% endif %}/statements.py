"""Statements of account, which are produced in the background: asked for, looked at (B2, C9)."""

from uuid import UUID

from ..db import Database, one_or_not_found, uuid7
from .background import produce_after_commit
from .models import Statement

_ACCOUNT_ID = "SELECT id FROM accounts WHERE id = $1"
_COLUMNS = "id, created_at, account, status, produced_at, balance, incoming, outgoing, transfers"
_INSERT = f"""
INSERT INTO statements (id, account, status) VALUES ($1, $2, 'pending') RETURNING {_COLUMNS}
"""  # noqa: S608 (constants)
_BY_ID = f"SELECT {_COLUMNS} FROM statements WHERE id = $1"  # noqa: S608 (constants)


async def request_statement(database: Database, account_id: UUID) -> Statement:
    """Record that a statement is wanted, and let it be produced once that is committed.

    Raises NotFound when there is no such account, and Busy when too much waits to be done.
    """
    async with database.unit_of_work() as unit:
        found = await unit.connection.fetchval(_ACCOUNT_ID, account_id)
        one_or_not_found(found, f"There is no account {account_id}.")
        (row,) = await unit.connection.fetch(_INSERT, uuid7(), account_id)
        statement = Statement(**row)
        await produce_after_commit(unit, database, statement.id)
    return statement


async def get_statement(database: Database, statement_id: UUID) -> Statement:
    """Return the statement, whether it has been produced or not; raise NotFound when there is none."""
    async with database.read() as reader:
        row = await reader.fetchrow(_BY_ID, statement_id)
    return Statement(**one_or_not_found(row, f"There is no statement {statement_id}."))

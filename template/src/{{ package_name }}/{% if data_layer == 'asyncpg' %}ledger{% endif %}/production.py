"""What is in a statement of account: one statement of SQL, and so one state of the data."""

from uuid import UUID

from ..db import Database

_PRODUCE = """
UPDATE statements SET
    status = 'ready',
    produced_at = now(),
    balance = figures.balance,
    incoming = figures.incoming,
    outgoing = figures.outgoing,
    transfers = figures.transfers
FROM (
    SELECT
        statements.id,
        accounts.balance,
        coalesce(sum(amount) FILTER (WHERE to_account = accounts.id), 0)::bigint AS incoming,
        coalesce(sum(amount) FILTER (WHERE from_account = accounts.id), 0)::bigint AS outgoing,
        count(transfers.id) AS transfers
    FROM statements
    JOIN accounts ON accounts.id = statements.account
    LEFT JOIN transfers ON accounts.id IN (from_account, to_account)
    WHERE statements.id = $1
    GROUP BY statements.id, accounts.id
) AS figures
WHERE statements.id = figures.id AND status = 'pending'
"""
_FAIL = "UPDATE statements SET status = 'failed' WHERE id = $1 AND status = 'pending'"


async def produce_statement(database: Database, statement_id: UUID) -> None:
    """Fill a pending statement in; does nothing to one that is ready or failed, so it may run more than once."""
    async with database.unit_of_work() as unit:
        await unit.connection.execute(_PRODUCE, statement_id)


async def fail_statement(database: Database, statement_id: UUID) -> None:
    """Say of a pending statement that it will not come."""
    async with database.unit_of_work() as unit:
        await unit.connection.execute(_FAIL, statement_id)

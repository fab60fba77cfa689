"""All transfers of an account, row by row, in constant memory (C6, D1)."""

from collections.abc import AsyncGenerator
from uuid import UUID

from sqlalchemy import or_, select

from ..db import Database
from .models import Transfer

BATCH = 1000
"""Rows that are fetched, and sent, at a time."""


async def transfers_csv(database: Database, account_id: UUID) -> AsyncGenerator[str]:
    """Yield the header, then the transfers of the account, oldest first, some lines at a time.

    The rows come through a server-side cursor, which lives in a transaction of its own. Closing the generator
    ends it.
    """
    columns = (
        Transfer.id,
        Transfer.created_at,
        Transfer.from_account,
        Transfer.to_account,
        Transfer.amount,
    )
    statement = (
        select(*columns)
        .where(or_(Transfer.from_account == account_id, Transfer.to_account == account_id))
        .order_by(Transfer.id)
        .execution_options(yield_per=BATCH)
    )
    async with database.stream() as unit:
        rows = await unit.session.stream(statement)
        yield "id,created_at,from_account,to_account,amount\r\n"
        async for batch in rows.partitions():
            yield "".join(
                f"{id_},{created_at.isoformat()},{source},{target},{amount}\r\n"
                for id_, created_at, source, target, amount in batch
            )

"""All transfers of an account, row by row, in constant memory (C6, D1)."""

from collections.abc import AsyncGenerator
from uuid import UUID

from ..db import Database

BATCH = 1000
"""Rows that are fetched, and sent, at a time."""

_TRANSFERS = """
SELECT id, created_at, from_account, to_account, amount FROM transfers
WHERE from_account = $1 OR to_account = $1
ORDER BY id
"""


async def transfers_csv(database: Database, account_id: UUID) -> AsyncGenerator[str]:
    """Yield the header, then the transfers of the account, oldest first, some lines at a time.

    The rows come through a server-side cursor, which lives in a transaction of its own. Closing the generator
    ends it.
    """
    async with database.stream() as unit:
        batches = unit.connection.batches(_TRANSFERS, account_id, size=BATCH)
        yield "id,created_at,from_account,to_account,amount\r\n"
        async for batch in batches:
            yield "".join(
                f"{id_},{created_at.isoformat()},{source},{target},{amount}\r\n"
                for id_, created_at, source, target, amount in batch
            )

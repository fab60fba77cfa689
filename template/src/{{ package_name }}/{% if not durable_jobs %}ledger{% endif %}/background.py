"""How statements come to be produced: in this process, after the commit (B2).

A statement that takes too long is failed. One whose process dies, or is stopped first, stays pending.
"""

from functools import partial
from uuid import UUID

import structlog

from ..db import Database, UnitOfWork, deadline
from .production import fail_statement, produce_statement

TIMEOUT = 30.0
"""Seconds in which a statement is produced."""

FAIL_TIMEOUT = 10.0
"""Seconds more in which it can be said that it was not: nothing follows the timeout of the task itself."""


async def produce_after_commit(unit: UnitOfWork, database: Database, statement_id: UUID) -> None:
    """Let the statement be produced when the unit has committed; raise Busy when too much waits to be done."""
    work = partial(_produce, database, statement_id)
    await unit.after_commit("produce_statement", work, timeout=TIMEOUT + FAIL_TIMEOUT)


async def _produce(database: Database, statement_id: UUID) -> None:
    structlog.contextvars.bind_contextvars(statement=str(statement_id))
    try:
        async with deadline(TIMEOUT):
            await produce_statement(database, statement_id)
    except Exception:
        await fail_statement(database, statement_id)
        raise  # to the supervisor, which logs it

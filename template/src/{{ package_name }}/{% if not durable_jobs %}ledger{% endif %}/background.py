"""How statements come to be produced: in this process, after the commit (B2).

The task dies with the process; its statement then stays pending.
"""

from functools import partial
from uuid import UUID

import structlog

from ..db import Database, UnitOfWork
from .production import fail_statement, produce_statement


async def produce_after_commit(unit: UnitOfWork, database: Database, statement_id: UUID) -> None:
    """Let the statement be produced when the unit has committed; raise Busy when too much waits to be done."""
    await unit.after_commit("produce_statement", partial(_produce, database, statement_id))


async def _produce(database: Database, statement_id: UUID) -> None:
    structlog.contextvars.bind_contextvars(statement=str(statement_id))
    try:
        await produce_statement(database, statement_id)
    except Exception:
        await fail_statement(database, statement_id)
        raise  # to the supervisor, which logs it

"""How statements come to be produced: by a worker, as a durable job (B3).

The job is stored with the statement. Whatever becomes of this process and of workers, it is run, and may be run twice:
what produces a statement does nothing to one that was produced already.
"""

from uuid import UUID

import structlog
from pydantic import BaseModel

from ..db import Database, UnitOfWork
from ..tasks.jobs import Job, JobContext, enqueue
from .production import fail_statement, produce_statement


class WantedStatement(BaseModel):
    """The payload of the job."""

    statement: UUID


async def produce_after_commit(unit: UnitOfWork, database: Database, statement_id: UUID) -> None:
    """Let the statement be produced when the unit has committed."""
    del database  # the worker has one of its own
    await enqueue(unit, PRODUCE_STATEMENT, WantedStatement(statement=statement_id))


async def _produce(context: JobContext, wanted: WantedStatement) -> None:
    structlog.contextvars.bind_contextvars(statement=str(wanted.statement))
    await produce_statement(context.database, wanted.statement)


async def _give_up(context: JobContext, wanted: WantedStatement) -> None:
    await fail_statement(context.database, wanted.statement)


PRODUCE_STATEMENT = Job(
    name="produce_statement", payload=WantedStatement, run=_produce, attempts=3, on_dead=_give_up
)

JOBS = [PRODUCE_STATEMENT]

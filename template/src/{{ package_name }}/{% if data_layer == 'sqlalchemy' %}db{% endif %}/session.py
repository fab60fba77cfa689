"""The session class: it belongs to the task that opened it, and on the read path it refuses to write."""

import asyncio
from typing import Any

from sqlalchemy import TextClause, event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from .errors import SharedSessionError
from .reads import is_read, refuse_write


class TaskSession(Session):
    """A session for one unit of work in one task (C1, C4).

    SQLAlchemy forbids concurrent use of a session, but on a warm pool it goes unnoticed until a
    connection is corrupted for an unrelated request. Here the first use by another task is an error.
    On the read path it refuses ORM statements and SQL that write; its `connection()` refuses nothing.
    """


def new_session_info(*, read_only: bool) -> dict[str, Any]:
    """Return the `info` of a session that the current task opens."""
    return {"owner": asyncio.current_task(), "read_only": read_only}


@event.listens_for(TaskSession, "do_orm_execute")
def _check_execute(state: ORMExecuteState) -> None:
    _check_owner(state.session)
    if state.session.info["read_only"] and _writes(state):
        refuse_write()


@event.listens_for(TaskSession, "before_flush")
def _check_flush(session: Session, context: UOWTransaction, instances: object) -> None:
    del context, instances
    _check_owner(session)
    if session.info["read_only"]:
        refuse_write()


def _writes(state: ORMExecuteState) -> bool:
    if isinstance(state.statement, TextClause):
        return not is_read(state.statement.text)
    return state.is_insert or state.is_update or state.is_delete


def refuse_changes(session: Session) -> None:
    """Raise ReadOnlySessionError when objects of a read-only session were changed and never flushed."""
    if session.new or session.dirty or session.deleted:
        refuse_write()


def _check_owner(session: Session) -> None:
    owner, user = session.info["owner"], asyncio.current_task()
    if owner is not user and owner is not None and user is not None:
        msg = (
            f"The session opened by task {owner.get_name()!r} is used by task {user.get_name()!r}: "
            "a session serves one task. Use fan_out() for concurrent reads, or open a unit of work in each task."
        )
        raise SharedSessionError(msg)

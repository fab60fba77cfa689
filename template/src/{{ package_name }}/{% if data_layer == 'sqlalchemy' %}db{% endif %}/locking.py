"""Locking rows in one statement and one order (C7)."""

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from .base import Entity
from .unit_of_work import UnitOfWork

E = TypeVar("E", bound=Entity)


async def lock_rows(unit: UnitOfWork, entity: type[E], ids: Iterable[UUID]) -> dict[UUID, E]:
    """Lock the rows until the unit ends and return them by id; ids that do not exist are left out.

    Every caller locks in the order of the primary key, so two units never wait for each other. FOR NO KEY
    UPDATE leaves foreign key checks of other transactions alone. `populate_existing` replaces the values
    that the session read before it had the lock.
    """
    statement = (
        select(entity)
        .where(entity.id.in_(set(ids)))
        .order_by(entity.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in await unit.session.scalars(statement)}

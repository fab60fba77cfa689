"""Locking rows in one statement and one order (C7)."""

from collections.abc import Iterable
from typing import LiteralString, TypeVar
from uuid import UUID

from .unit_of_work import UnitOfWork

E = TypeVar("E")


async def lock_rows(
    unit: UnitOfWork, entity: type[E], select: LiteralString, ids: Iterable[UUID]
) -> dict[UUID, E]:
    """Lock the rows until the unit ends and return them by id; ids that do not exist are left out.

    `select` is `SELECT columns FROM table`; the columns, `id` among them, are the fields of `entity`. Every caller
    locks in the order of the primary key, so two units never wait for each other. FOR NO KEY UPDATE leaves foreign
    key checks of other transactions alone. The values are those after the lock was had.
    """
    statement = f"{select} WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE"
    rows = await unit.connection.fetch(statement, list(set(ids)))
    return {row["id"]: entity(**row) for row in rows}

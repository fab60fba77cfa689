"""Statements written for the driver, in the transaction of a unit of work (B3)."""

import json

from ..db import UnitOfWork


async def fetch(unit: UnitOfWork, statement: str, *arguments: object) -> list[dict[str, object]]:
    """Run a statement with the driver's `$1` on the unit's connection; raises as unit_of_work() does."""
    return [dict(row) for row in await unit.connection.fetch(statement, *arguments)]


def json_argument(text: str) -> object:
    """Return what the driver is given for a JSON value: the codecs of db/codecs.py write it as text."""
    return json.loads(text)

"""Statements written for the driver, in the transaction of a unit of work (B3)."""

from ..db import UnitOfWork


async def fetch(unit: UnitOfWork, statement: str, *arguments: object) -> list[dict[str, object]]:
    """Run a statement with the driver's `$1` on the unit's connection; raises as unit_of_work() does.

    SQLAlchemy begins the transaction with the first statement that goes through it: what is done before that on the
    driver's own connection, taken out of the session, is committed at once.
    """
    connection = await unit.session.connection()
    result = await connection.exec_driver_sql(statement, arguments)
    return [dict(row) for row in result.mappings()] if result.returns_rows else []


def json_argument(text: str) -> object:
    """Return what the driver is given for a JSON value: SQLAlchemy lets it pass as text."""
    return text

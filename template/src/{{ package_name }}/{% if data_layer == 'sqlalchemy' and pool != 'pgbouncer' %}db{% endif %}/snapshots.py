"""The snapshot of a transaction, handed to another one (C4)."""

from sqlalchemy import text

from .database import Reader


async def export_snapshot(reader: Reader) -> str:
    """Return a name by which others can use this transaction's snapshot until it ends."""
    name: str = (await reader.execute(text("SELECT pg_export_snapshot()"))).scalar_one()
    return name


async def use_snapshot(reader: Reader, name: str) -> None:
    """Use an exported snapshot; the transaction must not have read anything yet."""
    connection = await reader.connection()  # the session itself takes it for a write
    await connection.execute(text(f"SET TRANSACTION SNAPSHOT '{name}'"))

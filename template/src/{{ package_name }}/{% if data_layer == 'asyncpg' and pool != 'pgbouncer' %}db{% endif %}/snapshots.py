"""The snapshot of a transaction, handed to another one (C4)."""

from .database import Reader


async def export_snapshot(reader: Reader) -> str:
    """Return a name by which others can use this transaction's snapshot until it ends."""
    name: str = await reader.fetchval("SELECT pg_export_snapshot()")
    return name


async def use_snapshot(reader: Reader, name: str) -> None:
    """Use an exported snapshot; the transaction must not have read anything yet."""
    with reader.statement() as driver:
        await driver.execute(f"SET TRANSACTION SNAPSHOT '{name}'")

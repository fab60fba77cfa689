"""Do the connections of all processes fit into the server? (C5)"""

from dataclasses import dataclass

from .guard import Connection
from .settings import DatabaseSettings

# reserved_connections is of PostgreSQL 16
_AVAILABLE = """
SELECT current_setting('max_connections')::int
     - current_setting('superuser_reserved_connections')::int
     - coalesce(current_setting('reserved_connections', true), '0')::int
"""


@dataclass(frozen=True, slots=True)
class ConnectionBudget:
    """What the service may open, and what the server has for it."""

    processes: int
    connections: int
    """Of one process."""
    available: int

    @property
    def kept(self) -> bool:
        """Whether all processes find a connection for everything they may do at once."""
        return self.processes * self.connections <= self.available

    def __str__(self) -> str:
        found = (
            f"{self.processes} x {self.connections} connections (DATABASE_PROCESSES x one process) "
            f"of the server's {self.available}"
        )
        if self.kept:
            return found
        return f"{found}: lower DATABASE_CONNECTIONS, or raise max_connections"


async def connection_budget(connection: Connection, settings: DatabaseSettings) -> ConnectionBudget:
    """Ask the server."""
    available: int = await connection.fetchval(_AVAILABLE)
    return ConnectionBudget(settings.processes, settings.connections, available)

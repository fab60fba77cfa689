"""What runs as long as the service: opened from top to bottom, closed from bottom to top (A1, D4)."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from ..db import Database
from ..settings import Settings
from ..tasks import Supervisor
from .inspection import inspectable
from .loop_monitor import LoopMonitor
from .pool_checks import check_pool
from .readiness import Readiness
from .shutdown import Shutdown


@dataclass(frozen=True, slots=True)
class Services:
    """What requests and background code work with."""

    database: Database
    supervisor: Supervisor
    readiness: Readiness


@asynccontextmanager
async def services(
    settings: Settings, shutdown: Shutdown | None = None
) -> AsyncGenerator[Services]:
    """Open all services; when the block ends, or one fails to open, close what was opened in reverse order."""
    shutdown = shutdown or Shutdown(settings.server)
    await check_pool(settings.database)
    async with AsyncExitStack() as stack:
        monitor = None
        if (threshold := settings.loop.blocked_after) is not None:
            monitor = stack.enter_context(LoopMonitor.open(threshold))
        if settings.loop.inspect:
            await stack.enter_async_context(inspectable(monitor))
        database = await stack.enter_async_context(Database.open(settings.database))
        supervisor = await stack.enter_async_context(
            Supervisor.open(settings.tasks, drain_timeout=shutdown.left_for_tasks)
        )
        database.run_effects_with(supervisor)
        yield Services(database, supervisor, Readiness(database, supervisor, shutdown))

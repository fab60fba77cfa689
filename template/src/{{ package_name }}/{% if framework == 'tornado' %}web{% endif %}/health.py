"""Health endpoints for the orchestrator (C5, C11)."""

from .handler import Handler


class Live(Handler):
    """Tells that the process runs; touches nothing else."""

    async def get(self) -> None:
        """Answer."""
        self.answer(dict[str, str], {"status": "alive"})


class Ready(Handler):
    """Tells whether the database answers."""

    async def get(self) -> None:
        """Ask it."""
        if problem := await self.services.readiness.problem():
            raise problem
        self.answer(dict[str, str], {"status": "ready"})


ROUTES = [("/health/live", Live), ("/health/ready", Ready)]

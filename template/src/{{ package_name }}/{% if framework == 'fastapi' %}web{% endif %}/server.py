"""Serving HTTP until a signal says stop (A1, D4)."""

import asyncio
import contextlib
import math
import os
import socket
from collections.abc import Generator

import structlog
import uvicorn

from ..runtime.shutdown import ABANDONED_GRACE, Shutdown
from ..runtime.signals import stop_on_signal
from ..settings import Settings
from .app import create_app
from .listening import ListenError, address_of, listen

__all__ = ["ListenError", "listen", "serve"]

log = structlog.stdlib.get_logger()


class _Server(uvicorn.Server):
    """Stops as `shutdown` says, and not before cancelled requests have rolled back."""

    def __init__(self, config: uvicorn.Config, shutdown: Shutdown) -> None:
        super().__init__(config)
        self._shutdown = shutdown

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave the signals to stop_on_signal(): uvicorn raises them again before the pool is closed."""
        yield

    async def on_tick(self, counter: int) -> bool:
        """Tell, ten times a second, whether to stop."""
        return await super().on_tick(counter) or self._shutdown.stop_listening.is_set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish the requests that are under way, then cancel them; uvicorn does not wait for what that takes."""
        await super().shutdown(sockets)
        if abandoned := self.server_state.tasks:
            log.warning("requests_abandoned", number=len(abandoned))
            await asyncio.wait(abandoned, timeout=ABANDONED_GRACE)


async def serve(settings: Settings, listener: socket.socket) -> None:
    """Open the services, answer requests, and close both in reverse order after SIGTERM or SIGINT."""
    shutdown = Shutdown(settings.server)
    app = create_app(settings, shutdown)
    config = uvicorn.Config(
        app,
        lifespan="off",  # entered here, so that a start-up error reaches the command line as it is
        http="httptools",
        ws="none",
        access_log=False,  # RequestContext logs each request
        log_config=None,
        server_header=False,
        timeout_keep_alive=75,  # longer than what load balancers wait, so that they close first
        timeout_graceful_shutdown=math.ceil(shutdown.for_requests),
    )
    with stop_on_signal(shutdown.begin, within=settings.server.shutdown_timeout):
        async with app.router.lifespan_context(app):
            # uvicorn does not tell the address when it is given the socket
            log.info("serving", address=address_of(listener), pid=os.getpid())
            await _Server(config, shutdown).serve(sockets=[listener])
    log.info("stopped")

"""Serving HTTP until a signal says stop (A1, D4)."""

import contextlib
import math
import os
import socket
from collections.abc import Generator

import structlog
import uvicorn

from ..runtime.signals import stop_on_signal
from ..settings import Settings
from .app import create_app
from .listening import ListenError, address_of, listen

__all__ = ["ListenError", "listen", "serve"]

log = structlog.stdlib.get_logger()


class _Server(uvicorn.Server):
    """Uvicorn raises the signal again as soon as it has stopped, before the pool is closed: ours does not."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        def stop() -> None:
            self.should_exit = True

        with stop_on_signal(stop):
            yield


async def serve(settings: Settings, listener: socket.socket) -> None:
    """Open the services, answer requests, and close both in reverse order after SIGTERM or SIGINT."""
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        lifespan="off",  # entered here, so that a start-up error reaches the command line as it is
        http="httptools",
        ws="none",
        access_log=False,  # RequestContext logs each request
        log_config=None,
        server_header=False,
        timeout_keep_alive=75,  # longer than what load balancers wait, so that they close first
        timeout_graceful_shutdown=math.ceil(settings.server.shutdown_timeout),
    )
    async with app.router.lifespan_context(app):
        # uvicorn does not tell the address when it is given the socket
        log.info("serving", address=address_of(listener), pid=os.getpid())
        await _Server(config).serve(sockets=[listener])
    log.info("stopped")

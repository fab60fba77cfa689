"""Serving HTTP until a signal says stop (A1, D4)."""

import contextlib
import math
import socket
from collections.abc import Generator

import structlog
import uvicorn

from ..runtime.signals import stop_on_signal
from ..settings import Settings
from .app import create_app

log = structlog.stdlib.get_logger()


class ListenError(RuntimeError):
    """The address cannot be listened on; the message says what to do."""


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
        log.info("serving", address=_address(listener))  # uvicorn does not tell with sockets given
        await _Server(config).serve(sockets=[listener])


def listen(settings: Settings) -> socket.socket:
    """Bind the address before anything else is started; raise ListenError when that fails."""
    host, port = settings.server.host, settings.server.port
    try:
        return socket.create_server(
            (host, port),
            family=socket.AF_INET6 if ":" in host else socket.AF_INET,
            backlog=2048,
            dualstack_ipv6=host == "::" and socket.has_dualstack_ipv6(),
        )
    except OSError as error:
        msg = f"Cannot listen on {host}:{port} ({error.strerror}): choose another with --port or SERVER_PORT."
        raise ListenError(msg) from error


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

"""Serving HTTP until a signal says stop (A1, D4)."""

import asyncio
import os
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from tornado.http1connection import HTTP1ServerConnection
from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream

from ..runtime.shutdown import ABANDONED_GRACE, Shutdown
from ..runtime.signals import stop_on_signal
from ..settings import Settings
from .app import App, create_app
from .context import RequestContext
from .listening import ListenError, address_of, listen

__all__ = ["ListenError", "listen", "serve", "serving"]

log = structlog.stdlib.get_logger()

IDLE_TIMEOUT = 75.0
"""Seconds that a connection may be idle: longer than what load balancers wait, so that they close first."""

_BODY_LIMIT = 100 * 1024 * 1024
"""Bytes, the limit that Tornado has by itself, whose answer is a bare 400."""

_TICK = 0.02


async def serve(settings: Settings, listener: socket.socket) -> None:
    """Open the services, answer requests, and close both in reverse order after SIGTERM or SIGINT."""
    shutdown = Shutdown(settings.server)
    app = create_app(settings, shutdown)
    with stop_on_signal(shutdown.begin, within=settings.server.shutdown_timeout):
        async with (
            app.lifespan(),
            serving(app, listener, shutdown_timeout=shutdown.for_requests),
        ):
            log.info("serving", address=address_of(listener), pid=os.getpid())
            await shutdown.stop_listening.wait()
    log.info("stopped")


@asynccontextmanager
async def serving(
    app: App, listener: socket.socket, *, shutdown_timeout: float
) -> AsyncGenerator[None]:
    """Answer requests while the block lasts; then finish those that are under way, in `shutdown_timeout` seconds."""
    server = _Server(
        app,
        idle_connection_timeout=IDLE_TIMEOUT,
        max_body_size=max(_BODY_LIMIT, 2 * app.context.body_limit),  # beyond ours, which answers
    )
    listener.setblocking(False)
    server.add_socket(listener)
    try:
        yield
    finally:
        app.context.stopping = True
        server.stop()
        await _drain(server, app.context, shutdown_timeout)


class _Server(HTTPServer):
    """Knows its connections, so that the idle ones can be closed while requests are under way."""

    def initialize(self, *args: Any, **kwargs: Any) -> None:
        """Tornado makes servers without a constructor."""
        super().initialize(*args, **kwargs)
        self.streams: set[IOStream] = set()

    def handle_stream(self, stream: IOStream, address: Any) -> None:
        """Called for each new connection."""
        self.streams.add(stream)
        super().handle_stream(stream, address)  # pyright: ignore[reportUnknownMemberType]

    def on_close(self, server_conn: object) -> None:
        """Called when a connection has been closed."""
        assert isinstance(server_conn, HTTP1ServerConnection)  # noqa: S101
        self.streams.discard(server_conn.stream)
        super().on_close(server_conn)


async def _drain(server: _Server, context: RequestContext, timeout: float) -> None:
    try:
        async with asyncio.timeout(timeout):
            await _close_idle(server, context)
    except TimeoutError:
        log.warning("requests_abandoned", number=len(context.under_way), timeout=timeout)
        for request in list(context.under_way):
            request.abandon()
        try:
            async with asyncio.timeout(ABANDONED_GRACE):
                await _close_idle(server, context)
        except TimeoutError:
            await server.close_all_connections()


async def _close_idle(server: _Server, context: RequestContext) -> None:
    """Close each connection as soon as it has no request under way, until there is neither left."""
    while server.streams or context.under_way:
        await asyncio.sleep(_TICK)  # a request that came with the signal is read first
        busy = {request.connection.stream for request in context.under_way}
        for stream in server.streams - busy:
            # not awaited, so that none begins while others are closed: the next pass sees whether they are gone
            if not stream.writing():
                stream.close()

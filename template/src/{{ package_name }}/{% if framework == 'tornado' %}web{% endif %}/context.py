"""What the handlers of one application share (C1)."""

from typing import Protocol

from tornado.http1connection import HTTP1ServerConnection

from ..runtime.lifespan import Services


class UnderWay(Protocol):
    """A request that is being handled."""

    @property
    def connection(self) -> HTTP1ServerConnection:
        """The connection on which it came."""
        ...

    def abandon(self) -> None:
        """Cancel its work, since the service is being stopped."""
        ...


class RequestContext:
    """Times are in seconds: `timeout` until the answer begins and for each part of it, `stream_timeout` for all."""

    services: Services
    """Set as long as the services run."""

    def __init__(self, *, timeout: float, stream_timeout: float, body_limit: int) -> None:
        self.timeout = timeout
        self.stream_timeout = stream_timeout
        self.body_limit = body_limit
        self.under_way: set[UnderWay] = set()
        self.stopping = False
        """Set when the service is being stopped: each connection is closed after its answer."""

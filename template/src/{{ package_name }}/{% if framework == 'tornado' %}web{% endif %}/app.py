"""The application factory."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from tornado.web import Application, RequestHandler

from ..handlers import ROUTES
from ..runtime.lifespan import Services, services
from ..runtime.shutdown import Shutdown
from ..settings import Settings, load_settings
from . import health
from .context import RequestContext
from .handler import Handler, NoRoute


class App(Application):
    """The routes, and as long as the lifespan is entered the services that their handlers work with."""

    def __init__(self, settings: Settings, shutdown: Shutdown | None) -> None:
        self.context = RequestContext(
            timeout=settings.database.request_timeout,
            stream_timeout=settings.server.stream_timeout,
            body_limit=settings.server.body_limit,
        )
        self._service_settings = settings
        self._shutdown = shutdown
        super().__init__(
            [*health.ROUTES, *ROUTES], default_handler_class=NoRoute, context=self.context
        )

    @asynccontextmanager
    async def lifespan(self) -> AsyncGenerator[Services]:
        """Open the services, and close them when the block ends (A1)."""
        async with services(self._service_settings, self._shutdown) as self.context.services:
            yield self.context.services

    def log_request(self, handler: RequestHandler) -> None:
        """Log a request that has its answer."""
        if isinstance(handler, Handler):
            handler.end()
        else:
            super().log_request(handler)


def create_app(settings: Settings | None = None, shutdown: Shutdown | None = None) -> App:
    """Build the application; nothing is opened before its lifespan begins (A1)."""
    return App(settings or load_settings(), shutdown)

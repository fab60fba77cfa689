"""The application factory."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from tornado.httputil import HTTPServerRequest
from tornado.web import Application, RequestHandler

from ..handlers import ROUTES
from ..runtime.lifespan import Services, services
from ..runtime.shutdown import Shutdown
from ..settings import Settings, load_settings
from . import health
from .bodies import has_body, receiving
from .context import RequestContext
from .exchange import Exchange
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

    def find_handler(self, request: HTTPServerRequest, **options: Any) -> Any:
        """Called for each request, which may have the whole URL in its first line (RFC 9112, 3.2.2)."""
        if not request.path.startswith("/"):
            # not urlsplit(), which raises for some that are malformed: such a path has no route, and that is its answer
            _, is_url, rest = request.path.partition("://")
            if is_url:
                request.path = "/" + rest.partition("/")[2]
        return super().find_handler(request, **options)

    def get_handler_delegate(
        self,
        request: HTTPServerRequest,
        target_class: type[RequestHandler],
        *arguments: Any,
        **more: Any,
    ) -> Any:  # Tornado's own type is private
        """Called for each request, with the handler of its route."""
        if issubclass(target_class, Exchange) and has_body(request):
            target_class = receiving(target_class)
        return super().get_handler_delegate(request, target_class, *arguments, **more)

    def log_request(self, handler: RequestHandler) -> None:
        """Log a request that has its answer."""
        if isinstance(handler, Handler):
            handler.end()
        else:
            super().log_request(handler)


def create_app(settings: Settings | None = None, shutdown: Shutdown | None = None) -> App:
    """Build the application; nothing is opened before its lifespan begins (A1)."""
    return App(settings or load_settings(), shutdown)

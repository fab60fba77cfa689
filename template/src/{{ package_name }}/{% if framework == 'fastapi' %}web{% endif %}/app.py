"""The application factory."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI

from ..routes import register_routes
from ..runtime.lifespan import services
from ..runtime.shutdown import Shutdown
from ..settings import Settings, load_settings
from . import health
from .context import RequestContext
from .errors import install_error_handlers
from .problems import MEDIA_TYPE, Problem

_PROBLEM = {"$ref": "#/components/schemas/Problem"}


class App(FastAPI):
    """The application, whose document at /openapi.json has the media type of problems."""

    def openapi(self) -> dict[str, Any]:
        """Return the document: FastAPI knows only one media type for all answers of a route."""
        document = super().openapi()
        for operations in document["paths"].values():
            for operation in operations.values():
                for response in operation["responses"].values():
                    content = response.get("content", {})
                    if content.get("application/json") == {"schema": _PROBLEM}:
                        content[MEDIA_TYPE] = content.pop("application/json")
        return document


def create_app(settings: Settings | None = None, shutdown: Shutdown | None = None) -> FastAPI:
    """Build the application; nothing is opened before its lifespan begins (A1)."""
    settings = settings or load_settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with services(settings, shutdown) as app.state.services:
            yield

    app = App(
        title=settings.database.application_name,
        lifespan=lifespan,
        responses={HTTPStatus.UNPROCESSABLE_ENTITY: {"model": Problem}},
    )
    install_error_handlers(app)
    app.add_middleware(
        RequestContext,
        timeout=settings.database.request_timeout,
        stream_timeout=settings.server.stream_timeout,
        body_limit=settings.server.body_limit,
    )
    app.include_router(health.router)
    register_routes(app)
    return app

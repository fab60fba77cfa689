"""Around every request: its id, its deadline, its log entry, and the answer to what nobody expected (C6, E1).

A pure ASGI middleware: unlike BaseHTTPMiddleware it leaves the request in one task and costs next to nothing.
"""

import asyncio
import re
import time

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ..db import DeadlineExceeded, deadline, uuid7
from .errors import domain_problem, internal_problem
from .exchange import ClientGoneError, Exchange

log = structlog.stdlib.get_logger()

_ACCEPTABLE_ID = re.compile(r"[!-~]{1,128}", re.ASCII)


class RequestContext:
    """Times are in seconds: `timeout` until the answer begins, `stream_timeout` for sending it."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        timeout: float,
        stream_timeout: float,
        body_limit: int,
    ) -> None:
        self._app = app
        self._timeout = timeout
        self._stream_timeout = stream_timeout
        self._body_limit = body_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; the request id is bound to whatever is logged meanwhile."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        exchange = Exchange(
            scope, receive, send, body_limit=self._body_limit, request_id=request_id
        )
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        error: Exception | None = None
        response = None
        try:
            async with exchange.attended(), deadline(self._timeout) as limit:
                exchange.on_begin = lambda: limit.reschedule(self._stream_deadline())
                try:
                    await self._app(scope, exchange.receive, exchange.send)
                finally:
                    exchange.on_begin = None
        except ClientGoneError:
            structlog.contextvars.bind_contextvars(problem="client-gone")
        except DeadlineExceeded as exceeded:
            response = domain_problem(exceeded)
        except Exception as unexpected:  # noqa: BLE001 (logged once, in _log_outcome)
            error = unexpected
            response = internal_problem()
        finally:
            if response is not None and not exchange.status:
                await response(scope, exchange.receive, exchange.send)
            # an answer that has begun stays unfinished: the server then closes the connection
            _log_outcome(scope, exchange, time.perf_counter() - started, error)

    def _stream_deadline(self) -> float:
        return asyncio.get_running_loop().time() + self._stream_timeout


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get("x-request-id", "")
    return given if _ACCEPTABLE_ID.fullmatch(given) else str(uuid7())


def _log_outcome(
    scope: Scope, exchange: Exchange, duration: float, error: Exception | None
) -> None:
    endpoint = scope.get("endpoint")
    entry = {
        "operation": getattr(endpoint, "__name__", None),
        "method": scope["method"],
        "path": scope["path"],
        "status": exchange.status,
        "duration": round(duration, 6),
    }
    if error is not None:
        log.error("request_failed", **entry, error=type(error).__name__, exc_info=error)
    elif exchange.status >= 500:
        log.error("request_failed", **entry)
    elif exchange.status and not exchange.complete:
        log.warning("answer_cut_off", **entry)
    elif exchange.status:
        log.info("request_handled", **entry)
    else:  # the client left, or the service is being stopped
        log.info("request_cancelled", **entry)

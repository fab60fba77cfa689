"""Around every request: its id, its deadline, its log entry, and the answer to what nobody expected (C6, E1).

A pure ASGI middleware: unlike BaseHTTPMiddleware it leaves the request in one task and costs next to nothing.
"""

import asyncio
from functools import partial

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ..db import DeadlineExceeded, Unavailable, deadline
from .answer_time import AnswerTime
from .errors import problem_response
from .exchange import ClientGoneError, Exchange
from .problems import domain_problem, internal_problem, slow_upload_problem
from .request_log import Outcome, request_id


class RequestContext:
    """Times are in seconds: `timeout` until the answer begins and for each part of it, `stream_timeout` for all."""

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
        headers = Headers(scope=scope)
        own_id = request_id(headers.get("x-request-id", ""))
        exchange = Exchange(
            receive,
            send,
            body_limit=self._body_limit,
            body_length=int(headers.get("content-length", "0")),  # the server has checked it
            request_id=own_id,
        )
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=own_id)
        outcome = Outcome(scope["method"], scope["path"])
        problem = None
        try:
            async with exchange.attended(), deadline(self._timeout) as limit:
                exchange.on_begin = partial(
                    AnswerTime, limit, whole=self._stream_timeout, part=self._timeout
                )
                try:
                    await self._app(scope, exchange.receive, exchange.send)
                finally:
                    exchange.on_begin = None
        except ClientGoneError:
            structlog.contextvars.bind_contextvars(problem="client-gone")
        except DeadlineExceeded as exceeded:
            uploading = not (exchange.body_ended or exchange.status)
            problem = slow_upload_problem() if uploading else domain_problem(exceeded)
        except asyncio.CancelledError:  # at the stop, when its time is over
            problem = domain_problem(Unavailable("The service is being stopped."))
            raise
        except Exception as unexpected:  # noqa: BLE001 (logged once, with the outcome)
            outcome.error = unexpected
            problem = internal_problem()
        finally:
            if problem is not None and not exchange.status:
                await problem_response(problem)(scope, exchange.receive, exchange.send)
            # an answer that has begun stays unfinished: the server then closes the connection
            outcome.operation = getattr(scope.get("endpoint"), "__name__", None)
            outcome.status, outcome.complete = exchange.status, exchange.complete
            outcome.log()

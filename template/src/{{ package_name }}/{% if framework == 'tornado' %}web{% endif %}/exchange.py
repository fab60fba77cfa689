"""One request and its answer on the wire: its id, its deadline, its client, how far the answer came (C2, C6, E1).

Handlers build on it by way of handler.py.
"""

import asyncio
import socket
import struct
from collections.abc import Callable, Coroutine
from contextlib import nullcontext
from functools import wraps
from http import HTTPStatus
from types import TracebackType
from typing import Any

import structlog
from tornado.http1connection import HTTP1ServerConnection
from tornado.httputil import HTTPServerRequest
from tornado.iostream import StreamClosedError
from tornado.web import Application, HTTPError, RequestHandler

from ..db import DeadlineExceeded, deadline
from ..db.errors import NestedUnitError, Unavailable
from .answer_time import AnswerTime
from .context import RequestContext
from .errors import AnsweredTooSoonError, is_expected, problem_of
from .problems import MEDIA_TYPE
from .request_log import Outcome, request_id

_ABANDONED = (DeadlineExceeded, StreamClosedError)
_METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
_RESET = struct.pack("ii", 1, 0)


class Exchange(RequestHandler):
    """What Tornado calls around the method of a handler; bodies.py adds what a request with a body needs."""

    _received_all = True
    _limit: asyncio.Timeout | None = None
    _client_gone = False
    _abandoned = False
    _time: AnswerTime | None = None
    _streamed = False
    _begun = False
    _ended = False

    def __init_subclass__(cls) -> None:
        """Put a deadline around each method that handles a request, and an end to it when the client leaves."""
        super().__init_subclass__()
        for name in _METHODS:
            definer = next(base for base in cls.__mro__ if name in vars(base))
            if definer is cls or not issubclass(definer, Exchange):  # these have done it for theirs
                setattr(cls, name, _attended(getattr(cls, name)))

    def __init__(
        self, application: Application, request: HTTPServerRequest, **options: Any
    ) -> None:
        given = request.headers.get_list("X-Request-ID")
        self.request_id = request_id(",".join(given))
        # one connection has one context for all its requests, and a handler's data_received() may bind to it
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=self.request_id)
        self.context: RequestContext = application.settings["context"]
        self.context.under_way.add(self)
        self._outcome = Outcome(request.method or "", request.path)
        self._received = bytearray()
        super().__init__(application, request, **options)

    # --- the request ---

    async def attend(self, operation: str, work: Coroutine[Any, Any, None]) -> None:
        """Do the work within the deadline, as long as the client waits for its answer."""
        if self._limit is not None:  # a method that calls the one it overrides
            await work
            return
        if self._finished:  # refused in the moment in which its body had come
            work.close()
            return
        self._outcome.operation = operation
        self._received_all = True
        try:
            async with deadline(self.time_left()) as self._limit:
                # of a client that leaves before its request is read to the end Tornado does not tell
                if self._client_gone or self.connection.stream.closed():
                    self._client_gone = True
                    self._end_time()
                await work
        except _ABANDONED as error:
            # that the client left may be told to the next part sooner than to on_connection_close()
            told = isinstance(error, StreamClosedError) and self.connection.stream.closed()
            if self._client_gone or told:
                problem = "client-gone"
            elif self._begun and not self._finished and isinstance(error, DeadlineExceeded):
                # its reader is too slow
                problem = error.slug
            elif self._abandoned and isinstance(error, DeadlineExceeded):
                raise Unavailable("The service is being stopped.") from error
            else:
                raise
            structlog.contextvars.bind_contextvars(problem=problem)
            self._cut_off()
        finally:
            self._limit = None

    def time_left(self) -> float:
        """Return the seconds until the answer has to begin."""
        return self.context.timeout

    async def _refuse_method(self, *_: str, **__: str) -> None:
        self._received_all = True
        raise HTTPError(HTTPStatus.METHOD_NOT_ALLOWED)

    get = head = post = put = patch = delete = options = _refuse_method

    def on_connection_close(self) -> None:
        """Cancel the work, and with it its queries: Tornado by itself lets it run on, and commit, for nobody."""
        super().on_connection_close()
        self._client_gone = True
        if self._limit is not None:
            self._end_time()
        else:  # in the middle of its body
            structlog.contextvars.bind_contextvars(
                request_id=self.request_id, problem="client-gone"
            )
            self.end(complete=False)

    def abandon(self) -> None:
        """End the time for the work: the service is being stopped (D4)."""
        self._abandoned = True
        self._end_time()

    def _end_time(self) -> None:
        if self._limit is not None and not self._limit.expired():
            self._limit.reschedule(0)

    @property
    def connection(self) -> HTTP1ServerConnection:
        """The connection on which the request came."""
        connection = self.request.server_connection
        assert isinstance(connection, HTTP1ServerConnection)  # noqa: S101
        return connection

    # --- the answer ---

    def begin_stream(self) -> None:
        """Let parts of the answer leave while a unit of work, which they are read in, is open."""
        self._streamed = True

    async def send_part(self, part: str) -> None:
        """Send a part of the answer; wait until the client has taken it."""
        self.write(part)
        sent = self.flush()
        with self._time.part() if self._time is not None else nullcontext():
            await sent

    def write(self, chunk: str | bytes | dict[str, Any]) -> None:
        """Add to the answer; Tornado's own type is `dict` without its arguments."""
        super().write(chunk)  # pyright: ignore[reportUnknownMemberType]

    def flush(self, include_footers: bool = False) -> "asyncio.Future[None]":
        """Send what was written, which no error takes back; raise AnsweredTooSoonError while a unit of work is open."""
        if not self._begun:
            if not self._streamed:
                self._require_no_unit()
            # Tornado closes the connection after an answer to a request that was not read to its end, but does not
            # say so: the client's next request on it would fail
            if self.context.stopping or not self._received_all:
                self.set_header("Connection", "close")
            self._begun = True
            if self._streamed and self._limit is not None:
                times = self.context
                self._time = AnswerTime(self._limit, whole=times.stream_timeout, part=times.timeout)
        self._outcome.status = int(self.get_status())
        return super().flush(include_footers)

    def write_error(self, status_code: int, **details: Any) -> None:
        """Answer with the problem for what was raised."""
        error = details.get("exc_info", (None, None, None))[1]
        answer = problem_of(error, status_code)
        if answer.status is HTTPStatus.METHOD_NOT_ALLOWED:
            self.set_header("Allow", ", ".join(self._allowed_methods()))
        self.set_status(answer.status)
        self.set_header("Content-Type", MEDIA_TYPE)
        for name, value in answer.headers.items():
            self.set_header(name, value)
        self.write(answer.body)

    def send_error(self, status_code: int = 500, **details: Any) -> None:
        """Answer with a problem; cut off an answer that has begun, so that it does not look complete."""
        if self._begun:
            self._cut_off()
        else:
            super().send_error(status_code, **details)

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Keep what nobody expected for the log entry of the request, and what cuts an answer off."""
        del typ, tb
        expected = is_expected(value) and not self._begun
        if isinstance(value, Exception) and not expected:
            self._outcome.error = value

    def set_default_headers(self) -> None:
        """Name the request; do not name the server."""
        self.clear_header("Server")
        self.set_header("X-Request-ID", self.request_id)

    def compute_etag(self) -> str | None:
        """Answers are not cached."""
        return None

    def end(self, *, complete: bool = True) -> None:
        """Log the request, once."""
        if not self._ended:
            self._ended = True
            self.context.under_way.discard(self)
            self._outcome.complete = complete
            self._outcome.log()

    def _cut_off(self) -> None:
        """Reset the connection: to a client of HTTP/1.0 its close would be the end of the answer."""
        stream = self.detach()
        if stream.socket is not None:  # else it is closed already
            stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        stream.close()
        self.end(complete=False)

    def _require_no_unit(self) -> None:
        try:
            self.context.services.database.require_no_connection()
        except NestedUnitError as error:
            msg = "Answer after the unit of work: until its commit it may still fail."
            raise AnsweredTooSoonError(msg) from error

    def _allowed_methods(self) -> list[str]:
        cls = type(self)
        return [
            name.upper() for name in _METHODS if getattr(cls, name) is not getattr(Exchange, name)
        ]


_Method = Callable[..., Coroutine[Any, Any, None]]


def _attended(method: _Method) -> _Method:
    @wraps(method)
    def attended(self: Exchange, *args: str, **kwargs: str) -> Coroutine[Any, Any, None]:
        return self.attend(method.__qualname__, method(self, *args, **kwargs))

    return attended

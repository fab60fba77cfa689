"""Bodies of requests: taken in as they come, and refused as soon as they are too large or too slow (C6, D4)."""

import asyncio
from contextvars import Context, copy_context
from functools import cache
from http import HTTPStatus
from types import new_class

from tornado.httputil import HTTPServerRequest
from tornado.web import HTTPError, stream_request_body

from ..db.errors import Unavailable
from .errors import SlowUpload
from .exchange import Exchange


def has_body(request: HTTPServerRequest) -> bool:
    """Tell whether a body follows the headers."""
    return "Content-Length" in request.headers or "Transfer-Encoding" in request.headers


@cache
def receiving(handler: type[Exchange]) -> type[Exchange]:
    """Return the handler as it is for requests with a body.

    Tornado begins such a handler before the body has come, which costs two turns of its loop: the others save them.
    """
    both: type[Exchange] = new_class(handler.__name__, (handler, _Receiving))
    return stream_request_body(both)


class _Receiving(Exchange):
    """What Tornado calls before the method of a handler, and what ends a request in the middle of its body."""

    _received_all = False
    _upload_limit: asyncio.TimerHandle | None = None
    _context: Context | None = None

    def prepare(self) -> None:
        """Refuse a body that is declared to be too large before it is read; give any other its time."""
        length = self.request.headers.get("Content-Length", "")
        # an int may have 4300 digits at most, a float is infinite then
        if length.isdecimal() and float(length) > self.context.body_limit:
            raise self._too_large()
        self._context = copy_context()
        loop = asyncio.get_running_loop()
        self._upload_limit = loop.call_later(self.context.timeout, self._refuse_slow_upload)

    def data_received(self, chunk: bytes) -> None:
        """Keep a part of the body, or refuse it as a whole."""
        self._received += chunk
        if len(self._received) > self.context.body_limit:
            self._received.clear()
            self._refuse(self._too_large())

    def time_left(self) -> float:
        """Return what the body has left of the time for the request."""
        if self._upload_limit is None:
            return super().time_left()
        return self._upload_limit.when() - asyncio.get_running_loop().time()

    def abandon(self) -> None:
        """Do not wait for the rest of the body either: the service is being stopped (D4)."""
        if self._received_all or self._context is None:
            super().abandon()
        else:  # with the id of this request in answer and log: it is the server that calls
            self._context.run(self._refuse, Unavailable("The service is being stopped."))

    def end(self, *, complete: bool = True) -> None:
        """Log the request; its body has no limit of time any more."""
        if self._upload_limit is not None:
            self._upload_limit.cancel()
        super().end(complete=complete)

    def _refuse_slow_upload(self) -> None:
        # Tornado's own `body_timeout` closes the connection without a word
        if not self._received_all:
            self._refuse(SlowUpload())

    def _refuse(self, error: Exception) -> None:
        self.send_error(exc_info=(type(error), error, None))

    def _too_large(self) -> HTTPError:
        detail = f"The body may have {self.context.body_limit} bytes at most."
        return HTTPError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)

"""One request and its answer on the wire: body limit, disconnect, and how far the answer came (C6)."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send


class ClientGoneError(Exception):
    """The client closed the connection before it had its answer."""


class Exchange:
    """Stands between the server and the application; `receive` and `send` are the application's."""

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, *, body_limit: int, request_id: str
    ) -> None:
        self._receive = receive
        self._send = send
        self._body_limit = body_limit
        self._request_id = request_id
        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        self._has_body = length != "0" or "transfer-encoding" in headers
        self._body_read = 0
        self._body_ended = asyncio.Event()
        self._empty_body: Message | None = None
        self.status = 0
        """Status of the answer, 0 before it has begun."""
        self.complete = False
        """Whether the answer was sent to its end."""
        self.on_begin: Callable[[], None] | None = None
        """Called when the answer begins."""

    @asynccontextmanager
    async def attended(self) -> AsyncGenerator[None]:
        """Cancel the block, and with it its queries, when the client goes away: raises ClientGoneError.

        FastAPI by itself lets the work run on, and commit, for nobody.
        """
        if not self._has_body:
            self._empty_body = await self._receive()
            self._body_ended.set()
        try:
            async with asyncio.TaskGroup() as group:
                watcher = group.create_task(self._watch(), name="disconnect")
                yield
                watcher.cancel()
        except BaseExceptionGroup as errors:
            gone = errors.subgroup(ClientGoneError)
            error = (gone or errors).exceptions[0]
        else:
            return
        raise error  # here, so that its own cause stays with it

    async def receive(self) -> Message:
        """Hand on the body, up to the limit; then wait until the client goes away."""
        if self._empty_body is not None:
            message, self._empty_body = self._empty_body, None
            return message
        if self._body_ended.is_set():
            await asyncio.Event().wait()  # until the watcher cancels the request
        message = await self._receive()
        self._body_read += len(message.get("body", b""))
        if self._body_read > self._body_limit:
            detail = f"The body may have {self._body_limit} bytes at most."
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
        if not message.get("more_body", False):
            self._body_ended.set()
        return message

    async def send(self, message: Message) -> None:
        """Send a part of the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            if self.on_begin is not None:
                self.on_begin()
            MutableHeaders(scope=message)["X-Request-ID"] = self._request_id
        elif message["type"] == "http.response.body" and not message.get("more_body", False):
            self.complete = True
        await self._send(message)

    async def _watch(self) -> None:
        await self._body_ended.wait()
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                break
        if not self.complete:
            raise ClientGoneError

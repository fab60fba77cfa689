"""One request and its answer on the wire: body limit, disconnect, and how far the answer came (C6)."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Send

from .answer_time import AnswerTime


class ClientGoneError(Exception):
    """The client closed the connection before it had its answer."""


class Exchange:
    """Stands between the server and the application; `receive` and `send` are the application's."""

    def __init__(
        self, receive: Receive, send: Send, *, body_limit: int, body_length: int, request_id: str
    ) -> None:
        self._receive = receive
        self._send = send
        self._body_limit = body_limit
        self._body_length = body_length
        self._request_id = request_id
        self._body_read = 0
        self._body: asyncio.Queue[Message] = asyncio.Queue()
        self.body_ended = False
        """Whether the request was read to its end."""
        self.status = 0
        """Status of the answer, 0 before it has begun."""
        self.complete = False
        """Whether the answer was sent to its end."""
        self.on_begin: Callable[[], AnswerTime] | None = None
        """Called when the answer begins; gives the time that it has."""
        self._time: AnswerTime | None = None
        self._in_parts = False

    @asynccontextmanager
    async def attended(self) -> AsyncGenerator[None]:
        """Cancel the block, and with it its queries, when the client goes away: raises ClientGoneError.

        FastAPI by itself lets the work run on, and commit, for nobody.
        """
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
        """Hand on the body, up to the limit; then wait until the watcher cancels the request."""
        if self._body_length > self._body_limit:
            raise self._too_large()
        message = await self._body.get()
        if self._body_read > self._body_limit:
            raise self._too_large()
        return message

    async def send(self, message: Message) -> None:
        """Send a part of the answer."""
        if message["type"] == "http.response.start":
            if self.on_begin is not None:
                self._time = self.on_begin()
            self.status = message["status"]
            MutableHeaders(scope=message)["X-Request-ID"] = self._request_id
        elif message["type"] == "http.response.body":
            self.complete = not message.get("more_body", False)
            self._in_parts = self._in_parts or not self.complete
        if self._in_parts and self._time is not None:  # an answer in one piece waits for nobody
            with self._time.part():
                await self._send(message)
        else:
            await self._send(message)

    async def _watch(self) -> None:
        """Read ahead of the application: that the client is gone stands behind a body that it may never read."""
        while (message := await self._receive())["type"] != "http.disconnect":
            if self._body_read <= self._body_limit:  # what follows is dropped
                self._body.put_nowait(message)
            self._body_read += len(message.get("body", b""))
            self.body_ended = not message.get("more_body", False)
        if not self.complete:
            raise ClientGoneError

    def _too_large(self) -> HTTPException:
        detail = f"The body may have {self._body_limit} bytes at most."
        # what is still to come is not read
        return HTTPException(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail, headers={"Connection": "close"}
        )

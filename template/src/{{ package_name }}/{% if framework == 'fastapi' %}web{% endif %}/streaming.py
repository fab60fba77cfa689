"""Streamed answers whose source is closed with them (C1, D1)."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from http import HTTPStatus

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send


class StreamedText(Response):
    """Sends the parts as they come, no faster than the client takes them.

    Starlette's StreamingResponse leaves the generator of an interrupted answer, and the connection that it
    holds, to the garbage collector. This one closes it before the request ends.
    """

    def __init__(
        self, parts: AsyncGenerator[str], *, media_type: str, status_code: int = HTTPStatus.OK
    ) -> None:
        """FastAPI reads the status that it documents from the default of `status_code`."""
        self.parts = parts
        super().__init__(status_code=status_code, media_type=media_type)
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer; it begins when the first part is there, so that a failure until then has its own answer."""
        start = {
            "type": "http.response.start",
            "status": self.status_code,
            "headers": self.raw_headers,
        }
        async with aclosing(self.parts) as parts:
            first = await anext(parts, "")
            await send(start)
            await send(self._body(first))
            async for part in parts:
                await send(self._body(part))
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _body(self, part: str) -> Message:
        return {"type": "http.response.body", "body": part.encode(self.charset), "more_body": True}

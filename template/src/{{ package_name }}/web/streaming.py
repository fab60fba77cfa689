"""Streamed answers whose source is closed with them (C1, D1)."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.responses import Response
from starlette.types import Receive, Scope, Send


class StreamedText(Response):
    """Sends the parts as they come, no faster than the client takes them.

    Starlette's StreamingResponse leaves the generator of an interrupted answer, and the connection that it
    holds, to the garbage collector. This one closes it before the request ends.
    """

    def __init__(
        self, parts: AsyncGenerator[str], *, media_type: str, filename: str | None = None
    ) -> None:
        self.parts = parts
        headers = (
            {"Content-Disposition": f'attachment; filename="{filename}"'} if filename else None
        )
        super().__init__(media_type=media_type, headers=headers)
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""
        start = {
            "type": "http.response.start",
            "status": self.status_code,
            "headers": self.raw_headers,
        }
        await send(start)
        async with aclosing(self.parts) as parts:
            async for part in parts:
                body = part.encode(self.charset)
                await send({"type": "http.response.body", "body": body, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

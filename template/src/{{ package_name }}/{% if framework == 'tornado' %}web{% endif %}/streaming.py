"""Streamed answers whose source is closed with them (C1, D1)."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from .handler import Handler


async def stream_text(handler: Handler, parts: AsyncGenerator[str], *, media_type: str) -> None:
    """Send the parts as they come, no faster than the client takes them.

    The answer begins when the first part is there, so that a failure until then has its own answer; a later one
    cuts it off. The generator is closed, with the connection that it holds, before the request ends.
    """
    async with aclosing(parts):
        first = await anext(parts, "")
        handler.set_header("Content-Type", f"{media_type}; charset=utf-8")
        handler.begin_stream()
        await handler.send_part(first)
        async for part in parts:
            await handler.send_part(part)

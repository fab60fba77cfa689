"""A TCP proxy between the driver and PostgreSQL that counts round trips on the wire."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit, urlunsplit

CHUNK = 64 * 1024
"""Bytes that are handed on at a time."""


class Proxy:
    """Counts over all connections, since the start or since reset()."""

    def __init__(self, url: str) -> None:
        self._target = urlsplit(url)
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0
        """Where it listens, on 127.0.0.1."""
        self.connections = 0
        """Connections that were opened, those over which the driver cancels a query included."""
        self.round_trips = 0
        """How often a client sent something first, or after it had heard from the server."""

    @property
    def url(self) -> str:
        """The URL of the database by way of the proxy."""
        login, at, _ = self._target.netloc.rpartition("@")
        return urlunsplit(self._target._replace(netloc=f"{login}{at}127.0.0.1:{self.port}"))

    def reset(self) -> None:
        """Count from zero; what is open stays open."""
        self.connections = self.round_trips = 0

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str) -> AsyncGenerator["Proxy"]:
        """Listen for the server of `url`; when the block ends, end every connection."""
        proxy = cls(url)
        server = await asyncio.start_server(proxy._accept, "127.0.0.1", 0)
        proxy.port = server.sockets[0].getsockname()[1]
        try:
            yield proxy
        finally:
            server.close()
            for task in proxy._tasks:
                task.cancel()
            await asyncio.gather(*proxy._tasks, return_exceptions=True)
            await server.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.get_running_loop().create_task(self._carry(reader, writer), name="proxy")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        clients_turn = True

        def from_client() -> None:
            nonlocal clients_turn
            self.round_trips += clients_turn
            clients_turn = False

        def from_server() -> None:
            nonlocal clients_turn
            clients_turn = True

        target = (self._target.hostname or "localhost", self._target.port or 5432)
        try:
            server_reader, server_writer = await asyncio.open_connection(*target)
            async with asyncio.TaskGroup() as group:
                group.create_task(_hand_on(reader, server_writer, from_client))
                group.create_task(_hand_on(server_reader, writer, from_server))
        except* OSError as errors:
            del errors  # one side hung up; so do we
        finally:
            writer.close()


async def _hand_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, notice: Callable[[], None]
) -> None:
    try:
        while data := await reader.read(CHUNK):
            notice()
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()

"""A TCP proxy between the driver and PostgreSQL: it counts round trips, and breaks what it is told to break.

A driver opens two kinds of connections: for queries, and to ask the server to cancel one. Each can fail
on its own.
"""

import asyncio
import socket
import struct
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, closing
from enum import Enum

from .addresses import lasting_port
from .transport import accept, connect, through_proxy

CHUNK = 64 * 1024
"""Bytes that are handed on at a time."""

CANCEL_REQUEST = struct.pack("!ii", 16, 80877102)  # followed by the backend's id and secret
SSL_REQUEST = struct.pack("!ii", 8, 80877103)


class Fault(Enum):
    """What becomes of a connection as soon as it has said what it is for."""

    PASS = "pass"
    CLOSE = "close"
    RESET = "reset"
    SWALLOW = "swallow"


class Proxy:
    """Counts over all connections, since the start or since reset()."""

    def __init__(self, url: str) -> None:
        self._target = url
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._client_ends: set[asyncio.StreamWriter] = set()
        self._server_ends: set[asyncio.StreamWriter] = set()
        self._passing = asyncio.Event()
        self._passing.set()
        self.port = 0
        """Where it listens, on 127.0.0.1."""
        self.on_query = Fault.PASS
        """What becomes of new connections for queries."""
        self.on_cancel = Fault.PASS
        """What becomes of connections that ask the server to cancel a query."""
        self.delay = 0.0
        """Seconds by which everything is late, in each direction."""
        self.waiting = 0
        """Pieces of data that are held back now."""
        self.connections = self.cancels = self.round_trips = 0
        """Connections of both kinds; those of the second; how often a client sent something first, or after
        it had heard from the server."""

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str) -> AsyncGenerator["Proxy"]:
        """Listen for the server of `url`; when the block ends, end every connection."""
        proxy = cls(url)
        await proxy.listen()
        try:
            yield proxy
        finally:
            await proxy.refuse()
            for writer in proxy._client_ends:  # TLS takes leave of a client that may be gone
                writer.transport.abort()

    @property
    def url(self) -> str:
        """The URL of the database by way of the proxy."""
        return through_proxy(self._target, self.port)

    def reset(self) -> None:
        """Count from zero; what is open stays open."""
        self.connections = self.cancels = self.round_trips = 0

    def pause(self) -> None:
        """Accept connections and data, and pass nothing on: what a lost network looks like."""
        self._passing.clear()

    def resume(self) -> None:
        """Pass everything on again, what was held back first."""
        self._passing.set()

    async def cut(self, *, reset: bool = False) -> None:
        """End every connection now, in good order or with a reset (RST)."""
        tasks = list(self._connections)
        for writer in self._server_ends:
            writer.transport.abort()  # close() would wait until a server that is at work takes leave by TLS
        self._server_ends.clear()
        for task, writer in self._connections.items():
            if reset:
                send_reset(writer)
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def refuse(self) -> None:
        """Hang up, and refuse connections: what a stopped server looks like."""
        if self._server is not None:
            self._server.close()
        await self.cut()

    async def listen(self) -> None:
        """Accept connections, again on the same port."""
        self.port = self.port or lasting_port()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.get_running_loop().create_task(self._carry(reader, writer), name="proxy")
        self._connections[task] = writer
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        # a task that was cancelled before its first step has not closed it
        self._connections.pop(task).close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        clients_turn = True
        fault: Fault | None = None

        def from_client(data: bytes) -> bool:
            nonlocal clients_turn, fault
            self.round_trips += clients_turn
            clients_turn = False
            if fault is None and data != SSL_REQUEST:
                fault = self._fault_of(data)
                if fault is Fault.RESET:
                    send_reset(writer)
                if fault in {Fault.RESET, Fault.CLOSE}:
                    raise ConnectionAbortedError
            return fault is not Fault.SWALLOW

        def from_server(data: bytes) -> bool:
            nonlocal clients_turn
            del data
            clients_turn = True
            return True

        try:
            reader, writer = await accept(reader, writer)
            server_reader, server_writer = await connect(self._target)
            self._client_ends.add(writer)
            self._server_ends.add(server_writer)
            with closing(server_writer):
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._hand_on(reader, server_writer, from_client))
                    group.create_task(self._hand_on(server_reader, writer, from_server))
        except* (OSError, EOFError) as errors:
            del errors  # one side hung up; so do we
        finally:
            writer.close()

    def _fault_of(self, first: bytes) -> Fault:
        if not first.startswith(CANCEL_REQUEST):
            return self.on_query
        self.cancels += 1
        return self.on_cancel

    async def _hand_on(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        wanted: Callable[[bytes], bool],
    ) -> None:
        try:
            while data := await reader.read(CHUNK):
                if not wanted(data):
                    continue
                self.waiting += 1
                try:
                    await self._passing.wait()
                    await asyncio.sleep(self.delay)
                finally:
                    self.waiting -= 1
                writer.write(data)
                await writer.drain()
        finally:
            writer.close()


def send_reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST: no lingering, nothing more is sent; do nothing when it is closed already."""
    if writer.is_closing():
        return
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()

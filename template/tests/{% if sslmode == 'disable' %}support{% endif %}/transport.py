"""How bytes get to the server and back: in plain text."""

import asyncio
from pathlib import Path
from urllib.parse import parse_qs, urlsplit, urlunsplit

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

QUERY = ""
"""What stands behind the address in every URL."""

WHEEL_SERVES = True
"""The PostgreSQL that `uv sync` brings is good enough for this project."""

SEEN_BY_DOCTOR = "sslmode=disable"


def missing_server() -> str:
    """Return why there is no server for the tests: never, `uv sync` brings one."""
    return ""


def through(url: str, port: int) -> str:
    """Return the URL with another address: a port of this machine."""
    parts = urlsplit(url)
    login, at, _ = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{login}{at}127.0.0.1:{port}", query=""))


def through_proxy(url: str, port: int) -> str:
    """Return the URL with the address of a proxy."""
    return through(url, port)


def embedded_url(folder: Path, port: str, password: str, database: str) -> str:
    """Return the URL of an embedded server whose files are in `folder`."""
    del folder
    return f"postgresql://postgres:{password}@127.0.0.1:{port}/{database}"


async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Streams:
    """Return the streams on which a client speaks."""
    return reader, writer


async def connect(url: str) -> Streams:
    """Open a connection to the server of the URL."""
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port or 5432
    folder = parse_qs(parts.query).get("host", [host])[0]
    if folder.startswith("/"):
        return await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.{port}")
    return await asyncio.open_connection(host, port)

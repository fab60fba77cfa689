"""Addresses that tests make up: parts of a URL, and ports to come back to."""

import secrets
import socket
from urllib.parse import urlsplit, urlunsplit


def database_name(url: str) -> str:
    """Return the name of the database in a URL."""
    return urlsplit(url).path.removeprefix("/")


def with_database(url: str, name: str) -> str:
    """Return the URL of another database on the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def with_query(url: str, query: str) -> str:
    """Return the URL with more parameters, such as `a=1&b=2`."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, query)))))


def lasting_port() -> int:
    """Return a free port of 127.0.0.1 that stays free while nobody listens on it.

    One that the system chose may go to any outgoing connection meanwhile: systems take those from 32768 on, or 49152.
    """
    while True:
        port = 16384 + secrets.randbelow(16384)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port

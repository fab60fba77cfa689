"""A peer that falls silent is noticed by the operating system, idle connections included (C6)."""

import math
import socket
from collections.abc import Mapping
from typing import Any

from .guard import Connection

KEEPALIVE_PROBES = 3
"""Unanswered probes after which the connection is dead."""

# What Linux has and others lack or name differently is left out there: the timeouts of statements remain.
_OPTIONS = {
    "keepalives_idle": getattr(socket, "TCP_KEEPIDLE", getattr(socket, "TCP_KEEPALIVE", None)),
    "keepalives_interval": getattr(socket, "TCP_KEEPINTVL", None),
    "keepalives_count": getattr(socket, "TCP_KEEPCNT", None),
    "tcp_user_timeout": getattr(socket, "TCP_USER_TIMEOUT", None),
}


def with_keepalive(
    connection_class: type[Connection], timeout: float, given: Mapping[str, int]
) -> type[Connection]:
    """Return the class with sockets that give up after `timeout` seconds of silence.

    `given` are libpq's parameters of the same purpose, which override what follows from `timeout`.
    """
    idle, interval = keepalive_seconds(timeout)
    chosen = {
        "keepalives": 1,
        "keepalives_idle": idle,
        "keepalives_interval": interval,
        "keepalives_count": KEEPALIVE_PROBES,
        "tcp_user_timeout": math.ceil(timeout * 1000),
        **given,
    }

    class KeptAliveConnection(connection_class):
        # asyncpg has no option for it, and nowhere else hands its transport to code of ours
        def __init__(self, protocol: Any, transport: Any, *more: Any) -> None:
            super().__init__(protocol, transport, *more)
            _set_options(transport.get_extra_info("socket"), chosen)

    return KeptAliveConnection


def keepalive_seconds(timeout: float) -> tuple[int, int]:
    """Return after how many idle seconds the first probe is sent, and the pause between probes."""
    return max(1, math.ceil(timeout / 2)), max(1, math.ceil(timeout / 2 / KEEPALIVE_PROBES))


def _set_options(connected: socket.socket, chosen: Mapping[str, int]) -> None:
    if connected.family == socket.AF_UNIX:
        return
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, chosen["keepalives"])
    for name, option in _OPTIONS.items():
        # libpq's 0 means the system's default
        if option is not None and chosen[name] > 0:
            connected.setsockopt(socket.IPPROTO_TCP, option, chosen[name])

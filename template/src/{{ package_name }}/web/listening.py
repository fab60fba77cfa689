"""The address that the service listens on."""

import socket

from ..settings import Settings


class ListenError(RuntimeError):
    """The address cannot be listened on; the message says what to do."""


def listen(settings: Settings) -> socket.socket:
    """Bind the address before anything else is started; raise ListenError when that fails."""
    host, port = settings.server.host, settings.server.port
    try:
        return socket.create_server(
            (host, port),
            family=socket.AF_INET6 if ":" in host else socket.AF_INET,
            backlog=2048,
            dualstack_ipv6=host == "::" and socket.has_dualstack_ipv6(),
        )
    except OSError as error:
        msg = f"Cannot listen on {host}:{port} ({error.strerror}): choose another with --port or SERVER_PORT."
        raise ListenError(msg) from error


def address_of(listener: socket.socket) -> str:
    """Return the URL under which the listener is reached."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

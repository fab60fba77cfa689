"""Why a connection cannot be opened, in the same words for the log, `migrate` and `doctor` (D3, E2)."""

from .tls import tls_failure
from .url import ConnectionParameters


def connect_failure(error: BaseException, parameters: ConnectionParameters) -> str:
    """Return the address, and what is known of the failure; never a secret."""
    original: BaseException = getattr(error, "driver_exception", error)
    addresses = zip(parameters.hosts, parameters.ports, strict=True)
    where = ", ".join(f"{host}:{port}" for host, port in addresses)
    why = tls_failure(original, parameters)
    if why is None and isinstance(original, TimeoutError):
        why = "no answer in time"
    why = why or f"{type(original).__name__}: {original}".rstrip(": ")
    return f"{where}: {why}".splitlines()[0]

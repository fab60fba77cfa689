"""How the connection to PostgreSQL is encrypted (D3): the answer `sslmode`, which the URL must not contradict."""

from collections.abc import Awaitable, Callable
from typing import Literal

from pydantic import BaseModel

from .url import ConnectionParameters, InvalidDatabaseUrl

SSLMODE = "disable"

_WITHOUT_TLS = {None, "disable"}
_IF_POSSIBLE = {"allow", "prefer"}


class TlsSettings(BaseModel):
    """Nothing can be set: the project was generated without TLS."""

    def completed(self, parameters: ConnectionParameters) -> ConnectionParameters:
        """Return what the URL says: there is nothing beside it."""
        return parameters


def check_tls(parameters: ConnectionParameters) -> None:
    """Raise InvalidDatabaseUrl when the URL asks for TLS, which this project was generated without."""
    wanted = parameters.sslmode
    if wanted in _IF_POSSIBLE:
        msg = (
            f"sslmode: this project was generated with sslmode={SSLMODE}, the URL asks for TLS if the server "
            f"has it ({wanted}): write sslmode={SSLMODE}, or run `copier update --data sslmode=require`"
        )
        raise InvalidDatabaseUrl(msg)
    if wanted not in _WITHOUT_TLS:
        msg = (
            f"sslmode: this project was generated with sslmode={SSLMODE}, the URL asks for {wanted}: "
            f"run `copier update --data sslmode={wanted}`, or remove it from the URL"
        )
        raise InvalidDatabaseUrl(msg)
    for name in ("sslrootcert", "sslcert", "sslkey", "sslcrl"):
        if getattr(parameters, name) is not None:
            msg = (
                f"{name}: this project was generated with sslmode={SSLMODE} and uses no certificate: "
                "run `copier update --data sslmode=verify-full`, or remove it from the URL"
            )
            raise InvalidDatabaseUrl(msg)


def ssl_context(parameters: ConnectionParameters) -> Literal[False]:
    """Return what the driver takes as `ssl`: no TLS, and no question to the server about it."""
    del parameters
    return False


def tls_of_connections(parameters: ConnectionParameters) -> Callable[[], Awaitable[Literal[False]]]:
    """Return what gives each new connection its `ssl`."""

    async def no_tls() -> Literal[False]:
        return ssl_context(parameters)

    return no_tls


def tls_in_use(parameters: ConnectionParameters, *, session: str) -> str:
    """Describe the encryption of a connection, for `doctor`; `session` is what the server says of it."""
    del parameters, session
    return f"not used, as sslmode={SSLMODE} asks"


def tls_failure(error: BaseException, parameters: ConnectionParameters) -> None:
    """Return why TLS failed: without TLS it never does."""
    del error, parameters

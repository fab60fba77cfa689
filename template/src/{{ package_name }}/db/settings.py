"""What can be set about the database, with one time budget from which the timeouts are derived (C5, C6)."""

from collections.abc import Callable
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, SecretStr, field_validator, model_validator

from .tls import TlsSettings, check_tls, ssl_context
from .url import ConnectionParameters, parse_url

Seconds = Annotated[float, Field(gt=0, le=3600)]


def _share(share: float) -> Callable[[dict[str, Any]], float]:
    return lambda data: data["request_timeout"] * share


class DatabaseSettings(TlsSettings):
    """Environment variables: the field's name in upper case after `DATABASE_`. Times are in seconds."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    url: SecretStr
    """A libpq URL, as the provider of the database shows it."""

    application_name: str = __name__.partition(".")[0]
    """How the connections are named in pg_stat_activity."""

    pool_size: Annotated[int, Field(ge=1, le=1000)] = 10
    """Connections that are kept open."""

    pool_overflow: Annotated[int, Field(ge=0, le=1000)] = 0
    """Connections beyond them, closed after use: each costs a connect, so prefer a larger pool."""

    pool_recycle: Seconds = 1800.0
    """Age at which a connection is replaced, so that failovers and new addresses are noticed."""

    request_timeout: Seconds = 15.0
    """The budget of one request; the timeouts below are shares of it unless they are set."""

    connect_timeout: Seconds = Field(default_factory=_share(0.2))
    """For opening one connection."""

    acquire_timeout: Seconds = Field(default_factory=_share(1 / 3))
    """For getting a connection from the pool, opening one included."""

    lock_timeout: Seconds = Field(default_factory=_share(1 / 3))
    """For waiting for one lock, by the server."""

    statement_timeout: Seconds = Field(default_factory=_share(2 / 3))
    """For one statement, by the server."""

    command_timeout: Seconds = Field(default_factory=_share(0.8))
    """For one statement, by the client, in case the server does not answer at all."""

    idle_in_transaction_timeout: Seconds = Field(default_factory=_share(1.0))
    """For a transaction in which nothing happens, by the server: frees the locks of a dead client."""

    @cached_property
    def parameters(self) -> ConnectionParameters:
        """The URL, read, and what is set beside it."""
        return self.completed(parse_url(self.url.get_secret_value()))

    @property
    def connections(self) -> int:
        """The most connections that one process holds."""
        return self.pool_size + self.pool_overflow

    @field_validator("url")
    @classmethod
    def _check_url(cls, url: SecretStr) -> SecretStr:
        check_tls(parse_url(url.get_secret_value()))
        return url

    @model_validator(mode="after")
    def _check_certificates(self) -> Self:
        ssl_context(self.parameters)  # reads them
        return self

    @model_validator(mode="after")
    def _check_timeouts(self) -> Self:
        for names in (
            ("lock_timeout", "statement_timeout", "command_timeout", "request_timeout"),
            ("connect_timeout", "acquire_timeout", "request_timeout"),
        ):
            for shorter, longer in pairwise(names):
                inner, outer = getattr(self, shorter), getattr(self, longer)
                if inner > outer:
                    msg = (
                        f"DATABASE_{shorter.upper()} ({inner:g} s) must not be longer than "
                        f"DATABASE_{longer.upper()} ({outer:g} s): "
                        "the inner limit would never be reached"
                    )
                    raise ValueError(msg)
        return self

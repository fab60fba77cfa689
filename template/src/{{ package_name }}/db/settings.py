"""What can be set about the database, with one time budget from which the timeouts are derived (C5, C6)."""

from collections.abc import Callable
from itertools import pairwise
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, model_validator

from .fields import Seconds
from .pool_settings import PoolSettings
from .tls import ssl_context


def _share(share: float) -> Callable[[dict[str, Any]], float]:
    return lambda data: data["request_timeout"] * share


class DatabaseSettings(PoolSettings):
    """Environment variables: the field's name in upper case after `DATABASE_`. Times are in seconds."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    application_name: str = __name__.partition(".")[0]
    """How the connections are named in pg_stat_activity."""

    processes: Annotated[int, Field(ge=1, le=10_000)] = 1
    """How many processes share the server: those of one machine x machines, workers included."""

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

    silence_timeout: Seconds = Field(default_factory=_share(1.0))
    """For a peer that does not answer on the network level, by both sides; idle connections included."""

    @model_validator(mode="after")
    def _check_certificates(self) -> Self:
        ssl_context(self.parameters)  # reads them
        if self.pool_parameters is not self.parameters:
            ssl_context(self.pool_parameters)
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

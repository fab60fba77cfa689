"""What can be set about the connections that the service keeps open and shares (C5)."""

from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from .fields import Connections, DatabaseUrl, Seconds
from .tls import TlsSettings
from .url import ConnectionParameters, parse_url

URL_VARIABLES = ("DATABASE_URL",)


class PoolSettings(TlsSettings):
    """The part of DatabaseSettings that the answer to `pool` decides."""

    url: DatabaseUrl
    """A libpq URL, as the provider of the database shows it."""

    connections: Connections = 10
    """The most connections that the pool of one process holds."""

    pool_overflow: Annotated[int, Field(ge=0, le=1000)] = 0
    """How many of them are closed after use; the others are kept. Each costs a connect, so prefer none."""

    pool_recycle: Seconds = 1800.0
    """Age at which a connection is replaced, so that failovers and new addresses are noticed."""

    @cached_property
    def parameters(self) -> ConnectionParameters:
        """The URL, read, and what is set beside it."""
        return self.completed(parse_url(self.url.get_secret_value()))

    @property
    def pool_parameters(self) -> ConnectionParameters:
        """Where units of work connect: to PostgreSQL itself."""
        return self.parameters

    @property
    def kept(self) -> int:
        """Connections that stay open while nobody needs them."""
        return self.connections - self.pool_overflow

    @model_validator(mode="after")
    def _check_overflow(self) -> Self:
        if self.kept < 1:
            msg = (
                f"DATABASE_POOL_OVERFLOW ({self.pool_overflow}) must be less than "
                f"DATABASE_CONNECTIONS ({self.connections}), of which it is a part"
            )
            raise ValueError(msg)
        return self

"""What can be set about the connections that the service keeps open and shares (C5)."""

from functools import cached_property
from typing import Annotated

from pydantic import Field

from .fields import Connections, DatabaseUrl, Seconds
from .tls import TlsSettings
from .url import ConnectionParameters, parse_url

URL_VARIABLES = ("DATABASE_URL",)
SIZE_VARIABLE = "DATABASE_POOL_SIZE"


class PoolSettings(TlsSettings):
    """The part of DatabaseSettings that the answer to `pool` decides."""

    url: DatabaseUrl
    """A libpq URL, as the provider of the database shows it."""

    pool_size: Connections = 10
    """Connections that are kept open."""

    pool_overflow: Annotated[int, Field(ge=0, le=1000)] = 0
    """Connections beyond them, closed after use: each costs a connect, so prefer a larger pool."""

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
    def connections(self) -> int:
        """The most connections that one process holds."""
        return self.pool_size + self.pool_overflow

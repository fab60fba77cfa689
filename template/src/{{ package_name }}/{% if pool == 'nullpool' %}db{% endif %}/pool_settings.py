"""What can be set about the connections, of which each serves one unit of work (C5)."""

from functools import cached_property

from .fields import Connections, DatabaseUrl
from .tls import TlsSettings
from .url import ConnectionParameters, parse_url

URL_VARIABLES = ("DATABASE_URL",)


class PoolSettings(TlsSettings):
    """The part of DatabaseSettings that the answer to `pool` decides."""

    url: DatabaseUrl
    """A libpq URL, as the provider of the database shows it."""

    connections: Connections = 10
    """The most connections that one process holds: a burst waits for its turn, or is told to come back."""

    @cached_property
    def parameters(self) -> ConnectionParameters:
        """The URL, read, and what is set beside it."""
        return self.completed(parse_url(self.url.get_secret_value()))

    @property
    def pool_parameters(self) -> ConnectionParameters:
        """Where units of work connect: to PostgreSQL itself."""
        return self.parameters

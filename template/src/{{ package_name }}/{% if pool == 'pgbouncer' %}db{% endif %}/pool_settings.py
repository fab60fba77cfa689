"""What can be set about the connections to PgBouncer, and the direct ones beside it (C5)."""

from functools import cached_property

from pydantic import SecretStr, field_validator

from .fields import Connections, DatabaseUrl, Seconds
from .tls import TlsSettings
from .url import ConnectionParameters, InvalidDatabaseUrl, parse_url

URL_VARIABLES = ("DATABASE_URL", "DATABASE_DIRECT_URL")

_HANDED_ON = {"application_name", "timezone", "datestyle"}


class PoolSettings(TlsSettings):
    """The part of DatabaseSettings that the answer to `pool` decides."""

    url: DatabaseUrl
    """Where PgBouncer is: a libpq URL, as the provider of the database shows it."""

    direct_url: DatabaseUrl
    """Where PostgreSQL itself is, for what needs a session of its own: migrations, `doctor`, LISTEN."""

    connections: Connections = 10
    """The most connections to PgBouncer that one process holds; an idle one holds none to PostgreSQL."""

    pool_recycle: Seconds = 1800.0
    """Age at which a connection is replaced, so that failovers and new addresses are noticed."""

    @cached_property
    def parameters(self) -> ConnectionParameters:
        """The direct URL, read, and what is set beside it."""
        return self.completed(parse_url(self.direct_url.get_secret_value()))

    @cached_property
    def pool_parameters(self) -> ConnectionParameters:
        """Where units of work connect: to PgBouncer."""
        return self.completed(parse_url(self.url.get_secret_value()))

    @field_validator("url")
    @classmethod
    def _check_settings_of_the_server(cls, url: SecretStr) -> SecretStr:
        """PgBouncer refuses other settings, or ignores them without a word."""
        given = parse_url(url.get_secret_value()).server_settings
        refused = sorted(name for name in given if name.lower() not in _HANDED_ON)
        if refused:
            msg = (
                f"options: PgBouncer does not hand on {', '.join(refused)}: remove it from the URL, and set it "
                "by ALTER ROLE ... IN DATABASE ... SET"
            )
            raise InvalidDatabaseUrl(msg)
        return url

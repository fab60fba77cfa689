"""The types of settings that stand in more than one class."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from .tls import check_tls
from .url import InvalidDatabaseUrl, parse_url

_SET_BY = {
    "statement_timeout": "DATABASE_STATEMENT_TIMEOUT",
    "lock_timeout": "DATABASE_LOCK_TIMEOUT",
    "idle_in_transaction_session_timeout": "DATABASE_IDLE_IN_TRANSACTION_TIMEOUT",
    "client_connection_check_interval": "DATABASE_STATEMENT_TIMEOUT",
    "tcp_user_timeout": "DATABASE_SILENCE_TIMEOUT",
    "tcp_keepalives_idle": "DATABASE_SILENCE_TIMEOUT",
    "tcp_keepalives_interval": "DATABASE_SILENCE_TIMEOUT",
    "tcp_keepalives_count": "DATABASE_SILENCE_TIMEOUT",
}


def _check_url(url: SecretStr) -> SecretStr:
    parameters = parse_url(url.get_secret_value())
    check_tls(parameters)
    # in the URL they would go past the check that the timeouts fit together
    for name in parameters.server_settings:
        if variable := _SET_BY.get(name.lower()):
            msg = f"options: {name} must not stand in the URL: remove it there, and set {variable} instead"
            raise InvalidDatabaseUrl(msg)
    return url


DatabaseUrl = Annotated[SecretStr, AfterValidator(_check_url)]

Seconds = Annotated[float, Field(gt=0, le=3600)]

Connections = Annotated[int, Field(ge=1, le=1000)]

"""The types of settings that stand in more than one class."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from .tls import check_tls
from .url import parse_url


def _check_url(url: SecretStr) -> SecretStr:
    check_tls(parse_url(url.get_secret_value()))
    return url


DatabaseUrl = Annotated[SecretStr, AfterValidator(_check_url)]

Seconds = Annotated[float, Field(gt=0, le=3600)]

Connections = Annotated[int, Field(ge=1, le=1000)]

"""How values travel between Python and PostgreSQL: what the driver does not do by itself.

It already gives `uuid` as UUID, `numeric` as Decimal, `timestamptz` as an aware datetime, `bytea` as bytes, and an
enum of the database as str; a StrEnum can be passed as it is, `Colour(row["colour"])` makes one again.
"""

import json
from typing import Any

from .guard import Connection

_JSONB_VERSION = b"\x01"


async def set_codecs(connection: Connection) -> None:
    """Prepare a new connection. Codecs of built-in types cost no round trip, of other types one or two each."""
    await connection.set_type_codec(
        "json", schema="pg_catalog", format="binary", encoder=_to_json, decoder=json.loads
    )
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", format="binary", encoder=_to_jsonb, decoder=_from_jsonb
    )


def _to_json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _to_jsonb(value: Any) -> bytes:
    return _JSONB_VERSION + _to_json(value)


def _from_jsonb(data: bytes) -> Any:
    return json.loads(data.removeprefix(_JSONB_VERSION))

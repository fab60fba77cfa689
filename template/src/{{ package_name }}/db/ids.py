"""Identifiers made by the service: time-ordered, so that new rows land together in an index."""

from uuid import UUID

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> UUID:
    """Return a new UUID version 7 (RFC 9562)."""
    return _uuid7()

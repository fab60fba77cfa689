"""The number of connections to PgBouncer and their age (C5)."""

from .connections import Connections
from .pooler import pooler_arguments
from .settings import DatabaseSettings


def create_pool(settings: DatabaseSettings) -> Connections:
    """Create the pool; connections are opened when they are first needed."""
    return Connections(
        pooler_arguments(settings), keep=settings.pool_size, longest=settings.pool_recycle
    )

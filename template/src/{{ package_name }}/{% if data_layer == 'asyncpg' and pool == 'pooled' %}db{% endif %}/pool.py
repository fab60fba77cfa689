"""The pool's size and the age of its connections (C5)."""

from .connect import connect_arguments
from .connections import Connections
from .settings import DatabaseSettings


def create_pool(settings: DatabaseSettings) -> Connections:
    """Create the pool; connections are opened when they are first needed."""
    return Connections(
        connect_arguments(settings), keep=settings.pool_size, longest=settings.pool_recycle
    )

"""Migrations need packages that serving does without, in the dependency group `migrations`."""

import logging
from collections.abc import Generator
from contextlib import contextmanager

from ..db.errors import MigrationError


@contextmanager
def migration_packages() -> Generator[None]:
    """Raise MigrationError, with the remedy, when the block imports what is not installed."""
    logging.getLogger("alembic.runtime.plugins").setLevel("WARNING")  # one line for each, at import
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name != "alembic":
            raise
        msg = "alembic is not installed here: run `uv sync --group migrations`"
        raise MigrationError(msg) from error

"""A real PostgreSQL as a child of this process, for `dev` and the tests. Not for production.

`binaries` finds a PostgreSQL, `account` says who runs it, `data` keeps its folder, and `server` runs
it: on 127.0.0.1, with a random password, and never longer than this process, however that ends.
"""

from .binaries import find_binaries, machine_binaries
from .errors import EmbeddedPostgresError
from .server import embedded_postgres

__all__ = ["EmbeddedPostgresError", "embedded_postgres", "find_binaries", "machine_binaries"]

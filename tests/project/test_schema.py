"""Both data layers make the same tables of the ledger, down to the names of constraints and indexes."""

import subprocess
from pathlib import Path

from .conftest import Installed
from .installed import TIMEOUT, Project, environment

SCHEMA = """
import asyncio, sys
from pathlib import Path
import asyncpg
from my_service.db.migrate import migrate
from my_service.db.settings import DatabaseSettings
from my_service.runtime.embedded import embedded_postgres

OF_TABLES = "relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'"
QUERIES = (
    "SELECT relname, attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid)"
    " FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
    " LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"
    f" WHERE {OF_TABLES} AND relkind = 'r' AND attnum > 0 ORDER BY relname, attnum",
    "SELECT relname, conname, pg_get_constraintdef(pg_constraint.oid)"
    f" FROM pg_constraint JOIN pg_class ON conrelid = pg_class.oid WHERE {OF_TABLES} ORDER BY 1, 2",
    "SELECT indexname, indexdef FROM pg_indexes"
    " WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1",
)

async def show(url):
    await migrate(DatabaseSettings.model_validate({"url": url}))
    connection = await asyncpg.connect(url)
    for query in QUERIES:
        for row in await connection.fetch(query):
            print(*row, sep=" | ")
    await connection.close()

with embedded_postgres(Path(sys.argv[1]), durable=False) as url:
    asyncio.run(show(url))
"""


def test_data_layers_make_the_same_schema(installed: Installed, tmp_path: Path) -> None:
    made = {
        layer: schema(installed(data_layer=layer), tmp_path / layer)
        for layer in ("sqlalchemy", "asyncpg")
    }

    assert "fk_transfers_from_account_accounts" in made["sqlalchemy"]
    assert made["asyncpg"].splitlines() == made["sqlalchemy"].splitlines()


def schema(project: Project, data: Path) -> str:
    """Migrate an empty database and describe what is in it, in lines."""
    data.mkdir()
    done = subprocess.run(
        [project.python, "-c", SCHEMA, data],
        cwd=project.folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout

"""The wrong forms of the asyncpg layer, and those of shared code that each layer uses in its own way."""

from dataclasses import replace

from . import mutations
from .mutations import CHECKOUT, CONCURRENCY, DATABASE, GUARD, LINT, Mutation, tests

ASYNCPG: dict[str, object] = {"data_layer": "asyncpg"}

CONNECTIONS = "src/my_service/db/connections.py"
SESSION = "src/my_service/db/session.py"
TRANSLATE = "src/my_service/db/translate.py"
SQLSTATES = "src/my_service/db/sqlstates.py"


def _mutation(
    pattern: str, name: str, file: str, right: str, wrong: str, check: tuple[str, ...]
) -> Mutation:
    return Mutation(pattern, name, file, right, wrong, check, ASYNCPG)


SHARED = {CHECKOUT, CONCURRENCY, GUARD}

MUTATIONS = [
    *(replace(one, answers=ASYNCPG) for one in mutations.MUTATIONS if one.file in SHARED),
    _mutation(
        "C1",
        "connection that is not given back",
        DATABASE,
        "            await self._pool.give_back(self._driver, discard=self._opened.interrupted)",
        "            pass",
        tests("integration/test_scope.py"),
    ),
    _mutation(
        "C5",
        "permit lost with a connection that could not be opened",
        DATABASE,
        "            await self._permit.__aexit__(*sys.exc_info())\n",
        "",
        tests("integration/test_disconnects.py::test_connection_lost_while_it_is_opened_gives_503"),
    ),
    _mutation(
        "C1",
        "connection that can be used after its block",
        DATABASE,
        "            self._opened.end()\n",
        "",
        tests("integration/test_connections.py"),
    ),
    _mutation(
        "C2",
        "commit in finally",
        DATABASE,
        "                except BaseException:\n"
        "                    await connection.roll_back(transaction)\n"
        "                    raise\n"
        "                commit_begins()\n"
        "                with commit_errors_translated(), connection.statement():\n"
        "                    await transaction.commit()",
        "                finally:\n                    await transaction.commit()",
        tests("integration/test_unit_of_work.py"),
    ),
    _mutation(
        "C2",
        "commit error swallowed",
        DATABASE,
        "                with commit_errors_translated(), connection.statement():",
        "                with __import__('contextlib').suppress(Exception):",
        tests("integration/test_unit_of_work.py"),
    ),
    _mutation(
        "C2",
        "lost commit taken for one that may be repeated",
        DATABASE,
        "                with commit_errors_translated(), connection.statement():",
        "                with connection.statement():",
        tests("integration/test_disconnects.py"),
    ),
    _mutation(
        "C2",
        "write on the read path",
        SESSION,
        "        if not is_read(query):",
        "        if False:",
        tests("integration/test_scope.py"),
    ),
    _mutation(
        "C3",
        "savepoint that is none",
        "src/my_service/db/unit_of_work.py",
        "                await self.connection.roll_back(savepoint)\n                raise",
        "                raise",
        tests("integration/test_unit_of_work.py"),
    ),
    _mutation(
        "C4",
        "connection shared by two tasks",
        SESSION,
        "        if owner is not user and",
        "        if False and",
        tests("integration/test_fan_out.py"),
    ),
    _mutation(
        "C5",
        "connection returned in a transaction",
        CONNECTIONS,
        "connection.is_closed() or connection.is_in_transaction() or",
        "connection.is_closed() or",
        tests("integration/test_pool.py"),
    ),
    _mutation(
        "C5",
        "connection of a cancelled read handed on",
        DATABASE,
        "discard=self._opened.interrupted",
        "discard=False",
        tests("integration/test_connections.py"),
    ),
    _mutation(
        "C5",
        "overflow that is kept open",
        CONNECTIONS,
        "len(self._idle) >= self._keep",
        "False",
        tests("integration/test_reuse.py"),
    ),
    _mutation(
        "C7",
        "rows locked one by one",
        "src/my_service/db/locking.py",
        "    rows = await unit.connection.fetch(statement, list(set(ids)))",
        "    rows = [row for one in ids for row in await unit.connection.fetch(statement, [one])]",
        tests("integration/test_locking.py"),
    ),
    _mutation(
        "C7",
        "rows read without a lock",
        "src/my_service/db/locking.py",
        " ORDER BY id FOR NO KEY UPDATE",
        " ORDER BY id",
        tests("integration/test_locking.py"),
    ),
    _mutation(
        "C8",
        "lost race taken for a bug",
        SQLSTATES,
        '_CONTENDED = {"40001", "40P01"}',
        '_CONTENDED = {"40P01"}',
        tests("integration/test_retry.py"),
    ),
    _mutation(
        "C8",
        "deadlock taken for a bug",
        SQLSTATES,
        '_CONTENDED = {"40001", "40P01"}',
        '_CONTENDED = {"40001"}',
        tests("integration/test_retry.py"),
    ),
    _mutation(
        "C8",
        "isolation that is not asked for",
        DATABASE,
        '_LEVELS[isolation or "READ COMMITTED"]',
        '_LEVELS["READ COMMITTED"]',
        tests("integration/test_retry.py"),
    ),
    _mutation(
        "C9",
        "affected rows not checked",
        "src/my_service/db/rows.py",
        '    if status.rpartition(" ")[2] != str(expected):',
        "    if False:",
        tests("integration/test_rows.py"),
    ),
    _mutation(
        "C9",
        "missing row taken for granted",
        "src/my_service/db/rows.py",
        "    if row is None:\n        raise NotFound(message)\n    return row",
        "    assert row is not None\n    return row",
        tests("integration/test_rows.py"),
    ),
    _mutation(
        "C10",
        "SQLAlchemy in the service",
        "src/my_service/db/connect.py",
        "from typing import Any",
        "from typing import Any\n\nimport sqlalchemy",
        LINT,
    ),
    _mutation(
        "C10",
        "migrations imported by the process that serves",
        "src/my_service/runtime/doctor.py",
        "from ..db import Unavailable\n",
        "from ..db import Unavailable, migrate\n",
        tests("integration/test_without_sqlalchemy.py"),
    ),
    _mutation(
        "C11",
        "closed connection handed out",
        CONNECTIONS,
        "connection.is_closed() or connection.is_in_transaction()",
        "connection.is_in_transaction()",
        tests("integration/test_disconnects.py"),
    ),
    _mutation(
        "D2",
        "lost connection taken for a bug",
        SQLSTATES,
        " or sqlstate.startswith(_CONNECTION_EXCEPTION):",
        ":",
        tests("integration/test_disconnects.py"),
    ),
    _mutation(
        "D2",
        "connection that the server is ending taken for a bug",
        TRANSLATE,
        "_LOST = (OSError, asyncpg.InternalClientError)",
        "_LOST = (OSError,)",
        tests("integration/test_disconnects.py"),
    ),
    _mutation(
        "E1",
        "rows quoted in the log",
        SQLSTATES,
        "            error.detail = None  # quotes whole rows\n",
        "            pass\n",
        tests("integration/test_errors.py"),
    ),
]

"""The wrong forms, as data: what is replaced in a rendered project, and which of its checks has to fail."""

from dataclasses import dataclass, field

from ..profiles import Answers


@dataclass(frozen=True)
class Mutation:
    """`right` stands in `file` once and becomes `wrong`; then `check` fails."""

    pattern: str
    name: str
    file: str
    right: str
    wrong: str
    check: tuple[str, ...]
    answers: Answers = field(default_factory=dict[str, object])
    """The project in which it is tried."""


DATABASE = "src/my_service/db/database.py"
POOL = "src/my_service/db/pool.py"
CHECKOUT = "src/my_service/db/checkout.py"
CONNECT = "src/my_service/db/connect.py"
CONCURRENCY = "src/my_service/db/concurrency.py"
GUARD = "src/my_service/db/guard.py"
LINT = ("ruff", "check", "--no-cache", "src")


def tests(*paths: str) -> tuple[str, ...]:
    """Return the command that runs some of the project's tests, until the first fails."""
    return (
        "pytest",
        "-q",
        "-x",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        *(f"tests/{p}" for p in paths),
    )


MUTATIONS = [
    Mutation(
        "A1",
        "database used in another loop",
        CHECKOUT,
        "if asyncio.get_running_loop() is not self._loop:",
        "if False:",
        tests("integration/test_event_loop.py"),
    ),
    Mutation(
        "A2",
        "blocking call in a request",
        CHECKOUT,
        "        self.require_no_connection()\n        timeout = ",
        "        __import__('time').sleep(0.001)\n        timeout = ",
        tests("integration/test_unit_of_work.py"),
    ),
    Mutation(
        "A2",
        "blocking call that the linter sees",
        "src/my_service/web/health.py",
        '    return {"status": "alive"}',
        '    import time\n    time.sleep(1)\n    return {"status": "alive"}',
        LINT,
    ),
    Mutation(
        "B1",
        "task without an owner",
        "src/my_service/web/health.py",
        '    return {"status": "alive"}',
        '    import asyncio\n    asyncio.create_task(asyncio.sleep(1))\n    return {"status": "alive"}',
        LINT,
    ),
    Mutation(
        "B4",
        "branches that outlive a failed sibling",
        CONCURRENCY,
        "        async with asyncio.TaskGroup() as group:\n"
        "            tasks = [group.create_task(run) for run in runs]",
        "        tasks = [asyncio.ensure_future(run) for run in runs]\n"
        "        await asyncio.gather(*tasks)",
        tests("integration/test_fan_out.py"),
    ),
    Mutation(
        "C1",
        "second connection in one task",
        CHECKOUT,
        "        self.require_no_connection()\n        timeout = ",
        "        timeout = ",
        tests("integration/test_scope.py::test_second_unit_in_the_same_task_is_refused"),
    ),
    Mutation(
        "C1",
        "session that is not closed",
        DATABASE,
        "            await session.close()",
        "            pass",
        tests("integration/test_scope.py"),
    ),
    Mutation(
        "C2",
        "commit in finally",
        DATABASE,
        "                yield UnitOfWork(session, effects)\n"
        "                await session.flush()  # what fails here was certainly not committed\n"
        "                commit_begins()\n"
        "                with commit_errors_translated(), driver_errors_translated():\n"
        "                    await session.commit()",
        "                try:\n                    yield UnitOfWork(session, effects)\n"
        "                finally:\n                    await session.commit()",
        tests("integration/test_unit_of_work.py"),
    ),
    Mutation(
        "C2",
        "commit error swallowed",
        DATABASE,
        "                with commit_errors_translated(), driver_errors_translated():\n",
        "                with __import__('contextlib').suppress(Exception):\n",
        tests("integration/test_unit_of_work.py"),
    ),
    Mutation(
        "C2",
        "write on the read path",
        "src/my_service/db/session.py",
        'if state.session.info["read_only"] and',
        "if False and",
        tests("integration/test_scope.py"),
    ),
    Mutation(
        "C3",
        "attributes expire at the commit",
        DATABASE,
        "expire_on_commit=False",
        "expire_on_commit=True",
        tests("integration/test_unit_of_work.py"),
    ),
    Mutation(
        "C3",
        "savepoint that is none",
        "src/my_service/db/unit_of_work.py",
        "            async with self.session.begin_nested():\n                yield",
        "            yield",
        tests("integration/test_unit_of_work.py"),
    ),
    Mutation(
        "C4",
        "independent reads one after another",
        CONCURRENCY,
        "            tasks = [group.create_task(run) for run in runs]",
        "            tasks = []\n            for run in runs:\n"
        "                tasks.append(group.create_task(run))\n"
        "                await asyncio.wait(tasks)",
        tests("integration/test_fan_out.py"),
    ),
    Mutation(
        "C4",
        "session shared by two tasks",
        "src/my_service/db/session.py",
        "if owner is not user and",
        "if False and",
        tests("integration/test_fan_out.py"),
    ),
    Mutation(
        "C4",
        "snapshot whose branches are not admitted together",
        CHECKOUT,
        "self.admission.admit(connections, ",
        "self.admission.admit(1, ",
        tests("integration/test_one_snapshot.py"),
    ),
    Mutation(
        "C4",
        "fan-out while a connection is held",
        "src/my_service/db/fan_out.py",
        "    database.require_no_connection()\n\n    async def run",
        "    async def run",
        tests("integration/test_fan_out.py"),
    ),
    Mutation(
        "C5",
        "admission that newcomers pass by",
        "src/my_service/db/admission.py",
        "if not self._waiters and self._free >= permits:",
        "if self._free >= permits:",
        tests("unit/test_admission.py"),
    ),
    Mutation(
        "C5",
        "permit lost when a waiter is cancelled",
        "src/my_service/db/admission.py",
        "                self.release(permits)\n            else:",
        "                pass\n            else:",
        tests("unit/test_admission.py"),
    ),
    Mutation(
        "C5",
        "exhausted pool that waits for ever",
        "src/my_service/db/admission.py",
        "loop.call_later(timeout, ",
        "loop.call_later(3600, ",
        tests("integration/test_pool.py"),
    ),
    Mutation(
        "C5",
        "probe that waits as long as a request",
        "src/my_service/runtime/readiness.py",
        "            async with deadline(TIMEOUT):",
        "            async with deadline(3600):",
        tests("integration/test_health.py"),
    ),
    Mutation(
        "C5",
        "connection returned in a transaction",
        "src/my_service/db/disconnects.py",
        '    event.listen(engine.sync_engine, "checkin", _discard_unusable_connection)\n',
        "",
        tests("integration/test_pool.py"),
    ),
    Mutation(
        "C6",
        "step that outlasts the deadline",
        "src/my_service/db/deadline.py",
        "    return max(0.0, min(timeout, when - asyncio.get_running_loop().time()))",
        "    return timeout",
        tests("unit/test_deadline.py"),
    ),
    Mutation(
        "C6",
        "no lock timeout",
        CONNECT,
        '        "lock_timeout": _milliseconds(settings.lock_timeout),\n',
        "",
        tests("integration/test_deadlines.py"),
    ),
    Mutation(
        "C6",
        "no statement timeout",
        CONNECT,
        '        "statement_timeout": _milliseconds(settings.statement_timeout),\n',
        "",
        tests("integration/test_deadlines.py"),
    ),
    Mutation(
        "C6",
        "no command timeout",
        CONNECT,
        '        "command_timeout": settings.command_timeout,\n',
        "",
        tests("integration/test_deadlines.py"),
    ),
    Mutation(
        "C6",
        "request without a deadline",
        "src/my_service/web/context.py",
        "deadline(self._timeout) as limit",
        "deadline(3600) as limit",
        tests("integration/test_deadlines.py"),
    ),
    Mutation(
        "C6",
        "work for a client that is gone",
        "src/my_service/web/exchange.py",
        "            raise ClientGoneError",
        "            return",
        tests("integration/test_deadlines.py"),
    ),
    Mutation(
        "C6",
        "client that left behind a body that nobody reads",
        "src/my_service/web/exchange.py",
        "                self._body.put_nowait(message)\n",
        "                self._body.put_nowait(message)\n"
        "                while not self._body.empty():\n"
        "                    await asyncio.sleep(0.01)\n",
        tests("integration/test_deadlines.py"),
    ),
    Mutation(
        "C6",
        "body that is too long and waited for",
        "src/my_service/web/exchange.py",
        "        if self._body_length > self._body_limit:",
        "        if False:",
        tests("integration/test_uploads.py"),
    ),
    Mutation(
        "C6",
        "slow upload taken for a failure of the service",
        "src/my_service/web/context.py",
        "slow_upload_problem() if uploading else domain_problem(exceeded)",
        "domain_problem(exceeded)",
        tests("integration/test_uploads.py"),
    ),
    Mutation(
        "C6",
        "reader that stops and keeps its connection",
        "src/my_service/web/answer_time.py",
        "min(self._end, _now() + self._part)",
        "self._end",
        tests("integration/test_streaming.py"),
    ),
    Mutation(
        "C6",
        "streams that take every connection",
        DATABASE,
        "self._checkout.stream_admitted(), self.unit_of_work()",
        "self.unit_of_work()",
        tests("integration/test_streaming.py"),
    ),
    Mutation(
        "C7",
        "rows locked one by one",
        "src/my_service/db/locking.py",
        "    return {row.id: row for row in await unit.session.scalars(statement)}",
        "    rows = {}\n    for one in ids:\n"
        "        for row in await unit.session.scalars(statement.where(entity.id == one)):\n"
        "            rows[one] = row\n    return rows",
        tests("integration/test_locking.py"),
    ),
    Mutation(
        "C7",
        "stale values after the lock",
        "src/my_service/db/locking.py",
        "populate_existing=True",
        "populate_existing=False",
        tests("integration/test_locking.py"),
    ),
    Mutation(
        "C8",
        "no retry",
        "src/my_service/db/retry.py",
        "if attempt == attempts or",
        "if True or",
        tests("integration/test_retry.py"),
    ),
    Mutation(
        "C8",
        "retry beyond the deadline",
        "src/my_service/db/retry.py",
        "if attempt == attempts or remaining(delay) < delay:",
        "if attempt == attempts:",
        tests("integration/test_retry.py"),
    ),
    Mutation(
        "C9",
        "affected rows not checked",
        "src/my_service/db/rows.py",
        "if result.rowcount != expected:",
        "if False:",
        tests("integration/test_rows.py"),
    ),
    Mutation(
        "C9",
        "missing row taken for granted",
        "src/my_service/db/rows.py",
        "    if row is None:\n        raise NotFound(message)\n    return row",
        "    assert row is not None\n    return row",
        tests("integration/test_rows.py"),
    ),
    Mutation(
        "C9",
        "problems that are documented as plain JSON",
        "src/my_service/web/app.py",
        'content[MEDIA_TYPE] = content.pop("application/json")',
        "pass",
        tests("integration/test_openapi.py"),
    ),
    Mutation(
        "C10",
        "relationship that loads on access",
        "src/my_service/db/base.py",
        '@event.listens_for(Base, "mapper_configured", propagate=True)\n',
        "",
        tests("unit/test_models.py"),
    ),
    Mutation(
        "C10",
        "sync driver",
        "src/my_service/db/connect.py",
        "from typing import Any",
        "from typing import Any\n\nimport psycopg2",
        LINT,
    ),
    Mutation(
        "C11",
        "closed connection handed out",
        "src/my_service/db/disconnects.py",
        "    return connection.is_closed() or connection.is_in_transaction()",
        "    return not connection.is_closed() and connection.is_in_transaction()",
        tests("integration/test_disconnects.py"),
    ),
    Mutation(
        "D1",
        "connection without a guard",
        CONNECT,
        "            GuardedConnection, settings.silence_timeout,",
        "            Connection, settings.silence_timeout,",
        tests("integration/test_cancellation.py"),
    ),
    Mutation(
        "C5",
        "connection kept after a refused BEGIN",
        GUARD,
        "            if not nested:\n                self._connection.terminate()\n            raise",
        "            raise",
        tests("integration/test_pool.py"),
    ),
    Mutation(
        "D1",
        "rollback without a bound",
        GUARD,
        "            async with asyncio.timeout(ROLLBACK_GRACE):",
        "            if True:",
        tests("integration/test_cancellation.py"),
    ),
    Mutation(
        "D1",
        "failed rollback that replaces the cancellation",
        GUARD,
        "        except DRIVER_ERRORS as error:",
        "        except ZeroDivisionError as error:",
        tests("integration/test_cancellation.py"),
    ),
    Mutation(
        "C2",
        "rollback taken for a commit",
        "src/my_service/db/guard.py",
        '        if self._connection.status == "ROLLBACK":',
        "        if False:",
        tests("integration/test_unit_of_work.py"),
    ),
    Mutation(
        "C2",
        "commit whose time was over taken for abandoned",
        "src/my_service/db/deadline.py",
        "        if begun:",
        "        if False:",
        tests("integration/test_unit_of_work.py"),
    ),
    Mutation(
        "C2",
        "failure before the commit taken for one of the commit",
        DATABASE,
        "                await session.flush()  # what fails here was certainly not committed\n",
        "",
        tests("integration/test_orm.py"),
    ),
    Mutation(
        "C3",
        "error of a savepoint that is not ours",
        "src/my_service/db/unit_of_work.py",
        "with self._effects.of_savepoint(), driver_errors_translated():",
        "with self._effects.of_savepoint():",
        tests("integration/test_unit_of_work.py"),
    ),
]

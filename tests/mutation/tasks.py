"""Wrong forms of background tasks and of what happens after a commit."""

from ..profiles import Answers
from .mutations import DATABASE, Mutation, tests

ASYNCPG: Answers = {"data_layer": "asyncpg"}
SUPERVISOR = "src/my_service/tasks/supervisor.py"
EFFECTS = "src/my_service/db/effects.py"
UNIT = "src/my_service/db/unit_of_work.py"
LEDGER = "src/my_service/ledger"

MUTATIONS = [
    Mutation(
        "A2",
        "loop that is blocked in silence",
        "src/my_service/runtime/loop_monitor.py",
        "        thread.start()\n",
        "",
        tests("integration/test_loop_monitor.py"),
    ),
    Mutation(
        "B1",
        "task that nobody holds",
        SUPERVISOR,
        "        self._tasks.add(task)\n",
        "",
        tests("unit/test_supervisor.py"),
    ),
    Mutation(
        "B1",
        "failure that nobody hears of",
        SUPERVISOR,
        '                log.exception("task_failed")\n',
        "",
        tests("unit/test_supervisor.py"),
    ),
    Mutation(
        "B1",
        "any number of tasks at once",
        SUPERVISOR,
        "        async with self._turns:",
        "        if True:",
        tests("unit/test_supervisor.py"),
    ),
    Mutation(
        "B1",
        "queue without an end",
        SUPERVISOR,
        "                await self._places.acquire()",
        "                pass",
        tests("unit/test_supervisor.py"),
    ),
    Mutation(
        "B1",
        "task under the deadline of its request",
        SUPERVISOR,
        "    forget_deadline()\n",
        "",
        tests("unit/test_supervisor.py"),
    ),
    Mutation(
        "B1",
        "tasks abandoned at the end",
        SUPERVISOR,
        "            await supervisor.drain()",
        "            pass",
        tests("unit/test_supervisor.py"),
    ),
    Mutation(
        "B1",
        "service that is started again for ever",
        SUPERVISOR,
        "            if failures >= restart.attempts:",
        "            if False:",
        tests("unit/test_supervisor.py"),
    ),
    Mutation(
        "B1",
        "service given up in silence",
        "src/my_service/runtime/readiness.py",
        "        if given_up := self._supervisor.given_up:",
        "        if given_up := set[str]():",
        tests("integration/test_health.py"),
    ),
    Mutation(
        "B2",
        "effect before the commit",
        DATABASE,
        "                yield UnitOfWork(session, effects)\n",
        "                yield UnitOfWork(session, effects)\n                effects.start()\n",
        tests("integration/test_effects.py"),
    ),
    Mutation(
        "B2",
        "effect of a unit that was rolled back",
        EFFECTS,
        "    finally:\n        effects.drop()",
        "    finally:\n        effects.start()",
        tests("integration/test_effects.py"),
    ),
    Mutation(
        "B2",
        "effect of a savepoint that was rolled back",
        EFFECTS,
        "            self.drop(kept)\n",
        "",
        tests("integration/test_effects.py"),
    ),
    Mutation(
        "B2",
        "place that a dropped effect keeps",
        EFFECTS,
        "            self._runner.give_back()",
        "            pass",
        tests("integration/test_effects.py"),
    ),
    Mutation(
        "B2",
        "request that waits for its effect",
        f"{LEDGER}/background.py",
        '    await unit.after_commit("produce_statement", partial(_produce, database, statement_id))',
        "    async def now() -> None:\n        await _produce(database, statement_id)\n\n"
        "    del unit\n    await __import__('asyncio').get_running_loop().create_task(now())",
        tests("ledger/test_statements.py"),
    ),
    Mutation(
        "B2",
        "effect before the commit",
        DATABASE,
        "                    yield UnitOfWork(connection, effects)\n",
        "                    yield UnitOfWork(connection, effects)\n"
        "                    effects.start()\n",
        tests("integration/test_effects.py"),
        ASYNCPG,
    ),
    Mutation(
        "B2",
        "savepoint that keeps its effects",
        UNIT,
        "        with self._effects.of_savepoint():",
        "        if True:",
        tests("integration/test_effects.py"),
        ASYNCPG,
    ),
]

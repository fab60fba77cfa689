"""Wrong forms of durable jobs."""

from .mutations import Mutation, tests

DURABLE = {"durable_jobs": True}
WORKER = "src/my_service/tasks/jobs_worker.py"
RUNNER = "src/my_service/tasks/jobs_runner.py"
HISTORY = "src/my_service/tasks/jobs_history.py"
CONNECTION = "src/my_service/tasks/jobs_connection.py"
IN_PROCESS = tests("integration/test_jobs.py")
FAILING = tests("integration/test_failing_jobs.py")
KILLED = "integration/test_workers.py::test_no_job_is_lost_with_a_worker_that_is_killed"
KILLING = (
    "integration/test_workers.py::test_job_that_kills_its_workers_is_dead_after_its_last_attempt"
)

MUTATIONS = [
    Mutation(
        "B3",
        "job enqueued on the driver's connection, before the session's transaction",
        "src/my_service/tasks/jobs_unit.py",
        "    result = await connection.exec_driver_sql(statement, arguments)\n",
        "    raw = await connection.get_raw_connection()\n"
        "    return [dict(row) for row in await raw.driver_connection.fetch(statement, *arguments)]\n",
        IN_PROCESS,
        DURABLE,
    ),
    Mutation(
        "B3",
        "JSON written twice by the codecs",
        "src/my_service/tasks/jobs_unit.py",
        "    return json.loads(text)",
        "    return text",
        IN_PROCESS,
        {**DURABLE, "data_layer": "asyncpg"},
    ),
    Mutation(
        "B3",
        "dedupe key shared by all kinds of jobs",
        "src/my_service/tasks/jobs.py",
        'return f"{name}:{short}"',
        "return short",
        IN_PROCESS,
        DURABLE,
    ),
    Mutation(
        "B3",
        "jobs of a dead worker that nobody takes over",
        WORKER,
        "heartbeat_timeout=timedelta(seconds=heartbeat_timeout)",
        "heartbeat_timeout=timedelta(days=1)",
        tests(KILLED),
        DURABLE,
    ),
    Mutation(
        "B3",
        "attempts without a limit",
        RUNNER,
        "            if number == job.attempts:",
        "            if False:",
        IN_PROCESS,
        DURABLE,
    ),
    Mutation(
        "B3",
        "error of a job handed to the queue as it is",
        RUNNER,
        "raise DeadJobError(_text(error)) from None",
        "raise",
        FAILING,
        DURABLE,
    ),
    Mutation(
        "B3",
        "values of a payload in the log",
        RUNNER,
        'raise PayloadError("; ".join(problems)) from None',
        "raise",
        FAILING,
        DURABLE,
    ),
    Mutation(
        "B3",
        "backlog that dies in an outage of the database",
        RUNNER,
        "            await asyncio.sleep(backoff(look,",
        "            return\n            await asyncio.sleep(backoff(look,",
        FAILING,
        DURABLE,
    ),
    Mutation(
        "B3",
        "death of a job that its data do not hear of",
        RUNNER,
        "            await job.on_dead(context, payload)",
        "            pass",
        tests("ledger/test_statement_jobs.py"),
        DURABLE,
    ),
    Mutation(
        "B3",
        "attempt that ended with its worker is not counted",
        HISTORY,
        "greatest($2::int + 1, count(*) FILTER (WHERE status = 'picked'))",
        "$2::int + 1",
        tests(KILLING),
        DURABLE,
    ),
    Mutation(
        "B3",
        "attempt that ended with its worker is forgotten when the next one fails",
        HISTORY,
        "WHERE job_id = $1 AND status = 'queued' AND traceback IS NULL",
        "WHERE job_id = $1 AND status = 'queued'",
        FAILING,
        DURABLE,
    ),
    Mutation(
        "B3",
        "job without a timeout",
        RUNNER,
        "            async with deadline(job.timeout):",
        "            async with deadline(3600.0):",
        IN_PROCESS,
        DURABLE,
    ),
    Mutation(
        "B3",
        "interrupted job taken for one that nobody wants",
        RUNNER,
        "        except asyncio.CancelledError:",
        "        except asyncio.InvalidStateError:",
        IN_PROCESS,
        DURABLE,
    ),
    Mutation(
        "B3",
        "failure logged twice",
        WORKER,
        "    logger.addFilter(_is_not_logged_yet)\n",
        "",
        IN_PROCESS,
        DURABLE,
    ),
    Mutation(
        "B3",
        "jobs of the same key at the same time",
        WORKER,
        "    limit = 0 if name == job.name else 1\n",
        "    limit = 0\n",
        IN_PROCESS,
        DURABLE,
    ),
    Mutation(
        "B3",
        "period that every worker begins",
        "src/my_service/tasks/jobs_periods.py",
        "WHERE job = $1 AND begun < $2 RETURNING",
        "WHERE job = $1 RETURNING",
        IN_PROCESS,
        DURABLE,
    ),
    Mutation(
        "B3",
        "listener lost with its connection",
        CONNECTION,
        "                for channel, relay in self._listeners:",
        "                for channel, relay in ():",
        IN_PROCESS,
        DURABLE,
    ),
    Mutation(
        "B3",
        "worker that does not outlive its connection",
        CONNECTION,
        "                    if not self._passes(connection, error):",
        "                    if True:",
        IN_PROCESS,
        DURABLE,
    ),
    Mutation(
        "B3",
        "history that is never cleared",
        HISTORY,
        "WHERE created < now() - $1::interval LIMIT",
        "WHERE created < now() - 2 * $1::interval LIMIT",
        IN_PROCESS,
        DURABLE,
    ),
]

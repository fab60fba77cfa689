"""Wrong forms of the pool modes, of what they need around them, and of fan-outs on one snapshot."""

from .mutations import CHECKOUT, CONNECT, POOL, Mutation, tests

NULLPOOL = {"pool": "nullpool"}
PGBOUNCER = {"pool": "pgbouncer"}

MUTATIONS = [
    Mutation(
        "C4",
        "branches that must agree on snapshots of their own",
        "src/my_service/db/one_snapshot.py",
        "            await use_snapshot(reader, await self._name)",
        "            await self._name",
        tests("integration/test_one_snapshot.py"),
    ),
    Mutation(
        "C5",
        "connection for each unit of work without a bound",
        CHECKOUT,
        "Admission(settings.connections)",
        "Admission(100_000)",
        tests("integration/test_burst.py"),
        NULLPOOL,
    ),
    Mutation(
        "C5",
        "statements kept prepared by the driver behind PgBouncer",
        "src/my_service/db/pooler.py",
        '        "statement_cache_size": 0,\n',
        "",
        tests("integration/test_pgbouncer.py"),
        PGBOUNCER,
    ),
    Mutation(
        "C5",
        "statements kept prepared by SQLAlchemy behind PgBouncer",
        POOL,
        '            "prepared_statement_cache_size": 0,\n',
        "",
        tests("integration/test_pgbouncer.py"),
        PGBOUNCER,
    ),
    Mutation(
        "C5",
        "statement of a cursor left behind PgBouncer",
        "src/my_service/db/session.py",
        'driver.prepare(query, name="")',
        "driver.prepare(query, name='export')",
        tests("integration/test_pgbouncer.py"),
        {**PGBOUNCER, "data_layer": "asyncpg"},
    ),
    Mutation(
        "C5",
        "time limits sent to PgBouncer at log-in",
        "src/my_service/db/pooler.py",
        '            "application_name": settings.application_name,\n',
        '            "application_name": settings.application_name,\n'
        '            "statement_timeout": "1000",\n',
        tests("integration/test_health.py"),
        PGBOUNCER,
    ),
    Mutation(
        "C5",
        "migrations that leave the role without time limits",
        "src/my_service/db/role_settings.py",
        "        await connection.execute(statement)\n",
        "        pass\n",
        tests("integration/test_pgbouncer.py"),
        PGBOUNCER,
    ),
    Mutation(
        "C5",
        "connections of all processes not counted",
        "src/my_service/db/budget.py",
        "        return self.processes * self.connections <= self.available",
        "        return True",
        tests("integration/test_connection_budget.py"),
    ),
    Mutation(
        "C6",
        "silent peer that nobody notices",
        "src/my_service/db/keepalive.py",
        '            _set_options(transport.get_extra_info("socket"), chosen)',
        "            pass",
        tests("integration/test_silence.py"),
    ),
    Mutation(
        "C6",
        "server that works on for a client that vanished",
        CONNECT,
        '        "client_connection_check_interval": '
        "_milliseconds(min(1.0, settings.statement_timeout)),\n",
        "",
        tests("integration/test_silence.py"),
    ),
    Mutation(
        "C6",
        "silent host that hides the others",
        CONNECT,
        "host=address[0], port=address[1], target_session_attrs=kind,",
        "host=list(host), port=list(port), target_session_attrs=kind,",
        tests("integration/test_silence.py"),
    ),
    Mutation(
        "C5",
        "connection used first that is used next",
        POOL,
        "pool_use_lifo=True",
        "pool_use_lifo=False",
        tests("integration/test_reuse.py"),
    ),
    Mutation(
        "C5",
        "connection that is never too old",
        POOL,
        "        pool_recycle=settings.pool_recycle,\n",
        "",
        tests("integration/test_reuse.py"),
    ),
    Mutation(
        "C5",
        "overflow that is kept open",
        POOL,
        "pool_size=settings.kept,",
        "pool_size=settings.connections,",
        tests("integration/test_reuse.py"),
    ),
]

"""Wrong forms of what is done about errors of the driver and of the server."""

from .mutations import Mutation, tests

DISCONNECTS = "src/my_service/db/disconnects.py"
SQLSTATES = "src/my_service/db/sqlstates.py"
TRANSLATE = "src/my_service/db/translate.py"

MUTATIONS = [
    Mutation(
        "D2",
        "built-in error of the driver taken for a bug",
        DISCONNECTS,
        "    if isinstance(error, OSError) or isinstance(error.__cause__, asyncpg.InternalClientError):",
        "    if False:",
        tests("integration/test_orm.py"),
    ),
    Mutation(
        "D2",
        "connection that was closed meanwhile taken for a bug",
        TRANSLATE,
        "        return error.connection_invalidated",
        "        return False",
        tests("integration/test_disconnects.py"),
    ),
    Mutation(
        "D2",
        "errors of a stream that are not ours",
        TRANSLATE,
        "except (DBAPIError, *_FROM_STREAMS) as error:",
        "except DBAPIError as error:",
        tests("integration/test_orm.py"),
    ),
    Mutation(
        "E1",
        "rows quoted in the log",
        SQLSTATES,
        "            error.detail = None  # quotes whole rows\n",
        "            pass\n",
        tests("integration/test_orm.py"),
    ),
    Mutation(
        "E1",
        "value that cannot be sent in the error",
        SQLSTATES,
        '_VALUE.sub(r"\\1", str(text))',
        "str(text)",
        tests("integration/test_request_logs.py"),
    ),
    Mutation(
        "E1",
        "event that shows what its objects hide",
        "src/my_service/runtime/logs.py",
        "    plain = _PLAIN.issuperset(map(type, event.values()))",
        "    plain = True",
        tests("unit/test_logs.py"),
    ),
    Mutation(
        "E1",
        "event lost for a text that is no Unicode",
        "src/my_service/runtime/logs.py",
        "except ValueError:  # half",
        "except ImportError:  # half",
        tests("unit/test_logs.py"),
    ),
    Mutation(
        "C6",
        "timeout that the end of the deadline causes taken for another",
        "src/my_service/db/deadline.py",
        "        if isinstance(error, TimeoutError) and self._limit.expired():",
        "        if kind is not TimeoutError and isinstance(error, TimeoutError) and self._limit.expired():",
        tests("unit/test_deadline.py"),
    ),
    Mutation(
        "C5",
        "statement that was sent by half kept with its locks",
        DISCONNECTS,
        "        connection.invalidate()\n",
        "        pass\n",
        tests("integration/test_pool.py"),
    ),
    Mutation(
        "C5",
        "statement that was sent by half kept with its locks",
        "src/my_service/db/session.py",
        "        if not is_answer(error):",
        "        if isinstance(error, (asyncio.CancelledError, TimeoutError)):",
        tests("integration/test_pool.py"),
        {"data_layer": "asyncpg"},
    ),
    Mutation(
        "D2",
        "connection to a server that became a standby kept",
        DISCONNECTS,
        "  # neither are the others to that server\n        context.is_disconnect = True\n        return\n",
        "\n        return\n",
        tests("integration/test_standby.py"),
    ),
    Mutation(
        "D2",
        "connection to a server that became a standby kept",
        TRANSLATE,
        "            connection.terminate()\n        return ours",
        "            pass\n        return ours",
        tests("integration/test_standby.py"),
        {"data_layer": "asyncpg"},
    ),
    Mutation(
        "D2",
        "statement that is wrong taken for a lost connection",
        "src/my_service/db/failures.py",
        "        if ours is None and isinstance(error, asyncpg.PostgresError):",
        "        if False:",
        tests("integration/test_direct_connection.py"),
    ),
    Mutation(
        "C6",
        "silent host that takes the time of the others",
        "src/my_service/db/connect.py",
        "    return min(asked, settings.acquire_timeout / attempts)",
        "    return asked",
        tests("integration/test_silence.py"),
    ),
]

"""Wrong forms of the Tornado layer."""

from ..profiles import Answers
from .mutations import Mutation, tests

TORNADO: Answers = {"framework": "tornado"}
EXCHANGE = "src/my_service/web/exchange.py"
SERVER = "src/my_service/web/server.py"

MUTATIONS = [
    Mutation(
        "A2",
        "blocking call in a handler",
        "src/my_service/web/health.py",
        '        self.answer(dict[str, str], {"status": "alive"})',
        '        __import__("time").sleep(0.001)\n'
        '        self.answer(dict[str, str], {"status": "alive"})',
        tests("integration/test_health.py"),
        TORNADO,
    ),
    Mutation(
        "C2",
        "answer before the commit",
        EXCHANGE,
        "            self._require_no_unit()\n",
        "",
        tests("integration/test_handlers.py"),
        TORNADO,
    ),
    Mutation(
        "C6",
        "work that runs on when its client has left",
        EXCHANGE,
        "        self._client_gone = True\n        if self._limit is not None:\n            self.abandon()\n",
        "        self._client_gone = True\n        if self._limit is not None:\n            pass\n",
        tests("integration/test_deadlines.py"),
        TORNADO,
    ),
    Mutation(
        "C6",
        "client that left before its request was read",
        EXCHANGE,
        "if self._client_gone or self.connection.stream.closed():",
        "if self._client_gone:",
        tests("integration/test_scope.py"),
        TORNADO,
    ),
    Mutation(
        "C6",
        "request without a deadline",
        EXCHANGE,
        "async with deadline(self.context.timeout) as self._limit:",
        "async with asyncio.timeout(None) as self._limit:",
        tests("integration/test_deadlines.py"),
        TORNADO,
    ),
    Mutation(
        "C6",
        "body of any size",
        EXCHANGE,
        "        if len(self._received) > self.context.body_limit:",
        "        if False:",
        tests("integration/test_handlers.py"),
        TORNADO,
    ),
    Mutation(
        "C9",
        "body validated by nobody",
        "src/my_service/web/parsing.py",
        "        raise RefusedInput(errors) from None",
        "        return value  # type: ignore",
        tests("ledger/test_accounts.py"),
        TORNADO,
    ),
    Mutation(
        "D1",
        "interrupted stream that looks complete",
        EXCHANGE,
        "        if self._begun:\n            self._cut_off()\n        else:",
        "        if self._begun:\n            self.finish()\n        else:",
        tests("ledger/test_export.py"),
        TORNADO,
    ),
    Mutation(
        "C6",
        "stream faster than its reader",
        "src/my_service/web/streaming.py",
        "            handler.write(part)\n            await handler.flush()\n",
        "            handler.write(part)\n            _ = handler.flush()\n",
        tests("integration/test_streaming.py"),
        TORNADO,
    ),
    Mutation(
        "D4",
        "requests cut off at the stop",
        SERVER,
        "        busy = {request.connection for request in context.under_way}",
        "        busy: set[HTTP1ServerConnection] = set()",
        tests("integration/test_handlers.py"),
        TORNADO,
    ),
    Mutation(
        "D4",
        "stop that waits for idle connections",
        SERVER,
        "        for connection in server.connections - busy:",
        "        for connection in set[HTTP1ServerConnection]():",
        tests("integration/test_handlers.py"),
        TORNADO,
    ),
    Mutation(
        "D4",
        "connection that is closed without a word",
        EXCHANGE,
        "            if self.context.stopping or not self._received_all:",
        "            if self.context.stopping:",
        tests("integration/test_handlers.py"),
        TORNADO,
    ),
    Mutation(
        "E1",
        "failure that is not logged",
        EXCHANGE,
        "            self._outcome.error = value\n",
        "            pass\n",
        tests("integration/test_request_logs.py"),
        TORNADO,
    ),
]

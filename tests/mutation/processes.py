"""Wrong forms of a service that runs as several processes."""

from .mutations import Mutation, tests

PROCESSES = "src/my_service/runtime/processes.py"
CHECK = tests("integration/test_processes.py")

MUTATIONS = [
    Mutation(
        "D4",
        "signal that is not passed on",
        PROCESSES,
        "                process.terminate()\n",
        "                pass\n",
        CHECK,
    ),
    Mutation(
        "D4",
        "stop that is signalled twice taken for two",
        "src/my_service/runtime/signals.py",
        "            if time.monotonic() - asked_at > SAME_STOP:",
        "            if True:",
        CHECK,
    ),
    Mutation(
        "D4",
        "second signal that ends the parent alone",
        PROCESSES,
        "            process.kill()\n\n    within",
        "            pass\n\n    within",
        CHECK,
    ),
    Mutation(
        "D4",
        "dead process that is no failure",
        PROCESSES,
        "        raise ProcessEndedError(msg)",
        "        log.error(msg)",
        CHECK,
    ),
    Mutation(
        "D4",
        "processes that outlive their parent",
        PROCESSES,
        "        os.kill(os.getpid(), signal.SIGTERM)\n",
        "        pass\n",
        CHECK,
    ),
    Mutation(
        "D4",
        "address that the parent keeps open",
        PROCESSES,
        "            listener.close()",
        "            listener.fileno()",
        CHECK,
    ),
    Mutation(
        "C5",
        "processes that the budget does not count",
        "src/my_service/settings.py",
        "        if self.server.processes > self.database.processes:",
        "        if False:",
        CHECK,
    ),
    Mutation(
        "D4",
        "request that is abandoned without an answer of ours",
        "src/my_service/web/context.py",
        '            problem = domain_problem(Unavailable("The service is being stopped."))\n',
        "            pass\n",
        tests("integration/test_shutdown.py::test_requests_that_take_too_long_are_rolled_back"),
    ),
]

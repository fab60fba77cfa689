"""Several processes that serve one address (C5, D4).

Each is an interpreter of its own, so that no running event loop is ever forked. All accept from one socket: a
connection goes to a process that is free, and none is refused because one of them stops.
"""

import asyncio
import os
import signal
import socket
import sys
import threading
from asyncio.subprocess import PIPE, Process

import structlog

from ..settings import Settings
from .signals import stop_on_signal

log = structlog.stdlib.get_logger()

PACKAGE = __name__.partition(".")[0]

END_GRACE = 1.0
"""Seconds beyond the shutdown timeout, after which a process ends itself, until it is killed."""


_STOPPED = (0, -signal.SIGTERM)  # the second, of one that had only begun


class ProcessEndedError(RuntimeError):
    """A process that should serve has ended by itself; the message says which and how."""


async def serve_in_processes(settings: Settings, listener: socket.socket) -> None:
    """Run `SERVER_PROCESSES` processes until SIGTERM or SIGINT, which are passed on.

    When one ends by itself, the others are stopped too and ProcessEndedError is raised: whoever runs the service
    starts it anew, and sees that there was a reason to.
    """
    stop = asyncio.Event()
    ended: list[str] = []
    processes: list[Process] = []

    async def watch(process: Process) -> None:
        status = await process.wait()
        if not stop.is_set() or status not in _STOPPED:
            ended.append(f"process {process.pid} {_how(status)}")
        stop.set()

    def kill() -> None:
        for process in _running(processes):
            process.kill()

    within = settings.server.shutdown_timeout + END_GRACE
    with stop_on_signal(stop.set, within=within + END_GRACE, before_exit=kill):
        async with asyncio.TaskGroup() as group:
            for _ in range(settings.server.processes):
                processes.append(await _start(listener))
            listener.close()  # theirs decide how long the address is listened on
            watched = [group.create_task(watch(process)) for process in processes]
            await stop.wait()
            for process in _running(processes):
                process.terminate()
            await asyncio.wait(watched, timeout=within)
            for process in _running(processes):
                log.error("process_killed", pid=process.pid)
                process.kill()
    if ended:
        msg = f"The service has stopped because a process failed: {', '.join(ended)}."
        raise ProcessEndedError(msg)


def take_over(descriptor: int) -> socket.socket:
    """In one of the processes: return the socket to serve on, and stop when the parent is gone.

    The parent holds the other end of stdin and never writes: it ends with the parent, by `kill -9` included.
    """

    def watch() -> None:
        os.read(sys.stdin.fileno(), 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()
    return socket.socket(fileno=descriptor)


async def _start(listener: socket.socket) -> Process:
    descriptor = listener.fileno()
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", PACKAGE, "serve", "--inherited", str(descriptor)),
        stdin=PIPE,
        pass_fds=[descriptor],
        start_new_session=True,  # Ctrl-C in a terminal reaches the parent alone, which passes it on once
    )


def _running(processes: list[Process]) -> list[Process]:
    return [process for process in processes if process.returncode is None]


def _how(status: int) -> str:
    return f"ended with status {status}" if status >= 0 else f"was ended by signal {-status}"

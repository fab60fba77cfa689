"""Which tasks a running service has, since when, and where each of them waits: for the command `tasks` (A3).

Each process answers on a Unix socket of its own, in a folder that only its user may enter. Who asks gets the list and
nothing else can be asked.
"""

import asyncio
import json
import os
import socket
import stat
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import structlog

from ..tasks.stacks import stack_of
from .loop_monitor import LoopMonitor

log = structlog.stdlib.get_logger()


class InspectionError(RuntimeError):
    """The tasks cannot be listed; the message says why."""


def inspection_folder() -> Path:
    """Return the folder of the sockets, which need not exist."""
    parent = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    return Path(parent) / f"{__name__.partition('.')[0]}-{os.geteuid()}"


def require_private(folder: Path) -> None:
    """Raise InspectionError unless the folder belongs to this user, and others cannot enter it."""
    found = folder.lstat()
    private = stat.S_ISDIR(found.st_mode) and not stat.S_IMODE(found.st_mode) & 0o077
    if not private or found.st_uid != os.geteuid():
        msg = f"{folder} has to be a folder of this user that nobody else may enter: remove it."
        raise InspectionError(msg)


@asynccontextmanager
async def inspectable(monitor: LoopMonitor | None) -> AsyncGenerator[None]:
    """Let the command `tasks` ask this process while the block lasts; go on without when that cannot be."""
    loop = asyncio.get_running_loop()
    try:
        listener = await asyncio.to_thread(_listen)
    except (OSError, InspectionError) as error:
        log.warning("tasks_cannot_be_listed", reason=str(error))
        yield
        return
    before = loop.get_task_factory()
    loop.set_task_factory(_create_task)
    server = await loop.create_unix_server(lambda: _Answer(monitor), sock=listener)
    try:
        yield
    finally:
        server.close()
        loop.set_task_factory(before)
        await asyncio.to_thread(_socket_path().unlink, missing_ok=True)


class _Task(asyncio.Task[Any]):
    """Knows when it began."""

    __slots__ = ("began",)

    began: float


def _create_task(loop: asyncio.AbstractEventLoop, work: Any, **options: Any) -> asyncio.Task[Any]:
    task = _Task(work, loop=loop, **options)
    task.began = time.monotonic()  # here, since a constructor would cost each request more
    return task


def _age_of(task: asyncio.Task[Any]) -> float | None:
    """Return the age in seconds; None when the task is older than the factory."""
    return time.monotonic() - task.began if isinstance(task, _Task) else None


class _Answer(asyncio.Protocol):
    """Writes the list and closes the connection."""

    def __init__(self, monitor: LoopMonitor | None) -> None:
        self._monitor = monitor

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        writing = cast("asyncio.WriteTransport", transport)  # uvloop's is no subclass
        tasks = [
            {"name": task.get_name(), "age": _age_of(task), "stack": stack_of(task)}
            for task in asyncio.all_tasks()
        ]
        lag = None if self._monitor is None else self._monitor.lag
        answer = {"pid": os.getpid(), "lag": lag, "tasks": tasks}
        writing.write(json.dumps(answer).encode())
        writing.close()


def _socket_path() -> Path:
    return inspection_folder() / f"{os.getpid()}.sock"


def _listen() -> socket.socket:
    folder, path = inspection_folder(), _socket_path()
    folder.mkdir(mode=0o700, exist_ok=True)
    require_private(folder)
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)  # of a process that was killed and had the same number
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(str(unfinished))
        unfinished.chmod(0o600)
        listener.listen()
        # one that refuses would be taken for that of a process that was killed
        unfinished.rename(path)
    except OSError:
        listener.close()
        raise
    return listener

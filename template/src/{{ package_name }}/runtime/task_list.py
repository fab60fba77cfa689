"""What the command `tasks` shows: the live tasks of each process of the service on this machine (A3)."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .inspection import InspectionError, inspection_folder, require_private

TIMEOUT = 5.0
"""Seconds after which a process that does not answer is taken for one whose event loop is blocked."""

_GONE = (ConnectionError, FileNotFoundError)


def task_list() -> Iterator[str]:
    """Yield the lines; raise InspectionError when there is no process to ask, or the folder is not safe."""
    folder = inspection_folder()
    if folder.exists():
        require_private(folder)
    answers = [lines for path in sorted(folder.glob("*.sock")) if (lines := _lines(path))]
    if not answers:
        msg = f"No process of this user's service is running here ({folder})."
        raise InspectionError(msg)
    for lines in answers:
        yield from lines


def _lines(path: Path) -> list[str]:
    """Ask one process; none when it has ended."""
    try:
        answer = _ask(path)
    except TimeoutError:
        return [f"process {path.stem} does not answer: its event loop is blocked"]
    except _GONE:
        path.unlink(missing_ok=True)  # it was killed
        return []
    tasks = sorted(answer["tasks"], key=lambda task: -(task["age"] or float("inf")))
    lag = "" if answer["lag"] is None else f", event loop {answer['lag']:.3f} s late"
    lines = [f"process {answer['pid']}, {len(tasks)} tasks{lag}"]
    for task in tasks:
        age = "start" if task["age"] is None else f"{task['age']:.1f} s"
        lines.append(f"{age:>10}  {task['name']}")
        lines += [f"            {call}" for call in task["stack"]]
    return lines


def _ask(path: Path) -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(TIMEOUT)
        connection.connect(str(path))
        parts = b"".join(iter(lambda: connection.recv(65536), b""))
    if not parts:
        raise ConnectionError  # it ends at this moment
    answer: dict[str, Any] = json.loads(parts)
    return answer

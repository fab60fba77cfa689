"""The folder of the server: held by one process at a time, filled once, freed of leftovers."""

import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from .account import Account
from .binaries import Binaries
from .errors import EmbeddedPostgresError, last_lines

LEFTOVER_GRACE = 10.0


@contextmanager
def locked(base: Path, account: Account) -> Generator[None]:
    path = base / "lock"
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EmbeddedPostgresError(
                f"{base} is already running with pid {path.read_text()}: stop the other `dev` first"
            ) from None
        account.own(path)
        path.write_text(str(os.getpid()))
        yield


def initialise(base: Path, binaries: Binaries, account: Account) -> None:
    """Create password and data; `data` appears by a rename, so that it is whole or not there."""
    unfinished, password = base / "data.unfinished", base / "password"
    shutil.rmtree(unfinished, ignore_errors=True)
    password.touch(mode=0o600)
    password.write_text(secrets.token_urlsafe(24))
    account.own(password)
    command = [binaries.program("initdb"), f"--pgdata={unfinished}", f"--pwfile={password}"]
    command += ["--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]
    if binaries.major >= 17:  # the same order on every machine, and upper() beyond ASCII
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    status, output = account.run(command)
    if status != 0:
        raise EmbeddedPostgresError(f"initdb failed in {base}: {last_lines(output)}")
    unfinished.rename(base / "data")


def stop_leftover(data: Path) -> None:
    """End a server that outlived its parent: we hold the lock, so nobody uses it any more."""
    pid, _ = pid_and_status(data)
    serving = f" -D {data} "
    if serving not in (command := _command_line(pid)):
        if command:  # another program has that pid by now; PostgreSQL would refuse to start
            (data / "postmaster.pid").unlink(missing_ok=True)
        return
    os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + LEFTOVER_GRACE
    while serving in _command_line(pid):
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(f"a leftover PostgreSQL does not stop: end process {pid}")
        time.sleep(0.02)


def _command_line(pid: int) -> str:
    """Return the words of a process with a space between them, "" when there is no such process."""
    if sys.platform != "linux":
        command = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
        return subprocess.run(command, capture_output=True, text=True).stdout
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def pid_and_status(data: Path) -> tuple[int, str]:
    """Return what the server last wrote into postmaster.pid; (0, "") when there is none."""
    with suppress(FileNotFoundError):
        lines = (data / "postmaster.pid").read_text().splitlines()
        if len(lines) > 7:  # the status is the eighth line, and the last to be written
            return int(lines[0]), lines[7].strip()
    return 0, ""

"""The server: it runs while a block lasts."""

import signal
import socket
import subprocess
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from .access import Access, access_to
from .account import Account, account_for, clean_environment
from .binaries import Binaries, find_binaries
from .data import initialise, locked, pid_and_status, stop_leftover
from .errors import EmbeddedPostgresError, last_lines

READY_TIMEOUT = 60.0
STOP_GRACE = 10.0
PORT_ATTEMPTS = 5
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
CREATE_DATABASE = r"""
SELECT format('CREATE DATABASE %I', :'name')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
"""


@contextmanager
def embedded_postgres(
    folder: Path,
    *,
    database: str = "postgres",
    durable: bool = True,
    settings: Mapping[str, str] | None = None,
) -> Generator[str]:
    """Run PostgreSQL while the block lasts and yield its URL; its data stay in `folder`.

    `durable=False` trades safety in a power cut for speed. `settings` are server settings; they
    show in the process list. On Linux the server ends with the *thread* that entered the block.
    Raises EmbeddedPostgresError: no binaries, folder in use, or not started within 60 seconds.
    """
    binaries = find_binaries()
    base = folder.resolve() / f"postgres-{binaries.major}"
    base.mkdir(mode=0o700, parents=True, exist_ok=True)
    account = account_for(base, binaries)
    chosen = {**({} if durable else NOT_DURABLE), **(settings or {})}
    with locked(base, account):
        if not (base / "data").exists():
            initialise(base, binaries, account)
        stop_leftover(base / "data")
        access = access_to(base, binaries, account)
        with _running(base, binaries, account, {**access.settings, **chosen}) as port:
            if database != "postgres":
                _create_database(database, binaries, port, access)
            yield access.url(port, database)


@contextmanager
def _running(
    base: Path, binaries: Binaries, account: Account, settings: Mapping[str, str]
) -> Generator[int]:
    """Run the server while the block lasts and yield its port."""
    for _ in range(PORT_ATTEMPTS):
        port = _free_port()
        process = _start(base, binaries, account, settings, port)
        try:
            if _becomes_ready(process, base):
                yield port
                return
        finally:
            _stop(process)
    raise EmbeddedPostgresError(f"no free port on 127.0.0.1 in {PORT_ATTEMPTS} attempts: try again")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(
    base: Path, binaries: Binaries, account: Account, settings: Mapping[str, str], port: int
) -> subprocess.Popen[bytes]:
    fixed = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": ""}
    options = [f"--{name}={value}" for name, value in {**settings, **fixed}.items()]
    with (base / "server.log").open("wb") as log:
        account.own(base / "server.log")
        command = [binaries.program("postgres"), "-D", str(base / "data"), *options]
        return account.start(command, output=log.fileno())


def _becomes_ready(process: subprocess.Popen[bytes], base: Path) -> bool:
    """Wait until the server accepts connections; False when another program took its port."""
    log = base / "server.log"
    deadline = time.monotonic() + READY_TIMEOUT
    while process.poll() is None:
        if pid_and_status(base / "data") == (process.pid, "ready"):
            return True
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(
                f"PostgreSQL was not ready within {READY_TIMEOUT:g} s: see its log, {log}"
            )
        time.sleep(0.01)
    text = log.read_text(errors="replace")
    if "could not create any TCP/IP sockets" in text:
        return False
    raise EmbeddedPostgresError(
        f"PostgreSQL did not start; its log, {log}, ends with:\n{last_lines(text)}"
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):  # fast, immediate, by force
        process.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_GRACE)
            return


def _create_database(name: str, binaries: Binaries, port: int, access: Access) -> None:
    # by name, too: libpq before 15 finds no address in a certificate
    address = f"host=localhost hostaddr=127.0.0.1 port={port} user=postgres dbname=postgres"
    answer = subprocess.run(
        [binaries.program("psql"), "-X", "-v", "ON_ERROR_STOP=1", "-v", f"name={name}", address],
        input=CREATE_DATABASE,
        env={**clean_environment(), **access.environment},
        capture_output=True,
        text=True,
    )
    if answer.returncode != 0:
        raise EmbeddedPostgresError(f"no database {name!r}: {last_lines(answer.stderr)}")

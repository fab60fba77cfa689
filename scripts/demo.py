"""Renders a project with default answers into build/demo, starts it, walks through its ledger.

Run by `make demo`. The template is taken from the working tree as it is; nothing is committed,
and nothing is written outside build/ and uv's cache.
"""

import argparse
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType
from typing import IO

from walk import StepFailed, walk_through_the_ledger

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
PROJECT = BUILD / "demo"
TEMPLATE = BUILD / "demo-template"
LOG = BUILD / "demo.log"
TEMPLATE_PARTS = ("includes", "template", "hooks")

HOST = "127.0.0.1"
READY_DEADLINE = 180.0  # seconds, from the start of the service until it is ready
STOP_GRACE = 30.0  # seconds, from SIGTERM until it is killed
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PROGRESS_INTERVAL = 5.0  # seconds between two signs of life

# Settings of the caller's shell that must not reach the demo: it uses its own database and
# environment, and git must not be pointed at another repository.
FOREIGN_SETTINGS = ("DATABASE_", "SERVER_", "LOG_", "PG", "GIT_", "VIRTUAL_ENV", "UV_PROJECT")


class DemoError(Exception):
    """The demo cannot go on; the message is one line that says what to do."""


def main() -> int:
    options = parse_options()
    for number in STOPPING:
        signal.signal(number, stop_once)
    try:
        demonstrate(options.port, check=options.check)
    except (DemoError, StepFailed) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except subprocess.TimeoutExpired:
        print(f"error: it was killed, after {STOP_GRACE:.0f} s without stopping", file=sys.stderr)
        return 1
    except BrokenPipeError:  # of a pager that was left: what is buffered has nowhere to go
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", default="8000", help="where to serve; 0 picks a free port")
    parser.add_argument("--check", action="store_true", help="stop after the last step")
    return parser.parse_args()


def stop_once(_number: int, _frame: FrameType | None) -> None:
    """Ends the demo. Signals often come twice (terminal and make, make and uv): once is enough."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def demonstrate(wanted_port: str, *, check: bool) -> None:
    if shutil.which("git") is None:
        raise DemoError("git is missing: install it, copier needs it")
    port = free_port(wanted_port)
    BUILD.mkdir(exist_ok=True)
    with only_one_demo(), LOG.open("w+", encoding="utf-8", errors="replace") as log:
        say("rendering the template with its default answers into build/demo")
        render()
        say("installing the project's dependencies")
        install(log)
        command = command_of(PROJECT)
        say(f"starting it: uv run {command} dev --port {port}  (its output: build/demo.log)")
        with running_service(command, port, log) as service:
            base_url = f"http://{HOST}:{port}"
            wait_until_ready(service, port, log)
            walk_through_the_ledger(base_url)
            if check:
                print("\nEvery step answered as expected.")
                return
            print(f"\nThe service runs at {base_url} (its API: {base_url}/docs).")
            print("Its code is in build/demo. Ctrl-C stops it.", flush=True)
            code = service.wait()
            raise DemoError(f"the service ended with exit code {code}: see build/demo.log")


def say(line: str) -> None:
    print(f"-- {line}", flush=True)


def free_port(wanted: str) -> int:
    """The port as a number, or a free one for 0.

    Raises DemoError when it is no port or cannot be listened on.
    """
    if not wanted.isascii() or not wanted.isdigit() or int(wanted) > 65535:
        raise DemoError(f"PORT={wanted} is no port: use a number up to 65535")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(wanted)))
            probe.listen()
        except OSError as error:
            raise DemoError(
                f"port {wanted} cannot be used ({error.strerror}): try make demo PORT=8001"
            ) from None
        address: tuple[str, int] = probe.getsockname()
        return address[1]


@contextmanager
def only_one_demo() -> Generator[None]:
    """Keeps a second demo from replacing the project under the first one."""
    with (BUILD / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoError("another make demo is running in this repository: stop it") from None
        yield


def render() -> None:
    """Renders the working tree, dirty or not, from a copy that is no git repository."""
    remove(TEMPLATE)
    remove(PROJECT)
    ignored = shutil.ignore_patterns("__pycache__")
    for part in TEMPLATE_PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, TEMPLATE / part, symlinks=True, ignore=ignored)
    shutil.copy2(ROOT / "copier.yml", TEMPLATE)

    no_settings = BUILD / "copier-settings.yml"
    no_settings.write_text("{}\n")
    os.environ["COPIER_SETTINGS_PATH"] = str(no_settings)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        del os.environ[name]

    import copier  # reads the environment at import: not before it is clean

    copier.run_copy(str(TEMPLATE), PROJECT, defaults=True, unsafe=False, quiet=True)


def remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)


def install(log: IO[str]) -> None:
    """Locks and installs the project; without a network, from uv's cache.

    Raises DemoError when neither works.
    """
    if run_quietly(["lock"], log, UV_HTTP_RETRIES="1") != 0:
        say("no answer from the network, trying uv's cache")
        if run_quietly(["lock", "--offline"], log) != 0:
            raise DemoError(
                "the dependencies are neither on the network nor in uv's cache:"
                " connect once (details: build/demo.log)"
            )
    if run_quietly(["sync", "--locked"], log) != 0:
        raise DemoError(
            "the dependencies cannot be installed: is there a network? (details: build/demo.log)"
        )


def run_quietly(arguments: Sequence[str], log: IO[str], **extra: str) -> int:
    """Runs uv in the project with its output in the log; prints a sign of life now and then."""
    started = time.monotonic()
    with subprocess.Popen(
        [uv(), *arguments], cwd=PROJECT, env=clean_environment() | extra, stdout=log, stderr=log
    ) as process:
        while True:
            try:
                return process.wait(PROGRESS_INTERVAL)
            except subprocess.TimeoutExpired:
                say(f"   uv {arguments[0]}: {time.monotonic() - started:.0f} s")


def uv() -> str:
    """The uv that runs this script."""
    return os.environ.get("UV") or "uv"


def clean_environment() -> dict[str, str]:
    return {
        name: value for name, value in os.environ.items() if not name.startswith(FOREIGN_SETTINGS)
    }


def command_of(project: Path) -> str:
    metadata = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    return next(iter(metadata["project"]["scripts"]))


@contextmanager
def running_service(command: str, port: int, log: IO[str]) -> Generator[subprocess.Popen[bytes]]:
    """The service, in a process group of its own, so that Ctrl-C reaches only this script.

    On exit it gets SIGTERM; what is left of it after STOP_GRACE seconds is killed.
    """
    service = subprocess.Popen(
        [uv(), "run", "--locked", command, "dev", "--no-reload", "--port", str(port)],
        cwd=PROJECT,
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        yield service
    finally:
        stop(service)


def stop(service: subprocess.Popen[bytes]) -> None:
    if service.poll() is not None:
        return
    service.terminate()
    try:
        with suppress(OSError):  # nobody may be reading any more
            say("stopping the service")
        service.wait(STOP_GRACE)
    finally:
        if service.poll() is None:
            os.killpg(service.pid, signal.SIGKILL)
            service.wait()


def wait_until_ready(service: subprocess.Popen[bytes], port: int, log: IO[str]) -> None:
    """Raises DemoError when the service ends, or is not ready after READY_DEADLINE seconds."""
    started = time.monotonic()
    next_sign = PROGRESS_INTERVAL
    while (elapsed := time.monotonic() - started) < READY_DEADLINE:
        if service.poll() is not None:
            raise DemoError(
                f"the service ended with exit code {service.returncode}"
                f" ({last_line(log)}): see build/demo.log"
            )
        if is_ready(port):
            say(f"ready after {elapsed:.1f} s")
            return
        if elapsed >= next_sign:
            say(f"   waiting for /health/ready: {elapsed:.0f} s")
            next_sign += PROGRESS_INTERVAL
        time.sleep(0.1)
    raise DemoError(f"the service is not ready after {READY_DEADLINE:.0f} s: see build/demo.log")


def is_ready(port: int) -> bool:
    connection = HTTPConnection(HOST, port, timeout=5.0)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except (OSError, HTTPException) as _not_yet:
        return False
    finally:
        connection.close()


def last_line(log: IO[str]) -> str:
    log.seek(0)
    lines = [line.strip() for line in log if line.strip()]
    return lines[-1] if lines else "without a word"


if __name__ == "__main__":
    sys.exit(main())

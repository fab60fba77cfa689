"""A worker beside the service that `dev` serves, so that jobs are run there too (B3)."""

import shlex
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

from .dev import CHILD, PACKAGE

GRACE = 30.0
"""Seconds that it gets to finish its jobs."""


@contextmanager
def worker_beside(*, reload: bool) -> Generator[None]:
    """Run `worker` in a child process while the block lasts; with `reload` anew whenever a file changes."""
    command = [sys.executable, "-c", CHILD, PACKAGE.name, "worker"]
    if reload:
        patience = ["--sigint-timeout", str(int(GRACE)), "--verbosity", "quiet"]
        watch = [*patience, "--target-type", "command", shlex.join(command), str(PACKAGE)]
        command = [sys.executable, "-c", CHILD, "watchfiles", *watch]
    with subprocess.Popen(command) as process:
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                process.kill()

"""Certificates that are renewed while the service runs: new connections use the new files (D3)."""

import asyncio
import ssl
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Lock

import structlog

from .certificates import CertificateError

log = structlog.stdlib.get_logger()


class RenewedContext:
    """A context that is made anew when one of its files has changed.

    Files that are no good, or of which only some are replaced so far, are a warning: what was read last stays in use.
    """

    def __init__(self, make: Callable[[], ssl.SSLContext], files: Iterable[str]) -> None:
        self._make = make
        self._files = [Path(file) for file in files]
        self._lock = Lock()
        self._read = self._versions()
        self._context = make()

    async def get(self) -> ssl.SSLContext:
        """Return the context for a new connection; looks at the files in a thread."""
        return await asyncio.to_thread(self._current)

    def _current(self) -> ssl.SSLContext:
        with self._lock:
            versions = self._versions()
            if versions != self._read:
                self._read = versions  # as of before: what changes meanwhile is read again
                try:
                    self._context = self._make()
                except CertificateError as error:
                    log.warning("certificates_not_renewed", reason=str(error))
                else:
                    log.info("certificates_renewed")
            return self._context

    def _versions(self) -> list[tuple[int, int, int] | None]:
        return [_version(file) for file in self._files]


def _version(file: Path) -> tuple[int, int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_ctime_ns, status.st_size, status.st_ino  # a chmod is a change, too

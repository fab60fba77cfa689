"""The id of a request, and its one log entry (E1)."""

import re
import time
from dataclasses import dataclass, field

from uuid_utils import uuid7  # for its text alone: the standard library's UUID costs more

from ..runtime.logs import bound_logger

_ACCEPTABLE_ID = re.compile(r"[!-~]{1,128}", re.ASCII)


def request_id(given: str) -> str:
    """Return the id that the client gave, or a new one when that cannot be used."""
    return given if _ACCEPTABLE_ID.fullmatch(given) else str(uuid7())


@dataclass(slots=True)
class Outcome:
    """What becomes of a request; filled while it is handled, and logged when it has ended."""

    method: str
    path: str
    operation: str | None = None
    """The endpoint, None when there is none for this path and method."""
    status: int = 0
    """Status of the answer, 0 before it has begun."""
    complete: bool = False
    """Whether the answer was sent to its end."""
    error: Exception | None = None
    """What nobody expected."""
    started: int = field(default_factory=time.perf_counter_ns)

    def log(self) -> None:
        """Log it, with what was bound to the request's context meanwhile."""
        log = bound_logger(__name__)
        microseconds = (time.perf_counter_ns() - self.started) // 1000
        entry = {
            "operation": self.operation,
            "method": self.method,
            "path": self.path,
            "status": self.status,
            "duration": microseconds / 1e6,
        }
        if self.error is not None:
            log.error("request_failed", **entry, error=_name(self.error), exc_info=self.error)
        elif self.status >= 500:
            log.error("request_failed", **entry)
        elif self.status and not self.complete:
            log.warning("answer_cut_off", **entry)
        elif self.status:
            log.info("request_handled", **entry)
        else:  # the client left, or the service is being stopped
            log.info("request_cancelled", **entry)


def _name(error: Exception) -> str:
    return type(error).__name__

"""The failures that domain code and the web layer know (C9).

`web/problems.py` maps each class to an HTTP status once. Driver errors are turned into these classes by
`db/translate.py`, so that nothing above `db/` ever looks at an SQLSTATE.
"""

from typing import ClassVar


class DomainError(Exception):
    """An expected failure: `detail` is shown to the caller, `slug` names the kind for programs."""

    slug: ClassVar[str] = "error"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    @property
    def reason(self) -> str:
        """What caused it, for the log and never for the caller; empty when that is all."""
        cause = self.__cause__
        return "" if cause is None else f"{type(cause).__name__}: {cause}".splitlines()[0]


class NotFound(DomainError):
    """A row that must exist does not."""

    slug = "not-found"


class Conflict(DomainError):
    """The request contradicts the present state of the data."""

    slug = "conflict"


class Busy(DomainError):
    """No connection or lock could be had in time; trying again in `retry_after` seconds may succeed."""

    slug = "busy"

    def __init__(self, detail: str, *, retry_after: float = 1.0) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Contended(Busy):
    """A deadlock (40P01) or serialization failure (40001): the whole unit of work may be repeated (C8)."""


class Unavailable(Busy):
    """The database cannot be reached, or the connection to it was lost.

    Its text, which commands print, is `detail` and the reason.
    """

    slug = "unavailable"

    def __init__(self, detail: str, *, reason: str = "") -> None:
        super().__init__(detail)
        self._reason = reason

    @property
    def reason(self) -> str:
        """What is known of the failure, for operators: it may name hosts and files."""
        return self._reason or super().reason

    def __str__(self) -> str:
        return f"{self.detail} {self._reason}".rstrip()


class DeadlineExceeded(DomainError):
    """The time given to the operation is over (C6)."""

    slug = "deadline-exceeded"


class OutcomeUnknown(DomainError):
    """The connection was lost, or the time was over, while COMMIT was under way: nobody can tell whether it happened.

    Not to be repeated blindly: look first, or make the operation idempotent.
    """

    slug = "outcome-unknown"


class MisuseError(RuntimeError):
    """A programming error in the use of `db/`: the message says what to write instead."""


class WrongEventLoopError(MisuseError):
    """The database was opened in one event loop and used in another (A1)."""


class NestedUnitError(MisuseError):
    """A task that holds a connection asked for another one, which can deadlock the pool (C4)."""


class SharedSessionError(MisuseError):
    """A session or connection was used by a task that did not open it (C4)."""


class ReadOnlySessionError(MisuseError):
    """A write was attempted on the read path, where nothing would roll it back (C2)."""


class SwallowedFailureError(MisuseError):
    """A unit was to be committed in which a statement had failed: nothing was changed (C2)."""


class MigrationError(RuntimeError):
    """The schema cannot be migrated; the message says what to do."""

"""What `doctor` finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one question; `detail` says what was found, or what to do."""

    subject: str
    ok: bool
    detail: str

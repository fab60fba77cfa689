"""When what failed is tried again (B1)."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Restart:
    """A policy. Times are in seconds."""

    first_delay: float = 0.5
    longest_delay: float = 30.0
    attempts: int = 10
    """Failures in a row after which it is given up; the process is then no longer ready.

    A database that cannot be reached is waited for instead, however long it takes.
    """

    healthy_after: float = 60.0
    """A run of this length ends a row of failures."""

    def delay(self, failures: int) -> float:
        """Return the pause after so many failures in a row."""
        return backoff(failures, first=self.first_delay, longest=self.longest_delay)


def backoff(failures: int, *, first: float, longest: float) -> float:
    """Return the pause after so many failures in a row: it doubles, with jitter, so that not all come back at once."""
    pause = min(longest, first * 2 ** min(failures - 1, 30))
    return random.uniform(pause / 2, pause)  # noqa: S311 (jitter, not a secret)

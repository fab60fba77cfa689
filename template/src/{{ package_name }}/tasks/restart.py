"""When a service that ended is started again (B1)."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Restart:
    """A policy. Times are in seconds."""

    first_delay: float = 0.5
    longest_delay: float = 30.0
    attempts: int = 10
    """Failures in a row after which it is given up; the process is then no longer ready."""

    healthy_after: float = 60.0
    """A run of this length ends a row of failures."""

    def delay(self, failures: int) -> float:
        """Return the pause after so many failures in a row: it doubles, with jitter."""
        longest = min(self.longest_delay, self.first_delay * 2 ** (failures - 1))
        return random.uniform(longest / 2, longest)  # noqa: S311 (jitter, not a secret)

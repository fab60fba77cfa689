"""Which SQL only reads, as far as its first word tells, and what the read path says to other (C2)."""

import re
from functools import lru_cache
from typing import NoReturn

from .errors import ReadOnlySessionError

_COMMENT = r"--[^\n]*\n|/\*(?:[^*]|\*(?!/))*\*/"
_READS = re.compile(rf"(?:\s|\(|{_COMMENT})*(?:SELECT|WITH|VALUES|TABLE|SHOW)\b", re.IGNORECASE)


@lru_cache(maxsize=1000)  # a service has few texts: values are arguments
def is_read(query: str) -> bool:
    """Tell whether a statement begins like one that reads. A `WITH` that writes is not noticed."""
    return _READS.match(query) is not None


def refuse_write() -> NoReturn:
    """Raise ReadOnlySessionError."""
    msg = "read() is for SELECT: what it changes could not be rolled back. Write inside unit_of_work()."
    raise ReadOnlySessionError(msg)

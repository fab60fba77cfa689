"""Which SQL only reads, as far as its first word tells (C2)."""

import re

_COMMENT = r"--[^\n]*\n|/\*(?:[^*]|\*(?!/))*\*/"
_READS = re.compile(rf"(?:\s|\(|{_COMMENT})*(?:SELECT|WITH|VALUES|TABLE|SHOW)\b", re.IGNORECASE)


def is_read(query: str) -> bool:
    """Tell whether a statement begins like one that reads. A `WITH` that writes is not noticed."""
    return _READS.match(query) is not None

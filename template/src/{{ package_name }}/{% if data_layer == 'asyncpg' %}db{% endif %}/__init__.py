"""Access to PostgreSQL. Domain code imports from here and from nowhere below."""

from .database import Database, Isolation
from .deadline import deadline, forget_deadline, remaining
from .effects import Work
from .errors import (
    Busy,
    Conflict,
    Contended,
    DeadlineExceeded,
    DomainError,
    NotFound,
    Unavailable,
)
from .fan_out import fan_out, fan_out_on_one_snapshot
from .ids import uuid7
from .locking import lock_rows
from .retry import repeatable
from .rows import expect_rows, one_or_not_found
from .session import Reader, Writer
from .unit_of_work import UnitOfWork

__all__ = [
    "Busy",
    "Conflict",
    "Contended",
    "Database",
    "DeadlineExceeded",
    "DomainError",
    "Isolation",
    "NotFound",
    "Reader",
    "Unavailable",
    "UnitOfWork",
    "Work",
    "Writer",
    "deadline",
    "expect_rows",
    "fan_out",
    "fan_out_on_one_snapshot",
    "forget_deadline",
    "lock_rows",
    "one_or_not_found",
    "remaining",
    "repeatable",
    "uuid7",
]

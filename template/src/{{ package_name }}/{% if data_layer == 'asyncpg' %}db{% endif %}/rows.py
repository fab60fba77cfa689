"""Post-conditions of statements: nothing is taken for granted (C9)."""

from typing import TypeVar

from .errors import Conflict, NotFound

T = TypeVar("T")


def one_or_not_found(row: T | None, message: str) -> T:
    """Return `row`; raise NotFound with `message` when there is none."""
    if row is None:
        raise NotFound(message)
    return row


def expect_rows(status: str, expected: int, message: str) -> None:
    """Raise Conflict with `message` unless an UPDATE or DELETE changed exactly `expected` rows.

    `status` is what execute() returned, such as `UPDATE 1`.
    """
    if status.rpartition(" ")[2] != str(expected):
        raise Conflict(message)

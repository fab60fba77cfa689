"""Post-conditions of statements: nothing is taken for granted (C9)."""

from typing import Any, TypeVar

from sqlalchemy import CursorResult, Result

from .errors import Conflict, NotFound

T = TypeVar("T")


def one_or_not_found(row: T | None, message: str) -> T:
    """Return `row`; raise NotFound with `message` when there is none."""
    if row is None:
        raise NotFound(message)
    return row


def expect_rows(result: Result[Any], expected: int, message: str) -> None:
    """Raise Conflict with `message` unless an UPDATE or DELETE changed exactly `expected` rows."""
    assert isinstance(result, CursorResult)  # noqa: S101 (every DML statement gives one)
    if result.rowcount != expected:
        raise Conflict(message)

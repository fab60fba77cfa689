"""Errors as handlers raise them; problems.py has the mapping (C9)."""

from collections.abc import Sequence
from http import HTTPStatus

from pydantic_core import ErrorDetails
from tornado.web import HTTPError

from ..db import DomainError
from .problems import (
    Problem,
    ProblemAnswer,
    domain_problem,
    internal_problem,
    malformed_json,
    slow_upload_problem,
    status_problem,
    validation_problem,
)

__all__ = ["MalformedJson", "Problem", "RefusedInput", "SlowUpload", "is_expected", "problem_of"]


class RefusedInput(Exception):
    """A part of the request is not what its model asks for."""

    def __init__(self, errors: Sequence[ErrorDetails]) -> None:
        super().__init__(errors)
        self.errors = errors


class MalformedJson(Exception):
    """The body is not JSON."""


class SlowUpload(Exception):
    """The body did not arrive in time."""


class AnsweredTooSoonError(RuntimeError):
    """The handler sends its answer while its unit of work is open, which may still fail (C2)."""


def is_expected(error: BaseException | None) -> bool:
    """Tell whether an error is an answer, and no failure of the service."""
    return isinstance(error, (DomainError, RefusedInput, MalformedJson, SlowUpload, HTTPError))


def problem_of(error: BaseException | None, status: int) -> ProblemAnswer:
    """Return the answer for what was raised, `status` if it says no more."""
    match error:
        case DomainError():
            return domain_problem(error)
        case RefusedInput():
            return validation_problem(error.errors)
        case MalformedJson():
            return malformed_json()
        case SlowUpload():
            return slow_upload_problem()
        case HTTPError():
            return status_problem(error.status_code, error.get_message() or error.reason)
        case None if status != HTTPStatus.INTERNAL_SERVER_ERROR:
            return status_problem(status)
        case _:
            return internal_problem()

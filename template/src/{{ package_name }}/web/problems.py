"""Every error as problem details (RFC 9457), mapped in this one place (C9)."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

import structlog
from pydantic import BaseModel
from pydantic_core import ErrorDetails

from ..db import Busy, Conflict, DeadlineExceeded, DomainError, NotFound
from ..db.errors import OutcomeUnknown, Unavailable

# The first class that an error is an instance of decides.
_STATUS: Mapping[type[DomainError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    DeadlineExceeded: HTTPStatus.GATEWAY_TIMEOUT,
    OutcomeUnknown: HTTPStatus.GATEWAY_TIMEOUT,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    Busy: HTTPStatus.SERVICE_UNAVAILABLE,
    DomainError: HTTPStatus.UNPROCESSABLE_ENTITY,
}
_REGISTERED = frozenset(HTTPStatus)
_SLUGS = {
    HTTPStatus.BAD_REQUEST: "bad-request",
    HTTPStatus.NOT_FOUND: "not-found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method-not-allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "payload-too-large",
}

MEDIA_TYPE = "application/problem+json"


class FieldError(BaseModel):
    """What is wrong with one part of the request."""

    location: str
    message: str


class Problem(BaseModel):
    """The body of every answer that is an error; `type` is for programs, `detail` for people."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[FieldError] | None = None


@dataclass(frozen=True, slots=True)
class ProblemAnswer:
    """A problem as it is sent; its media type is MEDIA_TYPE."""

    status: HTTPStatus
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def problem_answer(
    status: HTTPStatus,
    slug: str,
    detail: str,
    *,
    errors: list[FieldError] | None = None,
    headers: Mapping[str, str] | None = None,
) -> ProblemAnswer:
    """Build the answer for a problem and bind its slug to the request's log entry."""
    structlog.contextvars.bind_contextvars(problem=slug)
    problem = Problem(
        type=f"/problems/{slug}",
        title=status.phrase,
        status=status,
        detail=detail,
        request_id=structlog.contextvars.get_contextvars().get("request_id", ""),
        errors=errors,
    )
    body = problem.model_dump_json(exclude_none=True).encode()
    return ProblemAnswer(status, body, headers or {})


def domain_problem(error: DomainError) -> ProblemAnswer:
    """Answer an expected failure."""
    status = next(status for kind, status in _STATUS.items() if isinstance(error, kind))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and error.reason:
        structlog.contextvars.bind_contextvars(reason=error.reason)  # for the log only
    headers = (
        {"Retry-After": str(math.ceil(error.retry_after))} if isinstance(error, Busy) else None
    )
    return problem_answer(status, error.slug, error.detail, headers=headers)


def status_problem(
    status: int, detail: str | None = None, *, headers: Mapping[str, str] | None = None
) -> ProblemAnswer:
    """Answer what a status says already: an unknown route, a wrong method, a body that is too large."""
    found = _registered(status)
    slug = _SLUGS.get(found, found.phrase.lower().replace(" ", "-"))
    return problem_answer(found, slug, detail or found.phrase, headers=headers)


def _registered(status: int) -> HTTPStatus:
    """Return the status, or the general one that clients take an unknown one for (RFC 9110, 15)."""
    if status in _REGISTERED:
        return HTTPStatus(status)
    return HTTPStatus.BAD_REQUEST if 400 <= status < 500 else HTTPStatus.INTERNAL_SERVER_ERROR


def slow_upload_problem() -> ProblemAnswer:
    """Answer a request whose body did not arrive within its time, which is no failure of the service (C6)."""
    detail = "The body of the request did not arrive in time."
    # what is still to come is not read
    return status_problem(HTTPStatus.REQUEST_TIMEOUT, detail, headers={"Connection": "close"})


def malformed_json() -> ProblemAnswer:
    """Answer a body that cannot be read."""
    detail = "The body is not valid JSON."
    return problem_answer(HTTPStatus.BAD_REQUEST, "malformed-json", detail)


def validation_problem(found: Iterable[ErrorDetails]) -> ProblemAnswer:
    """Answer input that pydantic refused; each location begins with path, query, header or body."""
    errors = [
        FieldError(location=".".join(str(part) for part in item["loc"]), message=item["msg"])
        for item in found
    ]
    detail = "The request was refused: see `errors`."
    return problem_answer(HTTPStatus.UNPROCESSABLE_ENTITY, "validation", detail, errors=errors)


def internal_problem() -> ProblemAnswer:
    """Answer an unexpected failure: the details are in the log, under the request id."""
    detail = (
        "The service failed to handle the request; the log has the details under the request id."
    )
    return problem_answer(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", detail)

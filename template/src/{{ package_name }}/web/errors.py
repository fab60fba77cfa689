"""Every error as problem details (RFC 9457), mapped in this one place (C9)."""

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Match

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
_SLUGS = {
    HTTPStatus.BAD_REQUEST: "bad-request",
    HTTPStatus.NOT_FOUND: "not-found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method-not-allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "payload-too-large",
}


Responses = dict[int | str, dict[str, Any]]
"""What an endpoint says of its answers in the OpenAPI document."""

# FastAPI's words for a body that is not even text
_UNREADABLE_BODY = "There was an error parsing the body"
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


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


def problem_response(
    status: HTTPStatus,
    slug: str,
    detail: str,
    *,
    errors: list[FieldError] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
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
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        status_code=status,
        headers=headers,
        media_type="application/problem+json",
    )


def domain_problem(error: DomainError) -> JSONResponse:
    """Answer an expected failure."""
    status = next(status for kind, status in _STATUS.items() if isinstance(error, kind))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and error.reason:
        structlog.contextvars.bind_contextvars(reason=error.reason)  # for the log only
    headers = (
        {"Retry-After": str(math.ceil(error.retry_after))} if isinstance(error, Busy) else None
    )
    return problem_response(status, error.slug, error.detail, headers=headers)


def internal_problem() -> JSONResponse:
    """Answer an unexpected failure: the details are in the log, under the request id."""
    detail = (
        "The service failed to handle the request; the log has the details under the request id."
    )
    return problem_response(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", detail)


def install_error_handlers(app: FastAPI) -> None:
    """Answer domain errors, refused input and unknown routes; the rest is up to RequestContext."""
    app.add_exception_handler(DomainError, _on_domain_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_exception)


async def _on_domain_error(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, DomainError)  # noqa: S101
    return domain_problem(error)


async def _on_validation_error(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, RequestValidationError)  # noqa: S101
    found: list[dict[str, Any]] = list(error.errors())
    if any(item["type"] == "json_invalid" for item in found):
        return problem_response(
            HTTPStatus.BAD_REQUEST, "malformed-json", "The body is not valid JSON."
        )
    errors = [
        FieldError(location=".".join(str(part) for part in item["loc"]), message=item["msg"])
        for item in found
    ]
    detail = "The request was refused: see `errors`."
    return problem_response(HTTPStatus.UNPROCESSABLE_ENTITY, "validation", detail, errors=errors)


async def _on_http_exception(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    status = HTTPStatus(error.status_code)
    slug = _SLUGS.get(status, status.phrase.lower().replace(" ", "-"))
    headers = error.headers
    if error.detail == _UNREADABLE_BODY:
        slug = "malformed-json"
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers = {"Allow": ", ".join(_allowed_methods(request))}
    return problem_response(status, slug, str(error.detail), headers=headers)


def _allowed_methods(request: Request) -> list[str]:
    """Return the methods of all routes on the path; Starlette names those of the first one only."""
    routes: list[BaseRoute] = request.app.routes
    return [
        method
        for method in _METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes
        )
    ]

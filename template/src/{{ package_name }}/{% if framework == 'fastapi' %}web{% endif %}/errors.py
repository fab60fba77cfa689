"""Errors as FastAPI's handlers answer them; problems.py has the mapping (C9)."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match

from ..db import DomainError
from .problems import (
    MEDIA_TYPE,
    Problem,
    ProblemAnswer,
    domain_problem,
    malformed_json,
    status_problem,
    validation_problem,
)

__all__ = ["Problem", "Responses", "install_error_handlers", "problem_response"]

Responses = dict[int | str, dict[str, Any]]
"""What an endpoint says of its answers in the OpenAPI document."""

# FastAPI's words for a body that is not even text
_UNREADABLE_BODY = "There was an error parsing the body"
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def problem_response(answer: ProblemAnswer) -> Response:
    """Return a problem as a response."""
    return Response(answer.body, answer.status, answer.headers, MEDIA_TYPE)


def install_error_handlers(app: FastAPI) -> None:
    """Answer domain errors, refused input and unknown routes; the rest is up to RequestContext."""
    app.add_exception_handler(DomainError, _on_domain_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_exception)


async def _on_domain_error(request: Request, error: Exception) -> Response:
    del request
    assert isinstance(error, DomainError)  # noqa: S101
    return problem_response(domain_problem(error))


async def _on_validation_error(request: Request, error: Exception) -> Response:
    del request
    assert isinstance(error, RequestValidationError)  # noqa: S101
    found: list[Any] = list(error.errors())
    if any(item["type"] == "json_invalid" for item in found):
        return problem_response(malformed_json())
    return problem_response(validation_problem(found))


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    if error.detail == _UNREADABLE_BODY:
        return problem_response(malformed_json())
    headers = error.headers
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers = {"Allow": ", ".join(_allowed_methods(request))}
    problem = status_problem(error.status_code, str(error.detail), headers=headers)
    return problem_response(problem)


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

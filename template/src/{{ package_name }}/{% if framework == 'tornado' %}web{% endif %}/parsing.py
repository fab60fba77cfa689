"""Parts of a request, validated by pydantic; the location of an error begins with the part."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from tornado.httputil import HTTPHeaders, HTTPServerRequest

from .errors import MalformedJson, RefusedInput

T = TypeVar("T")


@cache
def adapter(kind: type[T]) -> TypeAdapter[T]:
    """Return what validates and serializes a type; building it costs far more than using it.

    Use its `validator` and `serializer`: its own methods, which call them, cost each request more.
    """
    return TypeAdapter(kind)


def valid(kind: type[T], value: object, *location: str) -> T:
    """Return the value as `kind`; raise RefusedInput with errors that begin at `location`."""
    try:
        return adapter(kind).validator.validate_python(value)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        for item in errors:
            item["loc"] = (*location, *item["loc"])
        raise RefusedInput(errors) from None


def query_of(request: HTTPServerRequest) -> Mapping[str, str]:
    """Return the parameters of the query; of one that is given several times, the last value."""
    given = request.query_arguments.items()
    return {name: values[-1].decode("utf-8", "replace") for name, values in given}


def json_of(headers: HTTPHeaders, body: bytes) -> Any:
    """Return what the body holds; raise MalformedJson.

    A body that is not declared to be JSON stays bytes, which no model accepts: browsers send such ones to
    other sites without asking them.
    """
    if not body:
        return None
    if not _is_json(headers.get("Content-Type", "")):
        return body
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedJson from error


def _is_json(content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    kind, _, subtype = media_type.partition("/")
    return kind == "application" and (subtype == "json" or subtype.endswith("+json"))

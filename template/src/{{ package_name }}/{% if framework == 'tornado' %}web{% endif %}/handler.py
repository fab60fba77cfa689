"""The base of all handlers (C1, C2).

A handler has one method for each HTTP method of its path: parse, call a domain function, answer. What is sent
leaves when that method has returned, which is after the commit of the domain function.
"""

from http import HTTPStatus
from typing import Any, TypeVar

from pydantic import BaseModel

from ..db import Database
from ..runtime.lifespan import Services
from .exchange import Exchange
from .parsing import adapter, json_of, query_of, valid

T = TypeVar("T")
Model = TypeVar("Model", bound=BaseModel)


class Handler(Exchange):
    """Subclass it, and list the subclass in the ROUTES of your domain."""

    @property
    def services(self) -> Services:
        """What the lifespan opened."""
        return self.context.services

    @property
    def database(self) -> Database:
        """The database that the lifespan opened."""
        return self.context.services.database

    def path(self, kind: type[T], **part: str) -> T:
        """Return a part of the path, given by its name."""
        ((name, text),) = part.items()
        return valid(kind, text, "path", name)

    def query(self, model: type[Model]) -> Model:
        """Return the parameters of the query."""
        return valid(model, query_of(self.request), "query")

    def headers(self, model: type[Model]) -> Model:
        """Return the headers that the model names, as aliases in any spelling."""
        # as they are: a `dict` of them would have one spelling only
        return valid(model, self.request.headers, "header")

    def body(self, kind: type[T]) -> T:
        """Return the JSON of the body."""
        return valid(kind, json_of(self.request.headers, bytes(self._received)), "body")

    def answer(self, kind: type[T], value: object, status: int = HTTPStatus.OK) -> None:
        """Answer with JSON: what `kind` reads from the value, or from its attributes; aliases are used."""
        as_json = adapter(kind)
        content = as_json.validator.validate_python(value, from_attributes=True)
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.write(as_json.serializer.to_json(content, by_alias=True))


class NoRoute(Handler):
    """Answers for every path that has no handler."""

    def write_error(self, status_code: int, **details: Any) -> None:
        """Answer the same to every method."""
        del status_code, details
        super().write_error(HTTPStatus.NOT_FOUND)

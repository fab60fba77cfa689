"""Structured logs: one event per request, with its id, its step and what went wrong (E1)."""

import json
import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any, TextIO

import structlog
from pydantic_core import to_json
from structlog.typing import EventDict, Processor

from ..settings import LogSettings

# Local variables stay out of the log: they hold passwords and personal data.
_traceback = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)

_PLAIN = {str, int, float, bool, type(None)}
_NOT_WRITTEN = (OSError, ValueError)  # the second: it is closed


def step(name: str, **ids: Any) -> None:
    """Remember how far the task came; a later failure in the same task is logged with it."""
    structlog.contextvars.bind_contextvars(step=name, **ids)


@cache
def bound_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return a logger for what is logged often: another binds the configuration anew for each event."""
    return structlog.stdlib.get_logger(name).bind()


def configure_logging(settings: LogSettings) -> None:
    """Write structlog's events and the standard library's records to stderr, one line each, in one form."""
    console = settings.format == "console" or (settings.format == "auto" and sys.stderr.isatty())
    about: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
    ]
    render: list[Processor] = (
        [
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
        ]
        if console
        else [_traceback, _to_json]
    )
    level = settings.level.upper()
    structlog.configure(
        processors=[*about, *render],
        logger_factory=_lines_to(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
    )
    bound_logger.cache_clear()
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*about, structlog.stdlib.ExtraAdder(), _drop_color_message],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)


def _to_json(_: Any, __: str, event: EventDict) -> str:
    """Pydantic's encoder takes less than half the time, but would show what an object keeps out of its repr."""
    plain = _PLAIN.issuperset(map(type, event.values()))
    event["timestamp"] = now = datetime.now(UTC)
    if plain:
        try:
            return to_json(event, ensure_ascii=True).decode()
        except ValueError:  # half of a surrogate pair
            pass
    event["timestamp"] = f"{now:%Y-%m-%dT%H:%M:%S.%fZ}"
    return json.dumps(event, default=repr, separators=(",", ":"))


class _Line:
    """Writes what the processors made of an event.

    Past the standard library's logging, in which an entry costs more than twice as much.
    """

    def __init__(self, name: str, stream: TextIO) -> None:
        self.name = name
        self._write = stream.write

    def debug(self, line: str) -> None:
        try:
            self._write(f"{line}\n")
        except _NOT_WRITTEN:
            return  # a log that cannot be written fails no request

    info = warning = error = critical = debug


def _lines_to(stream: TextIO) -> Callable[..., _Line]:
    """Return what makes loggers that write to the stream; one without a name gets that of its module."""
    named = structlog.stdlib.LoggerFactory(ignore_frame_names=[__name__])

    @cache
    def line(name: str) -> _Line:
        return _Line(name, stream)

    return lambda *name: line(name[0] if name else named().name)


def _drop_color_message(_: Any, __: str, event: EventDict) -> EventDict:
    """Some servers repeat their messages with terminal colours."""
    event.pop("color_message", None)
    return event

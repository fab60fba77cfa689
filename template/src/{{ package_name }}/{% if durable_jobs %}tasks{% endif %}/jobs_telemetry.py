"""What tells of a job beside the log: a trace that leads from the request to the attempts, and their durations (B3).

By the API of OpenTelemetry, which does nothing until the process has an SDK. Names are those of its conventions for
messaging.
"""

import asyncio
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager

from opentelemetry import metrics, propagate, trace
from opentelemetry.trace import SpanKind, StatusCode

_tracer = trace.get_tracer(__name__)
_duration = metrics.get_meter(__name__).create_histogram(
    "messaging.process.duration", unit="s", description="Time that one attempt of a job took."
)


@contextmanager
def sent(job: str) -> Generator[dict[str, str]]:
    """Store a job in this block; yields the headers by which its attempts belong to the present trace."""
    with _tracer.start_as_current_span(
        f"send {job}", kind=SpanKind.PRODUCER, attributes=_about("send", job)
    ):
        headers: dict[str, str] = {}
        propagate.inject(headers)
        yield headers


@contextmanager
def attempted(job: str, job_id: int, headers: Mapping[str, object]) -> Generator[None]:
    """Make one attempt in this block; `headers` are those with which the job was stored.

    Its outcome is `finished`, `interrupted`, or what the error that ends it has as `outcome`: `failed` if nothing.
    """
    attributes = _about("process", job)
    with _tracer.start_as_current_span(
        f"process {job}",
        context=propagate.extract(headers),
        kind=SpanKind.CONSUMER,
        attributes={**attributes, "messaging.message.id": str(job_id)},
        record_exception=False,  # the log has it
        set_status_on_exception=False,
    ) as span:
        began, outcome = time.perf_counter(), "finished"
        try:
            yield
        except BaseException as error:
            interrupted = isinstance(error, asyncio.CancelledError)
            outcome = "interrupted" if interrupted else getattr(error, "outcome", "failed")
            span.set_status(StatusCode.ERROR, outcome)
            raise
        finally:
            span.set_attribute("outcome", outcome)
            _duration.record(time.perf_counter() - began, {**attributes, "outcome": outcome})


def note_attempt(number: int) -> None:
    """Say in the trace which attempt this is."""
    trace.get_current_span().set_attribute("attempt", number)


def _about(operation: str, job: str) -> dict[str, str]:
    return {
        "messaging.system": "pgqueuer",
        "messaging.operation.name": operation,
        "messaging.destination.name": job,
    }

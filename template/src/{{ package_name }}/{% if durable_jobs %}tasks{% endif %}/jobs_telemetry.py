"""What tells of a job beside the log: a trace that leads from the request to the attempts, and their durations (B3).

By the API of OpenTelemetry, which does nothing until the process has an SDK. Names are those of its conventions for
messaging. No text of an error is told: it may hold values of the payload.
"""

import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager

from opentelemetry import metrics, trace
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600)

# not the one that is configured: what clients send as baggage would be stored with each job
_propagator = TraceContextTextMapPropagator()
_tracer = trace.get_tracer(__name__)
_duration = metrics.get_meter(__name__).create_histogram(
    "messaging.process.duration",
    unit="s",
    description="Time that one attempt of a job took.",
    explicit_bucket_boundaries_advisory=_SECONDS,
)


@contextmanager
def sent(job: str) -> Generator[dict[str, str]]:
    """Store a job in this block; yields the headers by which its attempts belong to the present trace."""
    with _tracer.start_as_current_span(
        f"send {job}",
        kind=SpanKind.PRODUCER,
        attributes=_about("send", job),
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        headers: dict[str, str] = {}
        _propagator.inject(headers)
        try:
            yield headers
        except BaseException as error:
            span.set_status(StatusCode.ERROR, type(error).__name__)
            raise


@contextmanager
def attempted(
    job: str,
    job_id: int,
    number: int,
    headers: Mapping[str, object],
    outcome_of: Callable[[BaseException], str],
) -> Generator[None]:
    """Make one attempt in this block; `headers` are those with which the job was stored.

    Its outcome is `finished`, or what `outcome_of` makes of the error that ends it.
    """
    about = _about("process", job)
    carrier = {name: value for name, value in headers.items() if isinstance(value, str)}
    with _tracer.start_as_current_span(
        f"process {job}",
        context=_propagator.extract(carrier),
        kind=SpanKind.CONSUMER,
        attributes={**about, "messaging.message.id": str(job_id), "attempt": number},
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        began, outcome = time.perf_counter(), "finished"
        try:
            yield
        except BaseException as error:
            outcome = outcome_of(error)
            span.set_status(StatusCode.ERROR, outcome)
            raise
        finally:
            span.set_attribute("outcome", outcome)
            _duration.record(time.perf_counter() - began, {**about, "outcome": outcome})


def _about(operation: str, job: str) -> dict[str, str]:
    return {
        "messaging.system": "pgqueuer",
        "messaging.operation.name": operation,
        "messaging.destination.name": job,
    }

"""What can be set about durable jobs (B3)."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ..db.fields import Seconds


class JobSettings(BaseModel):
    """Environment variables: the field's name in upper case after `JOBS_`. Times are in seconds."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    concurrency: Annotated[int, Field(ge=2, le=1000)] = 10
    """Jobs that one worker runs at the same time; more than it has connections only if most of them wait elsewhere."""

    poll_interval: Seconds = 5.0
    """For looking whether there is work, in case a notification was lost."""

    heartbeat_timeout: Seconds = 30.0
    """A job whose worker gave no sign of life for so long is run by another; longer than an event loop ever stalls."""

    shutdown_timeout: Seconds = 15.0
    """For jobs that are under way when the worker is stopped; then they are cancelled and go back into the queue."""

    history: Annotated[float, Field(gt=0, le=3660)] = 7.0
    """Days for which the record of what became of each job is kept; of one that is dead until it is requeued."""

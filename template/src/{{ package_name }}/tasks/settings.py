"""What can be set about background tasks (B1)."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ..db.fields import Seconds


class TaskSettings(BaseModel):
    """Environment variables: the field's name in upper case after `TASKS_`. Times are in seconds."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    concurrency: Annotated[int, Field(ge=1, le=1000)] = 5
    """Tasks that run at the same time; each may want a connection, and so may requests."""

    queue_size: Annotated[int, Field(ge=0, le=100_000)] = 1000
    """Tasks that wait for their turn; beyond them new ones are refused."""

    task_timeout: Seconds = 60.0
    """For one task, from its start."""

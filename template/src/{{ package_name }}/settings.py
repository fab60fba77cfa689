"""One typed tree of settings, read from the environment and from `.env`.

`DATABASE_REQUEST_TIMEOUT=20` sets `settings.database.request_timeout`. Add settings of your own below the marker line.
"""

import os
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableError

from .db.settings import DatabaseSettings, Seconds
from .tasks.settings import TaskSettings


class SettingsError(RuntimeError):
    """The settings cannot be used; one line for each problem, none with a value in it."""


class ServerSettings(BaseModel):
    """Environment variables: the field's name in upper case after `SERVER_`. Times are in seconds."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    host: str = "127.0.0.1"
    """Address to listen on; 0.0.0.0 in a container."""

    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    """Port to listen on; 0 lets the system choose."""

    processes: Annotated[int, Field(ge=1, le=1_000)] = 1
    """How many processes `serve` starts; one for each core uses a machine, one in a container is the rule."""

    body_limit: Annotated[int, Field(ge=1)] = 1024 * 1024
    """Bytes that the body of a request may have."""

    stream_timeout: Seconds = 300.0
    """For sending one streamed answer, after its first byte."""

    shutdown_timeout: Seconds = 25.0
    """From SIGTERM to the end of the process; less than the orchestrator waits before it kills (D4)."""

    shutdown_delay: Annotated[float, Field(ge=0)] = 0.0
    """Of it, how long requests are still accepted: load balancers have to notice that it is not ready."""

    @model_validator(mode="after")
    def _check_shutdown(self) -> Self:
        if self.shutdown_delay >= self.shutdown_timeout:
            msg = "SERVER_SHUTDOWN_DELAY must be less than SERVER_SHUTDOWN_TIMEOUT, of which it is a part"
            raise ValueError(msg)
        return self


class LoopSettings(BaseModel):
    """Environment variables: the field's name in upper case after `LOOP_`. Times are in seconds."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    blocked_after: Seconds | None = None
    """Log the stack of code that blocks the event loop for longer; None for no such monitor (A2)."""

    inspect: bool = True
    """Let the command `tasks` of the same user list the live tasks (A3)."""

    threads: Annotated[int, Field(ge=1, le=1000)] = 16
    """Calls that `asyncio.to_thread` runs at the same time; name resolution is among them."""


class LogSettings(BaseModel):
    """Environment variables: the field's name in upper case after `LOG_`."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    level: Literal["debug", "info", "warning", "error"] = "info"
    """The least severe events that are written."""

    format: Literal["auto", "console", "json"] = "auto"
    """`auto` is `console` on a terminal and `json` elsewhere."""


class Settings(BaseSettings):
    """All settings of the service."""

    model_config = SettingsConfigDict(
        frozen=True,
        env_file=".env",
        env_nested_delimiter="_",
        env_nested_max_split=1,
        extra="ignore",
        hide_input_in_errors=True,
    )

    database: DatabaseSettings
    server: ServerSettings = ServerSettings()
    log: LogSettings = LogSettings()
    loop: LoopSettings = LoopSettings()
    tasks: TaskSettings = TaskSettings()

    asyncio_debug: bool = False
    """Run the event loop in debug mode: slow callbacks and forgotten awaits are logged (A3)."""

    @model_validator(mode="after")
    def _check_processes(self) -> Self:
        if self.server.processes > self.database.processes:
            msg = (
                f"DATABASE_PROCESSES ({self.database.processes}) must not be less than "
                f"SERVER_PROCESSES ({self.server.processes}): it counts the processes of all machines together"
            )
            raise ValueError(msg)
        return self

    # --- yours below: copier update keeps it ---


def load_settings(**overrides: Any) -> Settings:
    """Read the settings; raise SettingsError that names the environment variable of each problem."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise SettingsError("\n".join(_problems(error))) from None
    except UnreadableError as error:  # a variable with the name of a group, such as LOG=debug
        groups = " or ".join(name.upper() for name in _groups())
        msg = f"{error}: there is no setting {groups}, unset it and see .env.example"
        raise SettingsError(msg) from None


def _problems(error: ValidationError) -> list[str]:
    lines: list[str] = []
    for problem in error.errors(include_input=False, include_url=False):
        if problem["type"] == "default_factory_not_called":
            continue  # a timeout that is a share of one that is wrong
        variable = "_".join(str(part) for part in problem["loc"]).upper()
        if variable == "DATABASE" and problem["type"] == "missing":
            variable = "DATABASE_URL"
        message = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "missing":
            message = "is not set: put it into the environment or into .env (see .env.example)"
        # a problem of several settings
        names_it = not variable or message.startswith(f"{variable}_")
        lines.append(message if names_it else f"{variable}: {message}")
    return lines


def configured_database_url() -> str | None:
    """Return DATABASE_URL as the environment or `.env` has it, or None."""

    class DatabaseUrl(BaseSettings):
        model_config = SettingsConfigDict(env_file=".env", extra="ignore")
        database_url: str | None = None

    return DatabaseUrl().database_url


def unknown_variables() -> list[str]:
    """Return variables of the environment that look like settings but are none."""
    groups = _groups()
    unknown: list[str] = []
    for variable in os.environ:
        group, _, key = variable.lower().partition("_")
        if group in groups and key not in groups[group].model_fields:
            unknown.append(variable)
    return sorted(unknown)


def _groups() -> dict[str, type[BaseModel]]:
    """The settings that have settings in them, by name."""
    return {
        name: field.annotation
        for name, field in Settings.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
    }

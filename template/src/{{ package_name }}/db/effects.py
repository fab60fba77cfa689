"""What happens after a commit, and only then (B2)."""

from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import Protocol

from .errors import MisuseError

Work = Callable[[], Awaitable[object]]
"""What a task does; it opens units of work of its own."""


class Runner(Protocol):
    """Runs tasks that outlive the unit of work; `tasks.Supervisor` is one."""

    async def reserve(self) -> None:
        """Take a place for a task; raise Busy when there is none."""

    def start(self, name: str, work: Work, *, timeout: float | None = None) -> None:
        """Run `work` on a reserved place, for `timeout` seconds or what the settings say."""

    def give_back(self) -> None:
        """Free a reserved place."""


class Effects:
    """What one unit of work leaves to be done."""

    def __init__(self, runner: Runner | None) -> None:
        self._runner = runner
        self._waiting: list[tuple[str, Work, float | None]] = []

    async def add(self, name: str, work: Work, timeout: float | None) -> None:
        """Keep `work` for after the commit, on a place that is taken now: later there is no way to refuse.

        Raises Busy when there is none.
        """
        if self._runner is None:
            msg = "Nothing runs effects here: give the Database a runner with run_effects_with()."
            raise MisuseError(msg)
        await self._runner.reserve()
        self._waiting.append((name, work, timeout))

    @contextmanager
    def of_savepoint(self) -> Generator[None]:
        """Forget what the block adds when it raises: the savepoint was rolled back."""
        kept = len(self._waiting)
        try:
            yield
        except BaseException:
            self.drop(kept)
            raise

    def start(self) -> None:
        """Start everything: the unit has committed."""
        waiting, self._waiting = self._waiting, []
        for name, work, timeout in waiting:
            assert self._runner is not None  # noqa: S101 (add() saw it)
            self._runner.start(name, work, timeout=timeout)

    def drop(self, kept: int = 0) -> None:
        """Forget what was not started, all but the first `kept`."""
        dropped, self._waiting = self._waiting[kept:], self._waiting[:kept]
        for _ in dropped:
            assert self._runner is not None  # noqa: S101 (add() saw it)
            self._runner.give_back()


@contextmanager
def effects_of_unit(runner: Runner | None) -> Generator[Effects]:
    """Collect the effects of one unit of work; what it does not start() is forgotten when the block ends."""
    effects = Effects(runner)
    try:
        yield effects
    finally:
        effects.drop()

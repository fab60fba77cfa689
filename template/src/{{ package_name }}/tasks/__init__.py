"""Work outside of requests: owned, named, bounded in number and time, and drained at the end (B1, B2)."""

from .restart import Restart
from .settings import TaskSettings
from .supervisor import Outcome, Supervisor

__all__ = ["Outcome", "Restart", "Supervisor", "TaskSettings"]

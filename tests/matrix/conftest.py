"""The slow tests work on the projects that the other tests install and update."""

from ..commands.test_demo import repository
from ..project.conftest import installed
from ..update.conftest import copied, history, start

__all__ = ["copied", "history", "installed", "repository", "start"]

"""The slow tests work on the projects that the other tests install and update."""

from ..commands.test_demo import repository
from ..project.conftest import installed
from ..update.conftest import copied, history, start
from ..update.test_pull_request import hosted

__all__ = ["copied", "history", "hosted", "installed", "repository", "start"]

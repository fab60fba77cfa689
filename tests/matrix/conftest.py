"""The slow tests work on the projects that the other tests install and update."""

from ..project.conftest import installed
from ..update.conftest import history, start

__all__ = ["history", "installed", "start"]

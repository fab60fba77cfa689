"""The slow tests work on the projects that the tests of rendered projects install."""

from ..project.conftest import installed

__all__ = ["installed"]

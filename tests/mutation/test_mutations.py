"""A test that still passes with the wrong form proves nothing: here each proof is seen to fail.

These are one of each pattern, of the default answers; tests/matrix has the others.
"""

from pathlib import Path

import pytest

from ..project.conftest import Installed
from .every import QUICK, assert_caught, name_of
from .mutations import Mutation


@pytest.mark.parametrize("mutation", QUICK, ids=name_of)
def test_wrong_form_is_caught(installed: Installed, tmp_path: Path, mutation: Mutation) -> None:
    assert_caught(installed, tmp_path, mutation)

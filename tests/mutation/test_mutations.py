"""A test that still passes with the wrong form proves nothing: here each proof is seen to fail.

These are the wrong forms of the default answers; tests/matrix has those of the others.
"""

from pathlib import Path

import pytest

from ..project.conftest import Installed
from .every import MUTATIONS, assert_caught, name_of
from .mutations import Mutation


@pytest.mark.parametrize("mutation", [m for m in MUTATIONS if not m.answers], ids=name_of)
def test_wrong_form_is_caught(installed: Installed, tmp_path: Path, mutation: Mutation) -> None:
    assert_caught(installed, tmp_path, mutation)

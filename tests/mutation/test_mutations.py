"""A test that still passes with the wrong form proves nothing: here each proof is seen to fail.

These are one of each area of the patterns; tests/matrix has the others.
"""

from pathlib import Path

import pytest

from ..conftest import RenderInMemory
from ..project.conftest import Installed
from .every import MUTATIONS, QUICK, assert_caught, name_of, wrong_form
from .mutations import Mutation


@pytest.mark.parametrize("mutation", QUICK, ids=name_of)
def test_wrong_form_is_caught(installed: Installed, tmp_path: Path, mutation: Mutation) -> None:
    assert_caught(installed, tmp_path, mutation)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=name_of)
def test_right_form_is_what_is_rendered(
    render_in_memory: RenderInMemory, mutation: Mutation
) -> None:
    """Otherwise nothing would be put in its place, and that would be seen in `make matrix` only."""
    text = render_in_memory(mutation.answers)[mutation.file]

    wrong = wrong_form(text, mutation)

    assert wrong != text
    if mutation.file.endswith(".py"):
        # what is no Python would fail every test, and prove nothing
        compile(wrong, mutation.file, "exec")

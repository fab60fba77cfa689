"""Answers that change, beyond those that `make test` changes."""

from pathlib import Path

import pytest

from ..update.conftest import Start
from ..update.test_switches import MORE_WALKS, Walk, becomes_a_fresh_copy_and_the_edits


@pytest.mark.parametrize("walk", MORE_WALKS, ids=lambda walk: walk.name)
def test_switched_answer_gives_a_fresh_copy_and_the_edits(
    start: Start, template: Path, walk: Walk
) -> None:
    becomes_a_fresh_copy_and_the_edits(start, template, walk)

"""Every combination of the answers that decide over code is type-checked."""

import pytest

from ..conftest import Render
from ..profiles import CODE_COMBINATIONS, Answers, name_of
from ..project.conftest import Installed
from ..project.test_checks import EVERYTHING, type_check


@pytest.mark.parametrize("answers", CODE_COMBINATIONS, ids=name_of)
def test_combination_is_type_checked(
    render: Render, installed: Installed, answers: Answers
) -> None:
    type_check(render(answers), installed(**EVERYTHING, framework=answers["framework"]))

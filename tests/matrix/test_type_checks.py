"""Every combination of the answers that decide over code is type-checked."""

from pathlib import Path

import pytest

from ..conftest import Render
from ..profiles import CODE_ANSWERS, CODE_COMBINATIONS, Answers, every_combination, name_of
from ..project.conftest import Installed
from ..project.test_checks import EVERYTHING, type_check

# As many as fit well into the memory of one run.
GROUPS = every_combination(
    {name: CODE_ANSWERS[name] for name in ("framework", "data_layer", "pool")}
)


@pytest.mark.parametrize("group", GROUPS, ids=name_of)
def test_combinations_are_type_checked(
    render: Render, installed: Installed, tmp_path: Path, group: Answers
) -> None:
    profiles = [answers for answers in CODE_COMBINATIONS if group.items() <= answers.items()]

    environment = installed(**EVERYTHING, framework=group["framework"])
    type_check(profiles, render, environment, tmp_path)

"""The walk in a project's README, for each way to write an endpoint but the default's, which `make test` walks."""

from pathlib import Path

import pytest

from ..profiles import Answers, name_of
from ..project.conftest import Installed
from ..project.test_readme import walk_to_an_endpoint


@pytest.mark.parametrize(
    "answers",
    [
        {"framework": "fastapi", "data_layer": "asyncpg"},
        {"framework": "tornado", "data_layer": "sqlalchemy"},
        {"framework": "tornado", "data_layer": "asyncpg"},
    ],
    ids=name_of,
)
def test_walk_ends_in_an_endpoint_that_works(
    installed: Installed, tmp_path: Path, answers: Answers
) -> None:
    walk_to_an_endpoint(installed(**answers), tmp_path)

"""The wrong forms that `make test` leaves out are caught as well: most of them, and those of other answers."""

from pathlib import Path

import pytest

from ..mutation.every import OTHERS, assert_caught, name_of
from ..mutation.mutations import Mutation
from ..programs import require_servers
from ..project.conftest import Installed


@pytest.mark.parametrize("mutation", OTHERS, ids=name_of)
def test_wrong_form_is_caught(installed: Installed, tmp_path: Path, mutation: Mutation) -> None:
    require_servers(mutation.answers)

    assert_caught(installed, tmp_path, mutation)

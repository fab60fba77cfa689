"""The wrong forms of other answers, and those of the service's processes, are caught as well."""

from pathlib import Path

import pytest

from ..mutation.every import MUTATIONS, assert_caught, is_slow, name_of
from ..mutation.mutations import Mutation
from ..programs import require_servers
from ..project.conftest import Installed


@pytest.mark.parametrize("mutation", [m for m in MUTATIONS if is_slow(m)], ids=name_of)
def test_wrong_form_is_caught(installed: Installed, tmp_path: Path, mutation: Mutation) -> None:
    require_servers(mutation.answers)

    assert_caught(installed, tmp_path, mutation)

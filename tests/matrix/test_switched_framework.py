"""A project that changes its framework: its domain goes on as it was, and the HTTP contract holds."""

from pathlib import Path

import pytest

from ..profiles import CODE_ANSWERS
from ..project.installed import install
from ..project.test_service import passes_the_contract_suite, served
from ..update.conftest import NEWEST, Start, commit, conflicts, contents, update

PACKAGE = Path("src/my_service")


@pytest.mark.parametrize("data_layer", CODE_ANSWERS["data_layer"])
@pytest.mark.parametrize(("before", "after"), [("fastapi", "tornado"), ("tornado", "fastapi")])
def test_switched_framework_keeps_the_domain_and_the_contract(
    start: Start, tmp_path: Path, before: str, after: str, data_layer: str
) -> None:
    project = start(NEWEST, {"framework": before, "data_layer": data_layer})
    domain = project / PACKAGE / "ledger/accounts.py"
    domain.write_text(domain.read_text() + "\nEDITED = True\n")
    commit(project, "edited")
    edited = contents(project / PACKAGE / "ledger")

    update(project, answers={"framework": after})

    assert conflicts(project) == ""
    assert edited.items() <= contents(project / PACKAGE / "ledger").items()
    with served(install(project), tmp_path / "service.log") as url:
        passes_the_contract_suite(url)

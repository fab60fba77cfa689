"""The workflows of this repository leave no test out."""

import yaml

from ..conftest import ROOT


def test_every_part_of_the_matrix_has_its_job() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/matrix.yml").read_text())

    parts = workflow["jobs"]["matrix"]["strategy"]["matrix"]["part"]

    files = {path.stem.removeprefix("test_") for path in ROOT.glob("tests/matrix/test_*.py")}
    assert set(parts) == files

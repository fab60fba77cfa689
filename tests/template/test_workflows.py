"""What runs elsewhere is what those who run it understand, and leaves no test out."""

import subprocess
import sys
from pathlib import Path

import yaml

from ..conftest import ROOT, RenderInMemory
from ..profiles import CODE_ANSWERS, SURROUNDINGS, pairwise

SCHEMAS = {
    ".github/workflows/ci.yml": "github-workflows",
    ".github/workflows/template.yml": "github-workflows",
    ".gitlab-ci.yml": "gitlab-ci",
    "compose.yaml": "compose-spec",
}


def test_every_part_of_the_matrix_has_its_job() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/matrix.yml").read_text())

    parts = workflow["jobs"]["matrix"]["strategy"]["matrix"]["part"]

    files = {path.stem.removeprefix("test_") for path in ROOT.glob("tests/matrix/test_*.py")}
    assert set(parts) == files


def test_workflows_are_valid() -> None:
    assert_valid("github-workflows", list(ROOT.glob(".github/workflows/*.yml")))


def test_rendered_files_are_valid(render_in_memory: RenderInMemory, tmp_path: Path) -> None:
    """In every pair of answers."""
    projects = [render_in_memory(one) for one in pairwise({**CODE_ANSWERS, **SURROUNDINGS})]
    for name, schema in SCHEMAS.items():
        texts = {project[name] for project in projects if name in project}
        files = [tmp_path / f"{schema}-{number}.yml" for number in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text)

        assert_valid(schema, files)


def assert_valid(schema: str, files: list[Path]) -> None:
    assert files
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    done = subprocess.run([*command, *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

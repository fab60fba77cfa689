"""A test that still passes with the wrong form proves nothing: here each proof is seen to fail."""

import shutil
from pathlib import Path

import pytest

from ..project.conftest import Installed
from ..project.installed import Project
from . import asyncpg_layer, mutations, pools, tls, tornado
from .mutations import Mutation

MUTATIONS = [
    *mutations.MUTATIONS,
    *asyncpg_layer.MUTATIONS,
    *pools.MUTATIONS,
    *tls.MUTATIONS,
    *tornado.MUTATIONS,
]


def name_of(mutation: Mutation) -> str:
    """Return the pattern, the wrong form, and the answers of a project that is not the default."""
    return "-".join((mutation.pattern, mutation.name, *map(str, mutation.answers.values())))


@pytest.mark.parametrize("mutation", MUTATIONS, ids=name_of)
def test_wrong_form_is_caught(installed: Installed, tmp_path: Path, mutation: Mutation) -> None:
    original = installed(**mutation.answers)
    copy = tmp_path / "project"
    shutil.copytree(original.folder, copy, ignore=shutil.ignore_patterns(".venv", ".local"))
    file = copy / mutation.file
    text = file.read_text()
    assert text.count(mutation.right) == 1, f"{mutation.file} has changed: adapt the mutation"
    file.write_text(text.replace(mutation.right, mutation.wrong))

    # the environment is the original's; the package comes from the copy
    (copy / ".venv").symlink_to(original.folder / ".venv")
    done = Project(copy).run(*mutation.check, check=False, PYTHONPATH=str(copy / "src"))

    assert done.returncode == 1, f"not caught:\n{done.stdout}"

"""The questions of a release are API: a stored answer that no longer fits would silently become the default."""

import re
import subprocess
from typing import Any, cast

import pytest
import yaml

from ..conftest import ROOT
from .conftest import (
    FROM_EACH_RELEASE,
    NEWEST,
    Start,
    commit,
    conflicts,
    contents,
    copier_yml,
    update,
)

UPDATING = ROOT / "docs" / "update.md"


@FROM_EACH_RELEASE
def test_every_question_of_a_release_is_kept_with_its_values_and_default(tag: str) -> None:
    before = questions(copier_yml(tag))
    now = questions((ROOT / "copier.yml").read_bytes())

    assert before.keys() <= now.keys()
    for name, question in before.items():
        assert now[name]["type"] == question["type"], name
        assert values(question) <= values(now[name]), name
        if name != "package_name":  # derived; what it is derived to is tested with the questions
            assert now[name]["default"] == question["default"], name


def test_update_renames_no_package(start: Start) -> None:
    project = start(NEWEST, {})
    before = contents(project)

    with pytest.raises(ValueError, match='is "my_service", and an update cannot rename it'):
        update(project, answers={"package_name": "other"})

    assert contents(project) == before
    update(project, answers={"project_name": "Other"})
    assert (project / "src/my_service").is_dir()


def test_package_that_was_renamed_by_hand_is_updated(start: Start) -> None:
    """As docs/update.md says."""
    (script,) = re.findall(
        r"## Renaming the package\n.*?```sh\n(.*?)uv sync\n```", UPDATING.read_text(), re.DOTALL
    )
    project = start(NEWEST, {})
    subprocess.run(["bash", "-euc", script], cwd=project, check=True)
    commit(project, "renamed")

    update(project, answers={"docker": False})

    fresh = contents(start(NEWEST, {"package_name": "order_ledger", "docker": False}, name="fresh"))
    assert conflicts(project) == ""
    assert contents(project).keys() == fresh.keys()


def questions(text: bytes) -> dict[str, dict[str, Any]]:
    return {name: found for name, found in yaml.safe_load(text).items() if name[0] != "_"}


def values(question: dict[str, Any]) -> set[str]:
    """Return what can be chosen without a validator of its own, as text."""
    any_of_its_type = [True, False] if question["type"] == "bool" else []
    choices = cast("dict[str, Any] | list[Any]", question.get("choices", any_of_its_type))
    found: list[Any] = list(choices.values()) if isinstance(choices, dict) else choices
    return {
        str(cast("dict[str, Any]", value)["value"] if isinstance(value, dict) else value)
        for value in found
    }

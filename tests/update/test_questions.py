"""The questions of a release are API: a stored answer that no longer fits would silently become the default."""

import tarfile
from typing import Any, cast

import yaml

from ..conftest import ROOT
from .conftest import FROM_EACH_RELEASE, RELEASES


@FROM_EACH_RELEASE
def test_every_question_of_a_release_is_kept_with_its_values_and_default(tag: str) -> None:
    with tarfile.open(RELEASES / f"{tag}.tar.gz") as archive:
        file = archive.extractfile("copier.yml")
        assert file is not None
        before = questions(file.read())
    now = questions((ROOT / "copier.yml").read_bytes())

    assert before.keys() <= now.keys()
    for name, question in before.items():
        assert now[name]["type"] == question["type"], name
        assert values(question) <= values(now[name]), name
        if name != "package_name":  # derived; what it is derived to is tested with the questions
            assert now[name]["default"] == question["default"], name


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

"""CHANGELOG.md is what `copier update` prints: each entry names the pattern it is about, or says what else."""

import re
import tarfile
import tomllib
from pathlib import Path

import pytest
import yaml

from ..conftest import ROOT

CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
RELEASE = re.compile(r"^## \[(.+?)\](?: - (\d{4}-\d{2}-\d{2}))?\n(.*?)(?=^## \[|\Z)", re.M | re.S)
RELEASES = {version: (date, text) for version, date, text in RELEASE.findall(CHANGELOG)}
FIRST = "0.1.0"
"""The first release has nothing to update from."""
LABELS = {"Project", "Questions", "Updates", "Repository"}
"""What an entry is about when it is no pattern; Repository changes nothing in projects."""
IDS = re.compile(r"(?:[A-E]\d{1,2})(?:, [A-E]\d{1,2})*")
ENTRIES = [
    entry
    for version, (_, text) in RELEASES.items()
    if version != FIRST
    for entry in re.findall(r"^- (.*)$", text, re.M)
]
ARCHIVES = sorted((ROOT / "tests" / "releases").glob("v*.tar.gz"))


@pytest.mark.parametrize("entry", ENTRIES)
def test_entry_names_a_pattern_or_says_what_it_is_about(entry: str) -> None:
    about = entry.partition(": ")[0]
    assert about in LABELS or IDS.fullmatch(about), "begin it with C7: or one of LABELS"


@pytest.mark.parametrize(
    "version", [version for version, (_, text) in RELEASES.items() if text.strip()]
)
def test_release_says_which_conflicts_to_expect(version: str) -> None:
    _, text = RELEASES[version]

    assert len(re.findall(r"^- Updates: conflicts to expect: \S", text, re.M)) == 1


def test_version_is_that_of_the_newest_entry() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    unreleased, newest, *_ = RELEASES
    assert unreleased == "Unreleased"
    assert project["version"] == newest


def test_releases_are_dated_and_in_order() -> None:
    dates = [date for version, (date, _) in RELEASES.items() if version != "Unreleased"]
    assert all(dates)
    assert dates == sorted(dates, reverse=True)


@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda archive: archive.name)
def test_archived_release_has_an_entry(archive: Path) -> None:
    assert archive.name.removeprefix("v").removesuffix(".tar.gz") in RELEASES


def test_new_questions_and_migrations_have_entries() -> None:
    """Compared with the first release: all that came since is in some entry."""
    with tarfile.open(ROOT / "tests" / "releases" / f"v{FIRST}.tar.gz") as archive:
        file = archive.extractfile("copier.yml")
        assert file is not None
        before = yaml.safe_load(file.read())
    now = yaml.safe_load((ROOT / "copier.yml").read_text())
    asked = {name for name in now if name[0] != "_"} - {name for name in before if name[0] != "_"}
    text = "\n".join(text for version, (_, text) in RELEASES.items() if version != FIRST)
    assert {name for name in asked if f"`{name}`" not in text} == set()
    for migration in now.get("_migrations", []):
        script = Path(migration["command"][1]).name.split("'")[-2]
        assert f"`hooks/{script}`" in text, f"say what {script} does, and that it asks for --trust"

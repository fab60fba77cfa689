"""The documentation names tests, code, wrong forms, questions and messages that exist."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from ..conftest import ROOT, Render
from ..mutation.every import MUTATIONS as EVERY
from ..project.test_checks import EVERYTHING

# the pages list the wrong forms of the default data layer, those of the other one mirror them
MUTATIONS = [
    mutation
    for mutation in EVERY
    if mutation.answers.get("data_layer", "sqlalchemy") == "sqlalchemy"
]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
PATTERNS = sorted((DOCS / "patterns").glob("*.md"))
PARTS = ["The problem", "The wrong form", "Why it fails", "The right form", "How it is proven"]

TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
EMITTED = re.compile(r"^`(\S+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
CODE = re.compile(r"`([^`]+)`")


def name_of(page: Path) -> str:
    return page.stem


@pytest.fixture(scope="module")
def emitted(render: Render) -> Callable[[str], str]:
    """Return a function that reads a file of the default project, or of one with everything."""

    def emitted(name: str) -> str:
        with_it = [render(answers) / name for answers in ({}, EVERYTHING)]
        return "\n".join(path.read_text() for path in with_it if path.exists())

    return emitted


@pytest.fixture(scope="module")
def questions(template: Path) -> dict[str, dict[str, Any]]:
    """Return the questions that a user can meet, in their order."""
    configuration = yaml.safe_load((template / "copier.yml").read_text())
    return {
        name: question
        for name, question in configuration.items()
        if name[0] != "_" and question.get("when") is not False
    }


def values_of(question: dict[str, Any]) -> list[str]:
    """Return the values of a question as users type them, the default first; none if it is text."""
    choices: dict[str, Any] | list[Any] = question.get("choices", [])
    if question["type"] == "bool":
        choices = {"yes": True, "no": False} if question.get("ask", True) else {"no": False}
        values = list(choices.items())
    else:
        offered = choices.values() if isinstance(choices, dict) else choices
        values = [(str(value), value) for value in offered]
    return [name for name, _ in sorted(values, key=lambda item: item[1] != question["default"])]


# --- The pages of the patterns ---


@pytest.mark.parametrize("page", PATTERNS, ids=name_of)
def test_pattern_page_has_all_its_parts(page: Path) -> None:
    text = page.read_text()
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == PARTS
    assert text.startswith(f"# {page.stem.partition('-')[0]}: ")
    assert TEST.search(text), "no test is named"
    assert EMITTED.search(text), "no code is shown"


@pytest.mark.parametrize("page", PATTERNS, ids=name_of)
def test_code_of_a_pattern_page_is_what_is_rendered(
    emitted: Callable[[str], str], page: Path
) -> None:
    for name, block in EMITTED.findall(page.read_text()):
        lines = iter(emitted(name).splitlines())
        for line in block.splitlines():
            if line.strip() not in {"", "..."}:
                assert line in lines, f"{name} has no such line, or not at this place: {line}"


@pytest.mark.parametrize("page", PATTERNS, ids=name_of)
def test_pattern_page_lists_its_wrong_forms(page: Path) -> None:
    pattern = page.stem.partition("-")[0]
    listed = re.findall(r"^- ([^`\n]+)$", page.read_text(), re.MULTILINE)
    assert listed == [mutation.name for mutation in MUTATIONS if mutation.pattern == pattern]


# --- The README of a project ---


@pytest.mark.parametrize("answers", [{}, EVERYTHING], ids=["default", "everything"])
def test_rules_of_the_readme_are_those_of_the_code(
    render: Render, answers: dict[str, Any]
) -> None:
    project = render(answers)
    row = re.compile(r"^\| ([A-E]\d+) \| \[?(.*?)(?:\]\(.*\))? \|$", re.MULTILINE)
    listed = dict(row.findall((project / "README.md").read_text()))
    code = "\n".join(
        path.read_text() for part in ("src", "tests") for path in (project / part).rglob("*.py")
    )

    assert listed.keys() == set(re.findall(r"(?<!%)\b[A-E][1-9]\d?\b", code))
    assert listed.items() <= dict(row.findall((DOCS / "README.md").read_text())).items()


# --- All pages ---


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_named_tests_exist(emitted: Callable[[str], str], page: Path) -> None:
    for name, test in TEST.findall(page.read_text()):
        assert re.search(rf"^(async )?def {test}\(", emitted(name), re.MULTILINE), test


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text()):
        assert (page.parent / target).is_file(), target


def test_index_lists_every_page() -> None:
    listed = LINK.findall((DOCS / "README.md").read_text())
    assert sorted(["README.md", *listed]) == sorted(
        page.relative_to(DOCS).as_posix() for page in PAGES
    )


def test_symptoms_are_words_of_the_project(render: Render) -> None:
    text = (DOCS / "troubleshooting.md").read_text()
    project = "BlockingError" + "\n".join(
        path.read_text() for answers in ({}, EVERYTHING) for path in render(answers).rglob("*.py")
    )
    rows = re.findall(r"^\| (.*?) \| .* \|$", text, re.MULTILINE)
    symptoms = [symptom for row in rows for symptom in CODE.findall(row)]
    assert symptoms
    for symptom in symptoms:
        assert symptom.removesuffix(" fails") in project, symptom


def test_lines_of_doctor_exist(render: Render) -> None:
    doctor = (render() / "src/my_service/runtime/doctor.py").read_text()
    subjects = re.findall(r"`doctor: (.*?)`", (DOCS / "troubleshooting.md").read_text())
    assert subjects
    for subject in subjects:
        assert f'"{subject}"' in doctor, subject


# --- The questions ---


def test_reference_of_the_questions_is_complete(questions: dict[str, dict[str, Any]]) -> None:
    text = (DOCS / "questions.md").read_text()
    sections = re.findall(r"^## `(\w+)`\n\n(.*?)\. ", text, re.MULTILINE | re.DOTALL)
    assert [name for name, _ in sections] == list(questions)
    for name, summary in sections:
        if values := values_of(questions[name]):
            assert summary == "Values: " + ", ".join(f"`{value}`" for value in values), name
        else:
            assert summary.startswith("Text, "), name


def test_readme_lists_the_questions(questions: dict[str, dict[str, Any]]) -> None:
    text = (ROOT / "README.md").read_text()
    section = text.partition("\n## Questions\n")[2].partition("\n## ")[0]
    table, _, recorded = section.partition("\nRecorded but not asked")
    rows = re.findall(r"^\| (`.*?) \| (.*?) \|", table, re.MULTILINE)
    listed = {name: CODE.findall(values) for names, values in rows for name in CODE.findall(names)}
    asked = [
        name
        for name, question in questions.items()
        if question.get("ask", True)
    ]
    assert list(listed) == asked
    for name in asked:
        if values := values_of(questions[name]):
            assert listed[name] == values, name
    known = {
        *questions,
        *(value for question in questions.values() for value in values_of(question)),
    }
    not_asked = {name for name, question in questions.items() if question.get("ask") is False}
    assert not_asked <= set(CODE.findall(recorded)) <= known

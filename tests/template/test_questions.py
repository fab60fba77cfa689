"""What the questions accept and refuse, and what becomes of the answers."""

import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import copier
import pytest
import yaml
from pytest_copie.plugin import Copie, Result

from ..profiles import CODE_ANSWERS, IMPOSSIBLE, SURROUNDINGS, Answers, every_combination

Render = Callable[..., Path]

CHOICES = {**CODE_ANSWERS, **SURROUNDINGS}

TEXTS = [
    'The "quoted" service',
    "Bob's service",
    r"back\slash and \n and \u0041",
    "Zahlungs\u00fcbersicht, \u65e5\u672c\u8a9e, \U0001f600",
    "{{ braces }} and {% tags %}",
    "${VARIABLE} $(command) `tick`",
    "colon: hash # and - dash",
    '"""',
    "'''",
    "</script> & <b>",
]

REFUSED = [
    ("project_name", "", "must not be empty"),
    ("project_name", "   ", "must not be empty"),
    ("project_name", "two\nlines", "one line"),
    ("project_name", "bell\x07", "one line"),
    ("project_name", "separator\u2028", "one line"),
    ("project_name", " blank", "blank"),
    ("project_name", "x" * 61, "shorten"),
    ("project_description", "two\nlines", "one line"),
    ("project_description", "tab\there", "one line"),
    ("project_description", "x" * 201, "shorten"),
    ("author_name", "two\nlines", "one line"),
    ("author_name", "x" * 101, "shorten"),
    ("author_email", "nobody", "not an e-mail address"),
    ("author_email", "a@b", "not an e-mail address"),
    ("author_email", "a b@example.com", "not an e-mail address"),
    ("author_email", "a@example.com\n", "not an e-mail address"),
    ("author_email", "a..b@example.com", "not an e-mail address"),
    ("author_email", ".a@example.com", "not an e-mail address"),
    ("author_email", 'a"b@example.com', "not an e-mail address"),
    ("author_email", "a@-example.com", "not an e-mail address"),
    ("package_name", "", "cannot be a package name"),
    ("package_name", "MyService", "cannot be a package name"),
    ("package_name", "my-service", "cannot be a package name"),
    ("package_name", "my service", "cannot be a package name"),
    ("package_name", "2fast", "cannot be a package name"),
    ("package_name", "_private", "cannot be a package name"),
    ("package_name", "ends_", "cannot be a package name"),
    ("package_name", "two__blanks", "cannot be a package name"),
    ("package_name", "caf\u00e9", "cannot be a package name"),
    ("package_name", "service\n", "cannot be a package name"),
    ("package_name", "../escape", "cannot be a package name"),
    ("package_name", "a" * 31, "shorten"),
    ("package_name", "class", "keyword"),
    ("package_name", "match", "keyword"),
    ("package_name", "type", "keyword"),
    ("package_name", "asyncio", "standard library"),
    ("package_name", "test", "folder"),
    ("package_name", "annotationlib", "standard library"),
    ("package_name", "fastapi", "package that the project itself uses"),
    ("package_name", "tornado", "package that the project itself uses"),
    ("package_name", "pytest_asyncio", "package that the project itself uses"),
    ("package_name", "tests", "folder"),
    ("package_name", "migrations", "folder"),
    ("python_version", "3.10", "3.10"),
    ("framework", "flask", "fastapi"),
    ("data_layer", "psycopg", "sqlalchemy"),
    ("pool", "pgpool", "pooled"),
    ("sslmode", "prefer", "disable"),
    ("ssl_client_certificate", "yes", "sslmode"),
    ("durable_jobs", "perhaps", "neither yes nor no"),
    ("metrics", "yes", "only the answer no"),
    ("tracing", "yes", "only the answer no"),
    ("example", "perhaps", "neither yes nor no"),
    ("docker", "perhaps", "neither yes nor no"),
    ("ci", "jenkins", "jenkins"),
    ("license", "mit", "mit"),
]

ACCEPTED = [
    ("project_name", "x"),
    ("project_name", "x" * 60),
    ("project_description", ""),
    ("author_name", "Zo\u00eb O'Hara"),
    ("author_email", ""),
    ("author_email", "first.last+tag@mail.example.co.uk"),
    ("package_name", "a"),
    ("package_name", "a" * 30),
    ("package_name", "orders2_eu"),
    ("package_name", "ledger"),
    ("python_version", "3.14"),
    ("framework", "tornado"),
    ("data_layer", "asyncpg"),
    ("pool", "pgbouncer"),
    ("sslmode", "verify-full"),
    ("durable_jobs", "no"),
    ("durable_jobs", "yes"),
    ("metrics", "no"),
    ("tracing", False),
    ("ssl_client_certificate", "no"),
    ("example", "no"),
    ("docker", "no"),
    ("ci", "none"),
    ("license", "none"),
]


def ask(template: Path, folder: Path, **answers: Any) -> dict[str, Any]:
    """Return the answers that copier records, rendering nothing."""
    with copier.run_copy(
        str(template),
        folder,
        data=answers,
        defaults=True,
        unsafe=False,
        quiet=True,
        pretend=True,
    ) as worker:
        return dict(worker.answers.combined)


@pytest.mark.parametrize(("question", "answer", "message"), REFUSED)
def test_answer_is_refused_with_a_reason(
    template: Path, tmp_path: Path, question: str, answer: str, message: str
) -> None:
    with pytest.raises(ValueError, match=question) as caught:
        ask(template, tmp_path, **{question: answer})
    assert message in str(caught.value)


@pytest.mark.parametrize(("question", "answer"), ACCEPTED)
def test_answer_is_accepted(template: Path, tmp_path: Path, question: str, answer: str) -> None:
    ask(template, tmp_path, **{question: answer})


@pytest.mark.parametrize(("answers", "reason"), IMPOSSIBLE, ids=str)
def test_impossible_combination_is_refused_with_a_reason(
    template: Path, tmp_path: Path, answers: Answers, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        ask(template, tmp_path, **answers)


@pytest.mark.parametrize("refused", [answers for answers, _ in IMPOSSIBLE], ids=str)
def test_all_other_combinations_of_these_questions_are_accepted(
    template: Path, tmp_path: Path, refused: Answers
) -> None:
    for answers in every_combination({name: CHOICES[name] for name in refused}):
        ask(template, tmp_path, **answers)


def test_questions_that_depend_on_each_other_are_listed(template: Path) -> None:
    """So a combination of answers to any other questions is possible."""
    questions = yaml.safe_load((template / "copier.yml").read_text())
    dependent = {
        frozenset({name, other})
        for name in CHOICES
        for other in CHOICES
        if name != other
        and re.search(rf"\b{other}\b", str({**questions[name], "help": "", "choices": ""}))
    }
    assert dependent == {frozenset(refused) for refused, _ in IMPOSSIBLE}


def test_no_standard_library_module_is_accepted(template: Path) -> None:
    reserved = (template / "includes" / "reserved_names.jinja").read_text().split()
    public = {
        name for name in sys.stdlib_module_names if not name.startswith("_") and name.islower()
    }
    assert public <= set(reserved)


def test_no_distribution_of_a_rendered_project_is_accepted(template: Path, render: Render) -> None:
    reserved = (template / "includes" / "reserved_names.jinja").read_text().split()
    project = tomllib.loads((render() / "pyproject.toml").read_text())
    wanted: list[str] = project["project"]["dependencies"]
    for group in project["dependency-groups"].values():
        wanted += [entry for entry in group if isinstance(entry, str)]
    names = {requirement.split(">")[0].split("[")[0].replace("-", "_") for requirement in wanted}
    assert names <= set(reserved)


@pytest.mark.parametrize(
    ("project_name", "package_name"),
    [
        ("My Service", "my_service"),
        ("Order Ledger (EU)", "order_ledger_eu"),
        ("2nd Try!", "nd_try"),
        ("a -- b", "a_b"),
        ("Test", "test_service"),
        ("Class", "class_service"),
        ("FastAPI", "fastapi_service"),
        ("Migrations", "migrations_service"),
        ("\u65e5\u672c", "service"),
        ("404", "service"),
        ("x" * 60, "x" * 30),
        ("twenty nine characters long x y", "twenty_nine_characters_long_x"),
    ],
)
def test_package_name_is_derived_from_the_project_name(
    template: Path, tmp_path: Path, project_name: str, package_name: str
) -> None:
    assert ask(template, tmp_path, project_name=project_name)["package_name"] == package_name


@pytest.mark.parametrize("text", TEXTS)
def test_any_one_line_text_arrives_unchanged(render: Render, text: str) -> None:
    answers = {"project_name": text, "project_description": text, "author_name": text}
    project = render(answers, package_name="probe", author_email="a@example.com")
    metadata = tomllib.loads((project / "pyproject.toml").read_text())["project"]
    assert metadata["description"] == text
    assert metadata["authors"] == [{"name": text, "email": "a@example.com"}]
    recorded = yaml.safe_load((project / ".copier-answers.yml").read_text())
    assert {name: recorded[name] for name in answers} == answers
    for path in project.rglob("*.py"):
        compile(path.read_text(), path, "exec")


@pytest.mark.parametrize(
    ("answers", "authors"),
    [
        ({}, None),
        ({"author_name": "A"}, [{"name": "A"}]),
        ({"author_email": "a@example.com"}, [{"email": "a@example.com"}]),
    ],
)
def test_author_is_optional(render: Render, answers: dict[str, str], authors: Any) -> None:
    metadata = tomllib.loads((render(answers) / "pyproject.toml").read_text())["project"]
    assert metadata.get("authors") == authors


def test_every_answer_is_recorded(render: Render, template: Path) -> None:
    questions = yaml.safe_load((template / "copier.yml").read_text())
    asked = {
        name for name, question in questions.items() if name[0] != "_" and "when" not in question
    }
    recorded = yaml.safe_load((render() / ".copier-answers.yml").read_text())
    assert asked == {name for name in recorded if not name.startswith(("_", "template_"))}


def test_every_question_says_what_to_pick_when_unsure(template: Path) -> None:
    questions = yaml.safe_load((template / "copier.yml").read_text())
    for name, question in questions.items():
        if name[0] != "_" and question.get("when") is not False:
            assert "When unsure" in question["help"], name


def test_defaults_of_the_user_are_checked_as_well(copie: Copie, template: Path) -> None:
    result = copie_copy(copie, template, package_name="class")
    assert result.exit_code == -1
    assert "keyword" in str(result.exception)


def test_answers_are_the_ones_given(copie: Copie, template: Path) -> None:
    result = copie_copy(copie, template, package_name="orders", docker=False)
    assert result.exception is None
    answers = cast("dict[str, Any]", result.answers)  # pyright: ignore[reportUnknownMemberType]
    assert (answers["package_name"], answers["docker"]) == ("orders", False)


def copie_copy(copie: Copie, template: Path, **answers: Any) -> Result:
    """Render with the answers as the user's defaults, which is how pytest-copie passes them."""
    copy = cast("Callable[..., Result]", copie.copy)  # pyright: ignore[reportUnknownMemberType]
    return copy(answers, template_dir=template, vcs_ref="")

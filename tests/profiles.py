"""Answers, as data."""

from itertools import product
from typing import Any

Answers = dict[str, Any]

# The answers that decide over code; the others pick files, which tests/template checks.
CODE_ANSWERS: dict[str, tuple[Any, ...]] = {
    "python_version": ("3.11", "3.12", "3.13", "3.14"),
    "example": (True, False),
}

# A name decides where lines are wrapped.
NAMES = ("a1", "order_ledger_of_the_north_east")

BARE: Answers = {"example": False, "docker": False, "ci": "none", "license": "none"}


def code_profiles() -> list[Answers]:
    """Return every combination of the answers that decide over code."""
    return [
        dict(zip(CODE_ANSWERS, values, strict=True)) for values in product(*CODE_ANSWERS.values())
    ]


def name_of(answers: Answers) -> str:
    """Return a readable name for a profile."""
    return "-".join(f"{key}={value}" for key, value in answers.items()) or "default"

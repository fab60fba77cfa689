"""Answers, as data: what can be combined, and the sets of combinations that the tests go through."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any

Answers = dict[str, Any]
Pair = tuple[tuple[str, Any], tuple[str, Any]]

# The answers that decide over code ...
CODE_ANSWERS: Mapping[str, tuple[Any, ...]] = {
    "framework": ("fastapi", "tornado"),
    "data_layer": ("sqlalchemy", "asyncpg"),
    "pool": ("pooled", "nullpool", "pgbouncer"),
    "sslmode": ("disable", "require", "verify-ca", "verify-full"),
    "ssl_client_certificate": (False, True),
    "durable_jobs": (False, True),
    "example": (True, False),
    "python_version": ("3.11", "3.12", "3.13", "3.14"),
}
# ... and those that bring files.
SURROUNDINGS: Mapping[str, tuple[Any, ...]] = {
    "docker": (True, False),
    "ci": ("github", "gitlab", "none"),
    "license": ("MIT", "Apache-2.0", "none"),
}

# A name decides where lines are wrapped.
NAMES = ("a1", "order_ledger_of_the_north_east")

IMPOSSIBLE: list[tuple[Answers, str]] = [
    ({"sslmode": "disable", "ssl_client_certificate": True}, "part of TLS, which is off"),
]
"""Answers that make no sense together, and why; any more answers beside them change nothing."""

BARE: Answers = {"example": False, "docker": False, "ci": "none", "license": "none"}


def is_possible(answers: Answers) -> bool:
    """Tell whether the questions allow these answers together."""
    return not any(refused.items() <= answers.items() for refused, _ in IMPOSSIBLE)


def every_combination(questions: Mapping[str, Sequence[Any]]) -> list[Answers]:
    """Return all possible combinations."""
    found = (dict(zip(questions, values, strict=True)) for values in product(*questions.values()))
    return [answers for answers in found if is_possible(answers)]


def pairwise(questions: Mapping[str, Sequence[Any]]) -> list[Answers]:
    """Return a small set in which every possible pair of answers occurs (greedy, not the smallest)."""
    candidates = [(answers, set(_pairs_in(answers))) for answers in every_combination(questions)]
    # a pair may need a third answer that a release does not have
    possible = set[Pair]().union(*(found for _, found in candidates))
    # in order, so that the set is always the same
    missing: dict[Pair, None] = dict.fromkeys(pair for pair in pairs(questions) if pair in possible)
    chosen: list[Answers] = []
    while missing:
        pair = next(iter(missing))
        fitting = [candidate for candidate in candidates if pair in candidate[1]]
        answers, covered = max(fitting, key=lambda found: len(found[1] & missing.keys()))
        chosen.append(answers)
        missing = dict.fromkeys(pair for pair in missing if pair not in covered)
    return chosen


def pairs(questions: Mapping[str, Sequence[Any]]) -> Iterator[Pair]:
    """Yield every possible pair of answers to two questions."""
    for one, two in combinations(questions, 2):
        for first, second in product(questions[one], questions[two]):
            if is_possible({one: first, two: second}):
                yield (one, first), (two, second)


def _pairs_in(answers: Answers) -> Iterator[Pair]:
    return combinations(answers.items(), 2)


def name_of(answers: Answers) -> str:
    """Return a short readable name: the answers that differ from the default's kind."""
    words = [
        (name if value else f"no_{name}") if isinstance(value, bool) else str(value)
        for name, value in answers.items()
        if value is not False or name not in {"ssl_client_certificate", "durable_jobs"}
    ]
    return "-".join(words) or "default"


# All that differ in code; the Python version only decides over metadata. Jobs and TLS share no file: one mode will do.
CODE_COMBINATIONS = [
    answers
    for answers in every_combination(
        {name: values for name, values in CODE_ANSWERS.items() if name != "python_version"}
    )
    if not answers["durable_jobs"] or answers["sslmode"] == "disable"
]

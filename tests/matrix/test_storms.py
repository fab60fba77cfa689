"""Storms of cancels, many times what a project's own tests do, for every way of connecting (D1)."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from ..profiles import CODE_ANSWERS, Answers, every_combination, name_of
from ..programs import require_servers
from ..project.conftest import Installed

CANCELS_OF_EACH_FAULT = 130
FAULTS = 4
WAYS = [
    answers
    for answers in every_combination(
        {
            "data_layer": CODE_ANSWERS["data_layer"],
            "pool": CODE_ANSWERS["pool"],
            "sslmode": ("disable", "verify-full"),
            "ssl_client_certificate": (False, True),
        }
    )
    if answers["ssl_client_certificate"] == (answers["sslmode"] == "verify-full")
]
"""Every data layer and pool mode, in plain text and with certificates on both sides."""


@pytest.mark.parametrize("answers", WAYS, ids=name_of)
def test_storm_ends_every_unit_cancelled_and_leaves_the_pool_healthy(
    installed: Installed,
    tmp_path: Path,
    answers: Answers,
    record_property: Callable[[str, object], None],
) -> None:
    require_servers(answers)
    report = tmp_path / "storm.xml"

    installed(**answers).run(
        *("pytest", "-q", "-n", "0", "-k", "storm", "-o", "junit_family=xunit1"),
        f"--junit-xml={report}",
        "tests/integration/test_cancellation.py",
        STORM_CANCELS=str(CANCELS_OF_EACH_FAULT),
    )

    figures = [
        (found.get("name", ""), found.get("value", ""))
        for found in ET.parse(report).iter("property")  # noqa: S314 (our own report)
    ]
    assert len(figures) == FAULTS
    for fault, figure in figures:
        assert re.search(r"\d+ cancel requests, \d", figure), figure
        record_property(fault, figure)
        print(f"{name_of(answers)}: {fault}: {figure}")  # noqa: T201 (the figures of the report)

"""The service keeps the same HTTP contract in every framework, data layer and pool mode."""

from pathlib import Path

import pytest

from ..profiles import CODE_ANSWERS, Answers, every_combination, name_of
from ..programs import require_servers
from ..project.conftest import Installed
from ..project.test_service import passes_the_contract_suite, served

SERVICES = [
    *every_combination({name: CODE_ANSWERS[name] for name in ("framework", "data_layer", "pool")}),
    {"sslmode": "verify-full", "ssl_client_certificate": True},
    {"durable_jobs": True},
    {"durable_jobs": True, "data_layer": "asyncpg", "pool": "nullpool"},
    {"durable_jobs": True, "framework": "tornado", "pool": "pgbouncer"},
    {"durable_jobs": True, "framework": "tornado", "data_layer": "asyncpg"},
]


@pytest.mark.parametrize("answers", SERVICES, ids=name_of)
def test_service_passes_the_contract_suite(
    installed: Installed, tmp_path: Path, answers: Answers
) -> None:
    require_servers(answers)

    with served(installed(**answers), tmp_path / "service.log") as url:
        passes_the_contract_suite(url)

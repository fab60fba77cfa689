"""How clients get in: from this machine, with a password."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from .account import Account
from .binaries import Binaries


@dataclass(frozen=True, slots=True)
class Access:
    """What the server is started with, and what its clients need."""

    password: str = field(repr=False)

    @property
    def settings(self) -> Mapping[str, str]:
        """Settings of the server."""
        return {}

    @property
    def environment(self) -> Mapping[str, str]:
        """What PostgreSQL's own clients read."""
        return {"PGPASSWORD": self.password}

    def url(self, port: int, database: str) -> str:
        name = quote(database, safe="")
        return f"postgresql://postgres:{self.password}@127.0.0.1:{port}/{name}"


def access_to(base: Path, binaries: Binaries, account: Account) -> Access:
    """Return how clients get to the server whose files are in `base`."""
    del binaries, account
    return Access((base / "password").read_text())

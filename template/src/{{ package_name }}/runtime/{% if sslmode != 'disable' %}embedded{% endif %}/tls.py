"""Certificates of the server, from an authority of its own that stays in its folder."""

from pathlib import Path

import trustme

from .account import Account
from .binaries import Binaries
from .errors import EmbeddedPostgresError

PUBLIC, SECRET = 0o644, 0o600


def require_tls(base: Path, binaries: Binaries, account: Account) -> None:
    """Raise EmbeddedPostgresError when this PostgreSQL was built without OpenSSL."""
    ask = [binaries.program("postgres"), "-C", "ssl_library", "-D", str(base / "data")]
    _, answer = account.run(ask)
    if "OpenSSL" not in answer.splitlines():
        raise EmbeddedPostgresError(
            f"the PostgreSQL in {binaries.folder} has no TLS, which this project needs (the one that "
            "`uv sync` brings never has): install PostgreSQL, on Debian or Ubuntu with "
            "`sudo apt-get install postgresql`, or set DATABASE_URL to a server that runs elsewhere"
        )


def issue_certificates(base: Path, account: Account) -> None:
    """Write new certificates for server and client; whoever trusts the authority goes on doing so."""
    authority = _authority(base)
    server = authority.issue_cert("127.0.0.1", "localhost")
    client = authority.issue_cert(common_name="postgres")
    for name, issued in (("server", server), ("client", client)):
        chain = b"".join(blob.bytes() for blob in issued.cert_chain_pems)
        _write(base / f"{name}.pem", chain, PUBLIC)
        _write(base / f"{name}.key", issued.private_key_pem.bytes(), SECRET)
    for name in ("authority.pem", "server.pem", "server.key"):
        account.own(base / name)


def _authority(base: Path) -> trustme.CA:
    certificate, key = base / "authority.pem", base / "authority.key"
    if certificate.exists() and key.exists():
        return trustme.CA.from_pem(certificate.read_bytes(), key.read_bytes())
    authority = trustme.CA()
    _write(key, authority.private_key_pem.bytes(), SECRET)
    _write(certificate, authority.cert_pem.bytes(), PUBLIC)
    return authority


def _write(path: Path, content: bytes, mode: int) -> None:
    """Replace a file at once; nobody else may read a secret, at any moment."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    new.touch(mode=mode)
    new.write_bytes(content)
    new.replace(path)

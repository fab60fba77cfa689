"""Certificates for the tests, in files that are deleted when the process ends."""

import atexit
import datetime
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

DAY = datetime.timedelta(days=1)

_numbers = count()


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate, with what is between it and its authority, and its key."""

    certificate: Path
    key: Path

    @property
    def serial_number(self) -> int:
        return x509.load_pem_x509_certificate(self.certificate.read_bytes()).serial_number

    def locked(self, password: str) -> Path:
        """Return the file of the key with a password."""
        key = serialization.load_pem_private_key(self.key.read_bytes(), password=None)
        locked = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(password.encode()),
        )
        return write("locked.key", locked)


class Authority:
    """Issues certificates."""

    def __init__(self) -> None:
        self._authority = trustme.CA()
        self.certificate = write("authority.pem", self._authority.cert_pem.bytes())

    def issue(self, *names: str, **more: Any) -> Issued:
        """Issue a certificate for hosts, or with the `common_name` of a role."""
        issued = self._authority.issue_cert(*names, **more)
        chain = b"".join(blob.bytes() for blob in issued.cert_chain_pems)
        key = issued.private_key_pem.bytes()
        return Issued(write("certificate.pem", chain), write("certificate.key", key))

    def issue_expired(self, *names: str, **more: Any) -> Issued:
        """Issue a certificate that was good until yesterday."""
        now = datetime.datetime.now(datetime.UTC)
        return self.issue(*names, not_before=now - 2 * DAY, not_after=now - DAY, **more)

    def revoke(self, *revoked: Issued) -> Path:
        """Return the list of the revoked certificates."""
        now = datetime.datetime.now(datetime.UTC)
        authority = x509.load_pem_x509_certificate(self.certificate.read_bytes())
        key = serialization.load_pem_private_key(
            self._authority.private_key_pem.bytes(), password=None
        )
        assert isinstance(key, EllipticCurvePrivateKey)
        builder = x509.CertificateRevocationListBuilder(
            authority.subject, last_update=now - DAY, next_update=now + DAY
        )
        for issued in revoked:
            entry = x509.RevokedCertificateBuilder(issued.serial_number, now - DAY)
            builder = builder.add_revoked_certificate(entry.build())
        revocations = builder.sign(key, hashes.SHA256())
        return write("revoked.pem", revocations.public_bytes(serialization.Encoding.PEM))


def write(name: str, content: bytes) -> Path:
    """Write a file that nobody else may read and return its path."""
    path = _folder() / f"{next(_numbers)}-{name}"
    path.touch(mode=0o600)
    path.write_bytes(content)
    return path


@cache
def _folder() -> Path:
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)

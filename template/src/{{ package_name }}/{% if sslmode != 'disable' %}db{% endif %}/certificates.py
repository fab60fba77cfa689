"""The files of TLS: read when the settings are, so that a wrong one is named before anything starts (D3)."""

import ssl
import time
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

from .url import TlsVersion

CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
REVOCATIONS = b"-----BEGIN X509 CRL-----"

File = Annotated[str, Field(min_length=1)]


class CertificateError(ValueError):
    """A file of TLS cannot be used: the message names setting, file and remedy, and holds no secret."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"DATABASE_{name.upper()} ({name} in the URL): {problem}")


class CertificateSettings(BaseModel):
    """Whom to believe; the files are in PEM format."""

    sslrootcert: File | None = None
    """The authorities that may have signed the server's certificate; `system`: those of this machine."""

    sslcrl: File | None = None
    """Their lists of certificates that were revoked."""

    ssl_min_protocol_version: TlsVersion | None = None
    """The oldest TLS to accept: TLSv1.2 unless it is set."""


def load_authorities(context: ssl.SSLContext, file: str | None) -> None:
    """Trust the authorities of a file, or of the operating system."""
    name = "sslrootcert"
    if file is None:
        remedy = "give the file with the authority of the server's certificate"
        raise CertificateError(name, f"is not set: {remedy}, as its provider offers it")
    if file == "system":
        context.load_default_certs(ssl.Purpose.SERVER_AUTH)
        return
    read_pem(name, file, CERTIFICATE)
    load(context, name, file)
    ends = [str(authority["notAfter"]) for authority in context.get_ca_certs()]
    if ends and max(map(ssl.cert_time_to_seconds, ends)) < time.time():
        remedy = "get the new one from the provider of the server"
        raise CertificateError(name, f"every authority in {file} has expired: {remedy}")


def load_revocations(context: ssl.SSLContext, file: str) -> None:
    """Refuse what a list of revoked certificates names; there must be one of each authority."""
    name = "sslcrl"
    if context.verify_mode is ssl.CERT_NONE:
        raise CertificateError(name, "without sslrootcert nothing is checked: give that too")
    if CERTIFICATE in read_pem(name, file, REVOCATIONS):
        raise CertificateError(name, f"{file} holds certificates, to be trusted: remove them")
    load(context, name, file)
    context.verify_flags |= ssl.VERIFY_CRL_CHECK_CHAIN


def load(context: ssl.SSLContext, name: str, file: str) -> None:
    """Hand a file that can be read over to OpenSSL."""
    try:
        context.load_verify_locations(cafile=file)
    except ssl.SSLError as error:
        raise CertificateError(name, f"{file} is damaged ({error.reason}): copy it anew") from error


def read_pem(name: str, file: str, begin: bytes) -> bytes:
    """Return what is in a file, which must have such a block."""
    try:
        content = Path(file).read_bytes()
    except OSError as error:
        problem = f"{file} cannot be read ({error.strerror}): give the path of a file that this user may read"
        raise CertificateError(name, problem) from error
    if begin not in content:
        block = begin.decode().strip("-")
        raise CertificateError(name, f"{file} has no `{block}`: give a file in PEM format")
    return content

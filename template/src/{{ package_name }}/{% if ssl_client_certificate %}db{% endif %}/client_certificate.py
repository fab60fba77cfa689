"""The certificate by which the service proves who it is (D3)."""

import ssl
import stat
from pathlib import Path

from pydantic import SecretStr

from .certificates import (
    CERTIFICATE,
    CertificateError,
    CertificateSettings,
    File,
    load,
    read_pem,
)
from .url import ConnectionParameters

PRIVATE_KEY = b"PRIVATE KEY-----"
_ENCRYPTED = b"ENCRYPTED"  # in the first lines of a key that needs a password
_NOT_ITS_KEY = {"KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH", "NO_CERTIFICATE_ASSIGNED"}
_TOO_WEAK = {"EE_KEY_TOO_SMALL", "CA_KEY_TOO_SMALL", "CA_MD_TOO_WEAK"}
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class ClientCertificateSettings(CertificateSettings):
    """Who we are; the files are in PEM format."""

    sslcert: File | None = None
    """The certificate, with those of the authorities between it and one that the server knows."""

    sslkey: File | None = None
    """Its private key, in a file that nobody else may read."""

    sslpassword: SecretStr | None = None
    """The password of the key, if it has one."""


def load_client_certificate(context: ssl.SSLContext, parameters: ConnectionParameters) -> None:
    """Show the certificate to the server; raise CertificateError when certificate, key and password do not fit."""
    certificate = _named("sslcert", parameters.sslcert)
    key = _named("sslkey", parameters.sslkey)
    read_pem("sslcert", certificate, CERTIFICATE)
    encrypted = _ENCRYPTED in read_pem("sslkey", key, PRIVATE_KEY)
    _refuse_key_of_others(key)
    if encrypted and not parameters.sslpassword:
        raise CertificateError("sslpassword", f"is not set, and {key} has one: set it")
    try:
        # without a password OpenSSL would ask for one at the terminal
        context.load_cert_chain(certificate, key, password=parameters.sslpassword or "")
    except ssl.SSLError as error:
        if error.reason in _NOT_ITS_KEY:
            problem = f"{key} is not the key of {certificate}: give the two that fit"
            raise CertificateError("sslkey", problem) from error
        if error.reason in _TOO_WEAK:
            problem = f"{certificate} is too weak for OpenSSL ({error.reason}): get a stronger one"
            raise CertificateError("sslcert", problem) from error
        # is it the certificate, or the key?
        load(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), "sslcert", certificate)
        if encrypted:
            problem = f"is not the password of {key}, or that file is damaged"
            raise CertificateError("sslpassword", problem) from error
        problem = f"{key} is damaged ({error.reason}): copy it anew"
        raise CertificateError("sslkey", problem) from error


def _named(name: str, file: str | None) -> str:
    if file is None:
        remedy = "give the path of the service's file, or run `copier update --data ssl_client_certificate=false`"
        raise CertificateError(name, f"is not set: {remedy}")
    return file


def _refuse_key_of_others(key: str) -> None:
    """As libpq does: a key of root's may be read by a group, for services that are not root."""
    status = Path(key).stat()
    shared = _OTHERS & ~stat.S_IRGRP if status.st_uid == 0 else _OTHERS
    if status.st_mode & shared:
        raise CertificateError("sslkey", f"{key} can be read or changed by others: chmod 600 {key}")

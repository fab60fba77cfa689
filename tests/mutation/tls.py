"""The wrong forms of TLS, in projects that have it."""

from .mutations import CONNECT, Mutation, tests

MUTUAL: dict[str, object] = {"sslmode": "verify-full", "ssl_client_certificate": True}
FULL: dict[str, object] = {"sslmode": "verify-full"}

TLS = "src/my_service/db/tls.py"
RENEWAL = "src/my_service/db/renewal.py"
CERTIFICATES = "src/my_service/db/certificates.py"
CLIENT = "src/my_service/db/client_certificate.py"

RENEWED = tests("integration/test_renewal.py")
REFUSED = tests("integration/test_tls.py")
CHECKED = tests("unit/test_tls.py")
SHOWN = tests("unit/test_client_certificate.py")


MUTATIONS = [
    Mutation(
        "D3",
        "TLS if the server likes",
        CONNECT,
        "                host=address[0], port=address[1], target_session_attrs=kind, ssl=tls, **arguments\n",
        '                host=address[0], port=address[1], target_session_attrs=kind, ssl="prefer", **arguments\n',
        REFUSED,
        FULL,
    ),
    Mutation(
        "D3",
        "certificates read once",
        RENEWAL,
        "            if versions != self._read:\n",
        "            if not self._read:\n",
        RENEWED,
        FULL,
    ),
    Mutation(
        "D3",
        "mode of a key that is put right not noticed",
        RENEWAL,
        "    return status.st_ctime_ns, ",
        "    return status.st_mtime_ns, ",
        RENEWED,
        FULL,
    ),
    Mutation(
        "D3",
        "half-replaced certificates in use",
        RENEWAL,
        "                except CertificateError as error:\n",
        "                except NotADirectoryError as error:\n",
        RENEWED,
        FULL,
    ),
    Mutation(
        "D3",
        "certificate for any host",
        TLS,
        '    context.check_hostname = parameters.sslmode == "verify-full"\n',
        "    context.check_hostname = False\n",
        REFUSED,
        FULL,
    ),
    Mutation(
        "D3",
        "certificate from anybody",
        TLS,
        "        context.verify_mode = ssl.CERT_REQUIRED\n",
        "        context.check_hostname = False\n        context.verify_mode = ssl.CERT_NONE\n",
        REFUSED,
        FULL,
    ),
    Mutation(
        "D3",
        "TLS 1.0 is good enough",
        TLS,
        "    context.minimum_version = ssl.TLSVersion.TLSv1_2\n",
        "    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED\n",
        CHECKED,
        FULL,
    ),
    Mutation(
        "D3",
        "least TLS of the URL dropped",
        TLS,
        "        context.minimum_version = ssl.TLSVersion.TLSv1_3\n",
        "        pass\n",
        REFUSED,
        FULL,
    ),
    Mutation(
        "D3",
        "revoked certificates not looked up",
        CERTIFICATES,
        "    context.verify_flags |= ssl.VERIFY_CRL_CHECK_CHAIN\n",
        "",
        REFUSED,
        FULL,
    ),
    Mutation(
        "D3",
        "migrations that connect in their own way",
        "src/my_service/db/migrate.py",
        '    arguments["command_timeout"] = None\n',
        '    arguments["command_timeout"] = None\n    arguments["ssl"] = lambda: asyncio.sleep(0, "require")\n',
        REFUSED,
        FULL,
    ),
    Mutation(
        "D3",
        "weaker URL accepted",
        TLS,
        "    if _FROM_WEAK_TO_STRICT.index(wanted) < _FROM_WEAK_TO_STRICT.index(SSLMODE):\n",
        "    if wanted == 'disable':\n",
        CHECKED,
        FULL,
    ),
    Mutation(
        "D3",
        "Unix socket in place of TLS",
        TLS,
        '    if any(host.startswith("/") for host in parameters.hosts):\n',
        "    if False:\n",
        CHECKED,
        FULL,
    ),
    Mutation(
        "D3",
        "direct TLS without its protocol name",
        TLS,
        "    context.set_alpn_protocols([_ALPN])\n",
        "",
        REFUSED,
        FULL,
    ),
    Mutation(
        "D3",
        "expired authority found out by the first request",
        CERTIFICATES,
        "    if ends and max(map(ssl.cert_time_to_seconds, ends)) < time.time():\n",
        "    if False:\n",
        CHECKED,
        FULL,
    ),
    Mutation(
        "D3",
        "key that others can read",
        CLIENT,
        "    if status.st_mode & shared:\n",
        "    if False:\n",
        SHOWN,
        MUTUAL,
    ),
    Mutation(
        "D3",
        "failure without a reason",
        "src/my_service/db/failures.py",
        "    why = tls_failure(original, parameters)\n",
        "    why = None\n",
        REFUSED,
        FULL,
    ),
    Mutation(
        "D3",
        "plain text to the embedded server",
        "src/my_service/runtime/embedded/access.py",
        "hostssl all all 127.0.0.1/32 scram-sha-256\n",
        "host all all 127.0.0.1/32 scram-sha-256\n",
        tests("unit/test_embedded_tls.py"),
        FULL,
    ),
]

"""A libpq connection URL, as a provider shows it, read into typed arguments (D3).

The meanings are libpq's, but the database must be named, the default host is `localhost`, and what
asyncpg cannot honour is refused, as is whatever hints at a password without percent-encoding. No
message repeats a value of the URL: a badly encoded password may end up in any part of it.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from ipaddress import IPv6Address
from typing import Literal, cast, get_args
from urllib.parse import unquote

SslMode = Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]
SslNegotiation = Literal["postgres", "direct"]
TlsVersion = Literal["TLSv1.2", "TLSv1.3"]
SessionAttrs = Literal["any", "primary", "standby", "prefer-standby", "read-write", "read-only"]

_TCP: Mapping[str, int] = {  # with their largest values; tcp_user_timeout is in milliseconds
    "keepalives": 1,
    "keepalives_idle": 32_767,
    "keepalives_interval": 32_767,
    "keepalives_count": 127,
    "tcp_user_timeout": 86_400_000,
}
_FREE = (
    *("host", "port", "user", "password", "dbname", "options", "connect_timeout"),
    *("application_name", "fallback_application_name"),
    *("sslrootcert", "sslcert", "sslkey", "sslcrl", "sslpassword"),
    *_TCP,
)
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "sslmode": get_args(SslMode),
    "sslnegotiation": get_args(SslNegotiation),
    "ssl_min_protocol_version": get_args(TlsVersion),
    "target_session_attrs": get_args(SessionAttrs),
    # Accepted and not passed on: it is what asyncpg does anyway.
    "channel_binding": ("disable", "prefer"),
    "client_encoding": ("UTF8", "UTF-8", "utf8", "utf-8"),
    "gssencmode": ("disable", "prefer"),
    "sslcompression": ("0",),
}
_KNOWN = (*_FREE, *_CHOICES)
_REMEDIES: Mapping[str, str] = {
    "channel_binding": "asyncpg cannot do channel binding: remove `channel_binding=require` from "
    "the URL; `sslmode=verify-full&sslrootcert=system` instead proves who the server is",
    "database": "write `dbname`, or put the name after the host: /name",
    "schema": "write `options=-c%20search_path%3Dname`",
    "ssl": "write `sslmode=require`, or a stricter mode",
}
_HOST = r"/.*|([\w-]{1,63}\.)*[\w-]{1,63}\.?"  # a folder, or a name; no label of it is empty
_NO_SETTINGS = {"client_encoding", "user", "database", "replication", "options"}
_UNENCODED = "percent-encode a password: # is %23, @ is %40, / is %2F, ? is %3F, a space %20"


class InvalidDatabaseUrl(ValueError):
    """The URL cannot be used. The message names the parameter and the remedy, never a secret."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ConnectionParameters:
    """Where and how to connect; `None` where the URL leaves it open.

    There is one port for each host; a host that begins with `/` is the folder of a Unix socket.
    `sslrootcert` is a path, or `system` for the authorities that the operating system trusts.
    `connect_timeout` is in seconds, and `None` also for libpq's 0, which means no limit.
    """

    hosts: tuple[str, ...]
    ports: tuple[int, ...]
    user: str | None
    password: str | None = field(repr=False)
    database: str
    sslmode: SslMode | None
    sslrootcert: str | None
    sslcert: str | None
    sslkey: str | None
    sslcrl: str | None
    sslpassword: str | None = field(repr=False)
    ssl_min_protocol_version: TlsVersion | None
    sslnegotiation: SslNegotiation | None
    target_session_attrs: SessionAttrs | None
    server_settings: Mapping[str, str]
    connect_timeout: float | None
    keepalive: Mapping[str, int]
    """libpq's parameters about a silent peer, as far as they are given."""


def parse_url(url: str) -> ConnectionParameters:
    """Read `postgresql://user:password@host:port,host:port/database?parameter=value&...`.

    Raises InvalidDatabaseUrl for what is unknown, contradictory, or impossible with asyncpg.
    """
    authority, path, query = _split(url.strip())
    credentials, _, addresses = authority.rpartition("@")
    user, _, password = credentials.partition(":")
    written = (("user", user), ("password", password), ("dbname", path))
    given = {name: _decode(name, text) for name, text in written if text}
    secret = False  # once it has begun, what follows may be the rest of it, behind an open &
    for piece in query.split("&") if query else ():
        name, value = _parameter(piece, behind_secret=secret)
        secret = secret or name in {"password", "sslpassword"}
        _agree(name, given.setdefault(name, value), value)
    hosts, ports = _addresses(addresses, given)
    if "dbname" not in given:
        raise InvalidDatabaseUrl("dbname: no database is named, write it after the host: /name")
    timeout = _number(given.get("connect_timeout", "0"), "connect_timeout", 0, 86_400)
    return ConnectionParameters(
        hosts=hosts,
        ports=ports,
        user=given.get("user"),
        password=given.get("password"),
        database=given["dbname"],
        sslmode=_sslmode(given, hosts),
        sslrootcert=given.get("sslrootcert"),
        sslcert=given.get("sslcert"),
        sslkey=given.get("sslkey"),
        sslcrl=given.get("sslcrl"),
        sslpassword=given.get("sslpassword"),
        ssl_min_protocol_version=cast("TlsVersion | None", given.get("ssl_min_protocol_version")),
        sslnegotiation=cast("SslNegotiation | None", given.get("sslnegotiation")),
        target_session_attrs=cast("SessionAttrs | None", given.get("target_session_attrs")),
        server_settings=_server_settings(given),
        connect_timeout=float(timeout) or None,
        keepalive={
            name: _number(given[name], name, 0, most)
            for name, most in _TCP.items()
            if name in given
        },
    )


def _split(url: str) -> tuple[str, str, str]:
    scheme, separator, rest = url.partition("://")
    if separator and re.fullmatch(r"postgres(ql)?\+\w+", scheme):
        raise InvalidDatabaseUrl("scheme: write postgresql://, the service picks the driver")
    if scheme not in {"postgresql", "postgres"} or not rest:
        raise InvalidDatabaseUrl("the URL must look like postgresql://user:password@host/database")
    before, _, query = rest.partition("?")
    authority, _, path = before.partition("/")
    misread = ":" in authority and "@" in query  # whose own @ is %40
    if misread or authority.count("@") > 1 or re.search(r"[@/]", path):
        raise InvalidDatabaseUrl(f"password, host or dbname: an @, / or ? too many; {_UNENCODED}")
    if re.search(r"[\s\x00-\x1f\x7f#]", rest):
        raise InvalidDatabaseUrl(f"the URL holds a #, a space or a control sign; {_UNENCODED}")
    return authority, path, query


def _parameter(text: str, *, behind_secret: bool) -> tuple[str, str]:
    raw_name, separator, raw_value = text.partition("=")
    name = _decode("a parameter's name", raw_name)
    is_name = separator and re.fullmatch(r"\w{1,40}", name, re.ASCII)
    if not is_name or (behind_secret and name not in {*_KNOWN, *_REMEDIES}):
        raise InvalidDatabaseUrl("query: must hold name=value pairs; an & inside a value is %26")
    value = _decode(name, raw_value)
    if (name, value) == ("ssl", "true"):  # libpq's own alias
        name, value = "sslmode", "require"
    _check(name, value)
    return name, value


def _check(name: str, value: str) -> None:
    remedy = _REMEDIES.get(name)
    if name not in _KNOWN:
        close = get_close_matches(name, _KNOWN, n=1, cutoff=0.75)
        remedy = remedy or (f"did you mean `{close[0]}`?" if close else "remove it")
        remedy += "; a setting of the server is written `options=-c%20name%3Dvalue`"
        raise InvalidDatabaseUrl(f"unknown parameter `{name}`: {remedy}")
    if not value:
        raise InvalidDatabaseUrl(f"{name}: the value is empty; give one, or remove the parameter")
    if value not in _CHOICES.get(name, (value,)):
        choices = " or ".join(_CHOICES[name])
        raise InvalidDatabaseUrl(f"{name}: {remedy or 'unknown value'}; possible: {choices}")


def _addresses(text: str, given: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    pairs = [_address(item) for item in text.split(",")] if text else []
    hosts = tuple(host for host, _ in pairs)
    in_query = tuple(map(_host, given["host"].split(","))) if "host" in given else hosts
    _agree("host", hosts or in_query, in_query)
    hosts = in_query or ("localhost",)
    own_ports = tuple(port or 5432 for _, port in pairs) or (5432,)
    ports = tuple(map(_number, given["port"].split(","))) if "port" in given else own_ports
    ports = ports * len(hosts) if len(ports) == 1 else ports
    if len(ports) != len(hosts):
        raise InvalidDatabaseUrl("port: give one port for all hosts, or one for each")
    if any(port for _, port in pairs):
        _agree("port", own_ports, ports)
    return hosts, ports


def _address(text: str) -> tuple[str, int | None]:
    match = re.fullmatch(r"(?:\[([^\[\]]*:[^\[\]]*)\]|([^:\[\]]*))(?::([^:]*))?", text)
    if match is None:
        raise InvalidDatabaseUrl("host: write host:port, and IPv6 in brackets, as in [::1]:5432")
    host, port = _decode("host", match[1] or match[2]), match[3]
    return _host(host), None if port is None else _number(_decode("port", port))


def _host(text: str) -> str:
    with suppress(ValueError):
        if re.fullmatch(_HOST, text) or IPv6Address(text):
            return text
    raise InvalidDatabaseUrl(f"host: empty, or not a host; a port goes into `port=`; {_UNENCODED}")


def _number(text: str, name: str = "port", least: int = 1, most: int = 65_535) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise InvalidDatabaseUrl(f"{name}: no whole number from {least} to {most}; {_UNENCODED}")
    return int(text)


def _sslmode(given: Mapping[str, str], hosts: tuple[str, ...]) -> SslMode | None:
    system = given.get("sslrootcert") == "system"
    mode = given.get("sslmode", "verify-full" if system else None)
    encrypted = mode in {"require", "verify-ca", "verify-full"}
    direct = given.get("sslnegotiation") == "direct"
    socket = any(host.startswith("/") for host in hosts)
    certificates = given.keys() & {"sslrootcert", "sslcert", "sslcrl"}
    for wrong, message in (
        (system and mode != "verify-full", "sslrootcert: `system` needs `sslmode=verify-full`"),
        (("sslcert" in given) != ("sslkey" in given), "sslcert, sslkey: give both or neither"),
        ("sslpassword" in given and "sslkey" not in given, "sslpassword: give `sslkey` too"),
        (mode == "disable" and certificates, "sslmode: `disable` contradicts the certificates"),
        (not encrypted and direct, "sslnegotiation: `direct` needs `sslmode=require` or stricter"),
        (encrypted and socket, "sslmode: a Unix socket never has TLS; remove it, or name a host"),
    ):
        if wrong:
            raise InvalidDatabaseUrl(message)
    return cast("SslMode | None", mode)


def _server_settings(given: Mapping[str, str]) -> dict[str, str]:
    settings: dict[str, str] = {}
    # The server splits `options` at white space, unless a backslash stands before it.
    words = iter(re.findall(r"(?:\\.|[^\s\\])+", given.get("options", ""), re.DOTALL))
    for word in words:
        option = f"-c{next(words, '')}" if word == "-c" else word
        match = re.fullmatch(r"(?:-c|--)([a-z_][\w.-]*)=(.*)", option, re.ASCII | re.DOTALL | re.I)
        name = match[1].replace("-", "_") if match else ""
        if match is None or name in _NO_SETTINGS:
            message = "options: must hold `-c name=value` only, written -c%20name%3Dvalue"
            raise InvalidDatabaseUrl(f"{message}; remove `endpoint=` and the like, TLS does it")
        value = re.sub(r"\\(.)", r"\1", match[2], flags=re.DOTALL)
        _agree(f"options, {name}", settings.setdefault(name, value), value)
    application = given.get("application_name") or settings.get("application_name")
    _agree("application_name", application, settings.get("application_name", application))
    if application := application or given.get("fallback_application_name"):
        settings["application_name"] = application
    return settings


def _agree(name: str, first: object, second: object) -> None:
    if first != second:
        raise InvalidDatabaseUrl(f"{name}: given twice with different values; keep one of them")


def _decode(name: str, text: str) -> str:
    if re.search(r"%(?![0-9A-Fa-f]{2})|%00", text):
        raise InvalidDatabaseUrl(f"{name}: a % must be written as %25, and %00 is not possible")
    value = unquote(text, errors="surrogateescape")
    if re.search("[\udc80-\udcff]", value):
        raise InvalidDatabaseUrl(f"{name}: the percent-encoded bytes are not UTF-8")
    return value

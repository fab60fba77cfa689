"""The parts of a URL that tests change."""

from urllib.parse import urlsplit, urlunsplit


def database_name(url: str) -> str:
    """Return the name of the database in a URL."""
    return urlsplit(url).path.removeprefix("/")


def with_database(url: str, name: str) -> str:
    """Return the URL of another database on the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def with_query(url: str, query: str) -> str:
    """Return the URL with more parameters, such as `a=1&b=2`."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, query)))))

"""How the tests' PgBouncer speaks to both sides: in plain text."""


def tls_settings() -> dict[str, str]:
    """Return lines of its configuration."""
    return {}


def tls_files(server_url: str) -> dict[str, bytes]:
    """Return the content of files that its configuration names, by the name of the setting."""
    del server_url
    return {}

"""The one error of the embedded PostgreSQL, and what its messages quote."""


class EmbeddedPostgresError(RuntimeError):
    """The embedded PostgreSQL cannot be found, started or stopped; the message says what to do."""


def last_lines(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-15:])

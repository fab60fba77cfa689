"""DATABASE_POOL_SIZE is now DATABASE_CONNECTIONS, the same name in every pool mode (C5). After the merge.

DATABASE_POOL_OVERFLOW was added to the size; it is now a part of the connections. What the project's Python says of
`pool_size` is the user's to rename.
"""

import re
from pathlib import Path

from project import git, read, rename_setting, say, texts_of_settings, write

SIZE = re.compile(r"""(\bDATABASE_POOL_SIZE["']?\s*[=:]\s*["']?)(\d+)""")
OVERFLOW = re.compile(r"""^[^#\n]*\bDATABASE_POOL_OVERFLOW["']?\s*[=:]\s*["']?(\d+)""", re.M)
DEFAULT_SIZE = 10

# The fixtures of the ledger's tests are the user's; they import the number that the template's conftest.py has.
FIXTURES = Path("tests/ledger/conftest.py")
_STARTED = "    async with app.router.lifespan_context(app):\n"
IN_FIXTURES = {
    "import POOL_SIZE": "import CONNECTIONS",
    '"pool_size": POOL_SIZE': '"connections": CONNECTIONS',
    f"{_STARTED}        yield app\n": (
        f"{_STARTED}        proxy.reset()  # what is asked at the start is not counted\n        yield app\n"
    ),
}


def with_overflow(text: str) -> str:
    """Add the overflow to the sizes, when the file sets one."""
    overflow = OVERFLOW.search(text)
    more = int(overflow[1]) if overflow else 0
    return SIZE.sub(lambda size: f"{size[1]}{int(size[2]) + more}", text)


def say_what_an_overflow_alone_needs() -> None:
    """Name the files that left the size at its default: the overflow is a part of that now, or more than all of it."""
    for path, text in texts_of_settings().items():
        overflow = OVERFLOW.search(text)
        if overflow and "DATABASE_CONNECTIONS" not in text:
            say(
                f"{path} sets DATABASE_POOL_OVERFLOW, which is now a part of DATABASE_CONNECTIONS:"
                f" set DATABASE_CONNECTIONS to {DEFAULT_SIZE + int(overflow[1])} beside it to have as many as before"
            )


def say_where_python_has_the_old_name() -> None:
    of_the_template = ("src/*/db/*", "tests/integration", "tests/support", "tests/unit")
    excluded = [f":(exclude){folder}" for folder in of_the_template]
    found = git("grep", "-nw", "pool_size", "--", "*.py", *excluded) or ""
    for line in found.splitlines():
        say(f"rename pool_size to connections where the setting is meant: {line}")


def with_connections(text: str) -> str:
    """Use the new names in the fixtures of the ledger's tests, and count from the start of the service on."""
    for old, new in IN_FIXTURES.items():
        text = text.replace(old, new)
    return text


def main() -> None:
    if FIXTURES.exists():
        write(FIXTURES, with_connections(read(FIXTURES)))
    left = rename_setting("DATABASE_POOL_SIZE", "DATABASE_CONNECTIONS", with_overflow)
    for path in left:
        say(f"{path} mentions DATABASE_POOL_SIZE: rename it, to DATABASE_CONNECTIONS")
    say_what_an_overflow_alone_needs()
    say_where_python_has_the_old_name()
    say("Where the service is deployed, rename DATABASE_POOL_SIZE to DATABASE_CONNECTIONS as well.")


if __name__ == "__main__":
    main()

"""With Tornado, routes.py is handlers.py, so that both can lie side by side when `framework` changes. Before the merge.

The user's own domains may keep their names: what they are imported by is the user's, too.
"""

import sys
from pathlib import Path

from project import answer, git, move, read, say, write

LEDGER = "from .ledger import routes as ledger"


def main() -> None:
    if answer("framework") != "tornado":
        return
    package = Path("src", answer("package_name"))
    folders = (package, package / "ledger")
    moves = {
        folder / "routes.py": folder / "handlers.py"
        for folder in folders
        if (folder / "routes.py").exists()
    }
    for old, new in moves.items():
        if new.exists():
            sys.exit(
                f"{old} is to become {new}, which exists: rename yours, commit, and update again"
            )
    for old, new in moves.items():
        move(str(old), str(new))
    handlers = package / "handlers.py"
    if handlers.exists():
        write(handlers, read(handlers).replace(LEDGER, LEDGER.replace("routes", "handlers")))
    if moves:
        for line in still_named(package).splitlines():
            say(f"rename routes to handlers where the module that moved is meant: {line}")


def still_named(package: Path) -> str:
    """Return the lines that import a module that is called routes, but for the release's own."""
    absolute, relative = rf"{package.name}(\.ledger)?", r"from \.+(ledger)?"
    pattern = rf"({absolute}|{relative})(\.| import )?routes\b"
    of_the_release = [f":(exclude){folder}" for folder in (package / "web", "tests/support")]
    return git("grep", "-nE", pattern, "--", "*.py", *of_the_release) or ""


if __name__ == "__main__":
    main()

"""With Tornado, routes.py is handlers.py, so that both can lie side by side when `framework` changes. Before the merge.

The user's own domains may keep their names: what they are imported by is the user's, too.
"""

import re
from pathlib import Path

from project import ANSWERS, move

LEDGER = "from .ledger import routes as ledger"


def main() -> None:
    if not re.search(r"^framework: tornado$", ANSWERS.read_text(encoding="utf-8"), re.M):
        return
    for path in (*Path().glob("src/*/routes.py"), *Path().glob("src/*/ledger/routes.py")):
        move(str(path), str(path.with_name("handlers.py")))
    for path in Path().glob("src/*/handlers.py"):
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace(LEDGER, LEDGER.replace("routes", "handlers")), encoding="utf-8"
        )


if __name__ == "__main__":
    main()

"""Prints what CHANGELOG.md says about a release: `release_notes.py v0.1.0`.

Ends with exit code 1 when the tag, the version in pyproject.toml and the newest entry differ.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENTRY = re.compile(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}\n(.*?)(?=^## |\Z)", re.M | re.S)


def main() -> str:
    if len(sys.argv) != 2:
        sys.exit("usage: release_notes.py TAG")
    tag = sys.argv[1]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    entry = ENTRY.search((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    newest = entry[1] if entry else "none"
    if not tag == f"v{project['version']}" == f"v{newest}":
        sys.exit(
            f"error: the tag is {tag}, the version in pyproject.toml {project['version']},"
            f" the newest entry of CHANGELOG.md {newest}: make them agree"
        )
    return entry[2].strip() if entry else ""


if __name__ == "__main__":
    print(main())

"""Keeps what a release renders from: `archive_release.py v0.1.0` writes tests/releases/v0.1.0.tar.gz.

The tests of updates start from these archives, so that they need neither tags nor history.
"""

import gzip
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RELEASES = ROOT / "tests" / "releases"
PARTS = ("copier.yml", "CHANGELOG.md", "includes", "template", "hooks")
"""What copier reads when it makes or updates a project."""


def archive(tag: str) -> bytes:
    """Return the tar file of a tag's parts; the same bytes each time."""
    command = ["git", "archive", "--format=tar", f"{tag}^{{commit}}", *PARTS]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: archive_release.py TAG")
    target = RELEASES / f"{sys.argv[1]}.tar.gz"
    target.write_bytes(gzip.compress(archive(sys.argv[1]), mtime=0))
    print(target.relative_to(ROOT))

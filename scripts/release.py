"""Cuts a release: `release.py 0.2.0`, on main with everything committed; nothing is pushed.

Dates the entries under Unreleased, sets the version, commits, tags, and keeps the archive that the tests of updates
start from. A tag that exists is never moved. Its number is above that of every release, and not below that of a
migration in copier.yml, which no update would cross otherwise.
"""

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSION = re.compile(r"\d+\.\d+\.\d+")
OWN_VERSION = re.compile(r'^(name = "copier-async-postgres"\nversion = ").*(?="$)', re.M)
MIGRATION = re.compile(r'^  - version: "(\d+\.\d+\.\d+)"$', re.M)


def main(version: str) -> None:
    tag = f"v{version}"
    if not VERSION.fullmatch(version):
        sys.exit(f"error: {version} is not a version such as 1.2.3")
    if git("status", "--porcelain"):
        sys.exit("error: there are changes that are not committed: commit them first")
    releases = released()
    if version in releases:
        sys.exit(f"error: {tag} exists, and tags never move: take the next version")
    if releases:
        newest = max(releases, key=number)
        if number(version) < number(newest):
            sys.exit(
                f"error: {version} is below {newest}, the newest release: take a higher version"
            )
    migrations = MIGRATION.findall((ROOT / "copier.yml").read_text(encoding="utf-8"))
    highest = max(migrations, key=number, default=version)
    if number(version) < number(highest):
        sys.exit(
            f"error: {version} is below {highest}, the version of a migration in copier.yml:"
            f" take {highest} or a higher one, or correct the migration"
        )
    changelog = ROOT / "CHANGELOG.md"
    text = changelog.read_text(encoding="utf-8")
    head, unreleased, rest = text.partition("## [Unreleased]\n")
    if not rest.lstrip().startswith("### "):
        sys.exit("error: CHANGELOG.md has nothing under Unreleased")
    today = datetime.now(UTC).date()
    texts = {changelog: f"{head}{unreleased}\n## [{version}] - {today}\n{rest}"}
    for name in ("pyproject.toml", "uv.lock"):  # `uv lock` may renew more than the version
        texts[ROOT / name] = with_version(ROOT / name, version)
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    git("commit", "--all", "--quiet", "--message", f"Release {version}")
    git("tag", "--annotate", tag, "--message", version)
    run(sys.executable, str(ROOT / "scripts" / "release_notes.py"), tag)
    run(sys.executable, str(ROOT / "scripts" / "archive_release.py"), tag)
    git("add", f"tests/releases/{tag}.tar.gz")
    git("commit", "--quiet", "--message", f"Archive of {tag}, for tests of updates")
    print(f"{tag} is cut. Publish it: git push --atomic origin main {tag}")


def with_version(path: Path, version: str) -> str:
    text, found = OWN_VERSION.subn(rf"\g<1>{version}", path.read_text(encoding="utf-8"))
    if found != 1:
        sys.exit(f"error: {path.name} does not say the version below the name of this repository")
    return text


def released() -> list[str]:
    """Return the versions that are tagged or archived: a clone may lack tags."""
    archives = (ROOT / "tests" / "releases").glob("v*.tar.gz")
    names = [
        *git("tag", "--list", "v*").split(),
        *(path.name.removesuffix(".tar.gz") for path in archives),
    ]
    return [name[1:] for name in names if VERSION.fullmatch(name[1:])]


def number(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def git(*arguments: str) -> str:
    return run("git", *arguments)


def run(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: release.py VERSION")
    main(sys.argv[1])

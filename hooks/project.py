"""What migration scripts do with a user's project: rename an answer or a setting, move a file.

The working directory is the project, whose files were all committed when the update began. Everything here can be
repeated: it does nothing when its work is done already.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

ANSWERS = Path(".copier-answers.yml")
OF_SETTINGS = (
    ".env", ".env.*", "compose*.y*ml", "docker-compose*.y*ml", "Dockerfile*", "README.md",
    ".github/workflows/*.y*ml", ".gitlab-ci.yml",
)  # fmt: skip
"""Where a project says what its environment variables are."""


def rename_answer(old: str, new: str) -> None:
    """Keep the user's answer under its new name. Before the merge: copier then reads the answers again."""
    text = ANSWERS.read_text(encoding="utf-8")
    if not re.search(rf"^{new}:", text, re.M):
        ANSWERS.write_text(re.sub(rf"^{old}:", f"{new}:", text, flags=re.M), encoding="utf-8")


def rename_setting(
    old: str, new: str, change: Callable[[str], str] = lambda text: text
) -> list[Path]:
    """Rename an environment variable where it is set, and return other files that mention it. After the merge.

    `change` is applied to a file before, when the old name stands in it.
    """
    whole = re.compile(rf"\b{old}\b")
    changed: set[Path] = set()
    for path in _existing(OF_SETTINGS):
        text = path.read_text(encoding="utf-8")
        if whole.search(text):
            path.write_text(whole.sub(new, change(text)), encoding="utf-8")
            changed.add(path)
            print(f"{path}: {old} is now {new}")
    mentioned = _git("grep", "--files-with-matches", "-zwF", old) or ""
    return [Path(name) for name in mentioned.split("\0") if name and Path(name) not in changed]


def move(old: str, new: str) -> None:
    """Move a file, edits included. Before the merge; when the template renders it too, `merge_moved` follows."""
    if not Path(old).exists() or Path(new).exists():
        return
    Path(new).parent.mkdir(parents=True, exist_ok=True)
    if _git("mv", "--", old, new) is None:  # not committed: git does not know it
        Path(old).rename(new)
    print(f"{old} is now {new}")


def merge_moved(old: str, new: str) -> None:
    """Merge the user's edits of a moved file with what the template made of it. After the merge.

    copier knows the file by its new name only, and takes all of it for an edit: the merge begins anew from what the
    template rendered under the old name. Lines that met are left between conflict markers.
    """
    mine, theirs = _git("show", f"HEAD:{old}"), _newly_rendered(new)
    base = _rendered(_git("show", f"HEAD:{ANSWERS}"), old)
    if mine is None or theirs is None or base is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        versions = [
            Path(folder, name) for name in ("before updating", "last update", "after updating")
        ]
        for path, text in zip(versions, (mine, base, theirs), strict=True):
            path.write_text(text, encoding="utf-8")
        labels = [word for path in versions for word in ("-L", path.name)]
        merged = subprocess.run(
            ["git", "merge-file", "-p", *labels, *versions],
            capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
    Path(new).write_text(merged.stdout, encoding="utf-8")
    if merged.returncode == 0:
        _git("add", "--", new)  # no conflict is left of it


def _newly_rendered(path: str) -> str | None:
    return _rendered(ANSWERS.read_text(encoding="utf-8"), path)


def _rendered(answers: str | None, path: str) -> str | None:
    """Return a file as the template renders it for the version and the answers of an answers file."""
    found = re.search(r"^_src_path: (.*)$", answers or "", re.M)
    version = re.search(r"^_commit: (.*)$", answers or "", re.M)
    if not found or not version:
        return None
    with tempfile.TemporaryDirectory() as folder:
        data, project = Path(folder, "answers.yml"), Path(folder, "project")
        data.write_text(answers or "", encoding="utf-8")
        command = ["copy", "--quiet", "--defaults", "--data-file", data, "--vcs-ref", version[1]]
        done = subprocess.run(
            [sys.executable, "-m", "copier", *command, found[1], project],
            stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        file = project / path
        if done.returncode or not file.exists():
            return None
        return file.read_text(encoding="utf-8")


def _existing(patterns: Iterable[str]) -> list[Path]:
    return sorted({path for pattern in patterns for path in Path().glob(pattern) if path.is_file()})


def _git(*arguments: str) -> str | None:
    done = subprocess.run(
        ["git", *arguments], capture_output=True, text=True, encoding="utf-8", check=False
    )
    return done.stdout if done.returncode == 0 else None

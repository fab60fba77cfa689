"""What migration scripts do with a user's project: rename an answer or a setting, move or take away a file.

The working directory is the project, whose files were all committed when the update began. Everything here can be
repeated: it does nothing when its work is done already.
"""

import difflib
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
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
    mine, theirs = _git("show", f"HEAD:{old}"), _rendered(_answers_now(), new)
    base = _rendered(_answers_before(), old)
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


def keep_edits_of_removed() -> None:
    """Leave the user's edits of files that the template has no more beside them, as FILE.rej. After the merge.

    copier removes such a file whatever the user wrote into it.
    """
    found = _git("diff", "--name-only", "-z", "--diff-filter=D", "HEAD") or ""
    removed = list(filter(None, found.split("\0")))
    if not removed:
        return
    with _project_of(_answers_before()) as before:
        for name in removed:
            base, mine = _text(before / name), _git("show", f"HEAD:{name}")
            if mine is None or base is None or mine == base:
                continue
            edits = difflib.unified_diff(
                base.splitlines(), mine.splitlines(), name, name, lineterm=""
            )
            left = Path(f"{name}.rej")
            left.parent.mkdir(parents=True, exist_ok=True)
            left.write_text("\n".join([*edits, ""]), encoding="utf-8")
            print(f"{name} is gone: what you changed in it is in {left}, for you to take over")


def _answers_before() -> str:
    return _git("show", f"HEAD:{ANSWERS}") or ""


def _answers_now() -> str:
    return ANSWERS.read_text(encoding="utf-8")


def _rendered(answers: str, path: str) -> str | None:
    """Return a file as the template renders it for the version and the answers of an answers file."""
    with _project_of(answers) as project:
        return _text(project / path)


def _text(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.is_file() else None


@contextmanager
def _project_of(answers: str) -> Generator[Path]:
    """Render what an answers file says; a folder that is not there when that cannot be done."""
    found = re.search(r"^_src_path: (.*)$", answers, re.M)
    version = re.search(r"^_commit: (.*)$", answers, re.M)
    with tempfile.TemporaryDirectory() as folder:
        data, project = Path(folder, "answers.yml"), Path(folder, "project")
        if found and version:
            data.write_text(answers, encoding="utf-8")
            command = ["copy", "--quiet", "--defaults", "--data-file", data]
            done = subprocess.run(
                [sys.executable, "-m", "copier", *command, "--vcs-ref", version[1], found[1], project],
                stdin=subprocess.DEVNULL, check=False,
            )  # fmt: skip
            if done.returncode:
                project = Path(folder, "nothing")
        yield project


def _existing(patterns: Iterable[str]) -> list[Path]:
    return sorted({path for pattern in patterns for path in Path().glob(pattern) if path.is_file()})


def _git(*arguments: str) -> str | None:
    done = subprocess.run(
        ["git", *arguments], capture_output=True, text=True, encoding="utf-8", check=False
    )
    return done.stdout if done.returncode == 0 else None

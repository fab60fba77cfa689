"""What migration scripts do with a user's project: rename an answer or a setting, move or take away a file.

The working directory is the project, whose files were all committed when the update began. Everything here can be
repeated: it does nothing when its work is done already. Bytes that are no UTF-8, and line ends, stay as they are.
"""

import difflib
import io
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager, suppress
from pathlib import Path

ANSWERS = Path(".copier-answers.yml")
OF_SETTINGS = (
    ".env", ".env.*", "compose*.y*ml", "docker-compose*.y*ml", "Dockerfile*", "README.md",
    ".github/workflows/*.y*ml", ".gitlab-ci.yml",
)  # fmt: skip
"""Where a project says what its environment variables are."""


def answer(name: str, answers: str | None = None) -> str:
    """Return the text of an answer, of this project unless `answers` is another file's content; "" without one."""
    found = re.search(rf"^{name}:(.*)$", read(ANSWERS) if answers is None else answers, re.M)
    return found[1].strip().strip("'\"") if found else ""


def rename_answer(old: str, new: str) -> None:
    """Keep the user's answer under its new name. Before the merge: copier then reads the answers again."""
    text = read(ANSWERS)
    if not re.search(rf"^{new}:", text, re.M):
        write(ANSWERS, re.sub(rf"^{old}:", f"{new}:", text, flags=re.M))


def rename_setting(
    old: str, new: str, change: Callable[[str], str] = lambda text: text
) -> list[Path]:
    """Rename an environment variable where it is set, and return other files that mention it. After the merge.

    `change` is applied to a file before, when the old name stands in it.
    """
    whole = re.compile(rf"\b{old}\b")
    changed: set[Path] = set()
    for path in _existing(OF_SETTINGS):
        try:
            text = read(path)
            if whole.search(text):
                write(path, whole.sub(new, change(text)))
                changed.add(path)
                say(f"{path}: {old} is now {new}")
        except OSError as error:
            say(f"{path} was left out ({error.strerror}): rename {old} to {new} in it")
    mentioned = git("grep", "--files-with-matches", "-zwF", old) or ""
    return [Path(name) for name in mentioned.split("\0") if name and Path(name) not in changed]


def texts_of_settings() -> dict[Path, str]:
    """Return the files that say what the environment variables are, but for those that cannot be read."""
    texts: dict[Path, str] = {}
    for path in _existing(OF_SETTINGS):
        with suppress(OSError):
            texts[path] = read(path)
    return texts


def move(old: str, new: str) -> None:
    """Move a file, edits included. Before the merge; when the template renders it too, `merge_moved` follows."""
    if not Path(old).exists() or Path(new).exists():
        return
    Path(new).parent.mkdir(parents=True, exist_ok=True)
    if git("mv", "--", old, new) is None:  # not committed: git does not know it
        Path(old).rename(new)
    say(f"{old} is now {new}")


def merge_moved(old: str, new: str) -> None:
    """Merge the user's edits of a moved file with what the template made of it. After the merge.

    copier knows the file by its new name only, and takes all of it for an edit: the merge begins anew from what the
    template rendered under the old name. Lines that met are left between conflict markers. What cannot be merged is
    left as `new`.rej.
    """
    mine, theirs = _committed(old), _rendered(read(ANSWERS), new)
    base = _rendered(_answers_before(), old)
    if mine is None:
        return  # there was none
    if theirs is None or base is None:
        _leave(new, mine, f"{old} could not be merged: yours")
        return
    with tempfile.TemporaryDirectory() as folder:
        versions = [
            Path(folder, name) for name in ("before updating", "last update", "after updating")
        ]
        for path, text in zip(versions, (mine, base, theirs), strict=True):
            write(path, text)
        labels = [word for path in versions for word in ("-L", path.name)]
        merged = subprocess.run(
            ["git", "merge-file", "-p", *labels, *versions], capture_output=True, check=False
        )
    if merged.returncode > 127:  # no number of conflicts: the files are not text
        _leave(new, mine, f"{old} could not be merged: yours")
        return
    Path(new).write_bytes(merged.stdout)
    if merged.returncode == 0:
        git("add", "--", new)  # no conflict is left of it


def keep_edits_of_removed() -> None:
    """Leave the user's edits of files that the template has no more beside them, as FILE.rej. After the merge.

    copier removes such a file whatever the user wrote into it. The whole file is left when it cannot be told what
    the user changed, because the version of the template that it came from cannot be rendered.
    """
    command = ("diff", "--relative", "--name-only", "-z", "--find-renames", "--diff-filter=D")
    found = git(*command, "HEAD") or ""
    removed = list(filter(None, found.split("\0")))
    if not removed:
        return
    with _project_of(_answers_before()) as before:
        for name in removed:
            base, mine = _text(before / name), _committed(name)
            if mine is None or mine == base:
                continue
            if base is None:
                _leave(name, mine, f"{name} is gone: all of it")
            else:
                _leave(name, _edits(name, base, mine), f"{name} is gone: what you changed in it")


def read(path: Path) -> str:
    """Return a file's text, from which `write` makes the same bytes again."""
    return path.read_bytes().decode("utf-8", "surrogateescape")


def write(path: Path, text: str) -> None:
    """Write a file unless that is what stands there."""
    content = text.encode("utf-8", "surrogateescape")
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)


def say(text: str) -> None:
    """Print a line, whatever bytes there are in the name of a file."""
    print(text.encode("utf-8", "backslashreplace").decode())


def git(*arguments: str) -> str | None:
    """Return what git prints about the project, None when it fails."""
    done = subprocess.run(["git", *arguments], capture_output=True, check=False)
    return done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 else None


def _committed(name: str) -> str | None:
    return git("show", f"HEAD:./{name}")  # the project may be a folder of a larger repository


def _answers_before() -> str:
    return _committed(str(ANSWERS)) or ""


def _edits(name: str, base: str, mine: str) -> str:
    before, after = (list(io.StringIO(text, newline="\n")) for text in (base, mine))
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in difflib.unified_diff(before, after, name, name)
    )


def _leave(name: str, text: str, what: str) -> None:
    left = Path(f"{name}.rej")
    left.parent.mkdir(parents=True, exist_ok=True)
    write(left, text)
    say(f"{what} is in {left}, for you to take over")


def _rendered(answers: str, path: str) -> str | None:
    """Return a file as the template renders it for the version and the answers of an answers file."""
    with _project_of(answers) as project:
        return _text(project / path)


def _text(file: Path) -> str | None:
    return read(file) if file.is_file() else None


@contextmanager
def _project_of(answers: str) -> Generator[Path]:
    """Render what an answers file says; a folder that is not there when that cannot be done."""
    template, version = answer("_src_path", answers), answer("_commit", answers)
    with tempfile.TemporaryDirectory() as folder:
        data, project = Path(folder, "answers.yml"), Path(folder, "project")
        if template and version:
            write(data, answers)
            command = ["copy", "--quiet", "--defaults", "--data-file", data]
            done = subprocess.run(
                [sys.executable, "-m", "copier", *command, "--vcs-ref", version, template, project],
                stdin=subprocess.DEVNULL, check=False,
            )  # fmt: skip
            if done.returncode:
                project = Path(folder, "nothing")
        yield project


def _existing(patterns: Iterable[str]) -> list[Path]:
    return sorted({path for pattern in patterns for path in Path().glob(pattern) if path.is_file()})

"""Wrong forms of the template as a whole: each is seen to fail the test that is there for it."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ..conftest import ROOT
from ..project.installed import environment

PACKAGE = Path("template/src/{{ package_name }}")
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "build", "__pycache__", ".*_cache")


def replaced(file: str, old: str, new: str) -> Callable[[Path], None]:
    """Return a change of all places in a file where a pattern matches."""

    def change(repository: Path) -> None:
        path = repository / file
        text, count = re.subn(old, new, path.read_text())
        assert count, f"{file} has changed: adapt the mutation"
        path.write_text(text)

    return change


def renamed(old: Path, new: str) -> Callable[[Path], object]:
    return lambda repository: (repository / old).rename((repository / old).with_name(new))


MUTATIONS: dict[str, tuple[Callable[[Path], object], str]] = {
    "random token in a file": (
        replaced("template/.env.example.jinja", r"\Z", "# {{ range(1000000000) | random }}\n"),
        "tests/template/test_render.py -k depends_on_nothing",
    ),
    "renamed managed file": (
        renamed(PACKAGE / "db" / "guard.py", "guards.py"),
        "tests/update/test_releases.py -k marked",
    ),
    "removed marker": (
        replaced("template/README.md.jinja", r"<!-- --- yours below.*\n", ""),
        "tests/template/test_ownership.py -k marker",
    ),
    "renamed question": (
        replaced("copier.yml", r"\bdocker\b", "containers"),
        "tests/update/test_questions.py",
    ),
    "changed default": (
        replaced("copier.yml", "default: pooled", "default: nullpool"),
        "tests/update/test_questions.py",
    ),
    "task added": (
        replaced("copier.yml", r"\Z", '\n_tasks: ["true"]\n'),
        "tests/template/test_ownership.py -k trust",
    ),
    "migration at each update": (
        replaced("copier.yml", r'version: "0\.3\.0"\n    when', "when"),
        "tests/template/test_ownership.py -k trust",
    ),
    "answer in what is skipped": (
        replaced("copier.yml", r"- /src/\*/routes", "- /src/{{ package_name }}/routes"),
        "tests/update/test_releases.py -k deleted",
    ),
    "edits lost with their file": (
        replaced("hooks/removed.py", r"    keep_edits_of_removed\(\)\n", "    pass\n"),
        "tests/update/test_releases.py -k marked",
    ),
    "paths from the top of the repository": (
        replaced("hooks/project.py", r"HEAD:\./", "HEAD:"),
        "tests/update/test_migrations.py -k is_gone",
    ),
    "package that an update renames": (
        replaced("copier.yml", r"\| default\(package_name\) != package_name", "is none"),
        "tests/update/test_questions.py -k renames_no",
    ),
    "text of files that went": (
        replaced("copier.yml", "`git show HEAD:FILE` has", "FILE.rej has"),
        "tests/update/test_message.py -k went",
    ),
    "commits of others overwritten": (
        replaced("template/.github/workflows/template.yml", r"              exit 0\n", ""),
        "tests/matrix/test_pull_request.py -k commits_of_others",
    ),
    "jobs that go with their answer": (
        replaced("copier.yml", r"    /src/\{\{ package_name \}\}/jobs\.py\n", ""),
        "tests/update/test_switches.py -k durable_jobs_from_the_start",
    ),
    "setting that is not migrated": (
        replaced("hooks/connections.py", r"    main\(\)\n\Z", "    pass\n"),
        "tests/update/test_migrations.py -k where_the_user_set_it",
    ),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_wrong_form_is_caught(tmp_path: Path, name: str) -> None:
    change, check = MUTATIONS[name]
    repository = tmp_path / "repository"
    shutil.copytree(ROOT, repository, ignore=LEFT_OUT)
    change(repository)

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *check.split()],
        cwd=repository,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1, f"not caught:\n{done.stdout}{done.stderr}"
    assert " failed" in done.stdout.splitlines()[-1], done.stdout

"""The walk in a project's README, followed to the letter, ends in an endpoint that works."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import httpx2

from .conftest import Installed
from .installed import TIMEOUT, Project, environment, install, uv
from .test_service import served

WALK = re.compile(r"^## An endpoint of your own$(.*?)^## ", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^`(\S+)`:\n\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMANDS = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CURL = re.compile(r"curl -i http://127\.0\.0\.1:8000(/\S+) -d '(.*)' -H 'Content-Type: (.*)'\n")
# Of the project's own tests, which test_own_tests.py runs, those that a new domain has a part in.
AFFECTED = "tests/notes tests/integration -k 'notes or migrations or autogenerate'"


def test_walk_ends_in_an_endpoint_that_works(installed: Installed, tmp_path: Path) -> None:
    """tests/matrix walks through those of other answers."""
    walk_to_an_endpoint(installed(), tmp_path)


def walk_to_an_endpoint(untouched: Project, tmp_path: Path) -> None:
    """Walk in a copy of the project: the endpoint answers."""
    folder = tmp_path / "project"
    ignored = shutil.ignore_patterns(".venv", ".local")
    shutil.copytree(untouched.folder, folder, ignore=ignored)
    project = install(folder)
    found = WALK.search((folder / "README.md").read_text())
    assert found
    walk = found[1]
    files = FILE.findall(walk)
    *revise, check, curl = COMMANDS.findall(walk)
    ask = CURL.fullmatch(curl)
    assert ask, curl
    assert len(re.findall("^```", walk, re.MULTILINE)) == 2 * (len(files) + len(revise) + 2), (
        "a block is left out"
    )

    with served(project, tmp_path / "first.log"):
        pass
    for name, content in files:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content)
    for script in revise:
        shell(project, script)
    shell(project, check, PYTEST_ADDOPTS=AFFECTED)
    with served(project, tmp_path / "second.log") as url:
        answer = httpx2.post(url + ask[1], content=ask[2], headers={"Content-Type": ask[3]})
        assert answer.status_code == 201, answer.text
        assert httpx2.get(url + answer.headers["Location"]).json()["text"] == "Buy milk"


def shell(project: Project, script: str, **variables: str) -> str:
    """Run lines of the README, as a reader pastes them, until one fails; return what they print."""
    path = f"{Path(uv()).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-e", "-c", script],
        cwd=project.folder,
        env=environment(UV_OFFLINE="1", PATH=path, **variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert done.returncode == 0, f"{script}:\n{done.stdout}"
    return done.stdout

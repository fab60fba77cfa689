"""All wrong forms, and how each is tried."""

import shutil
from pathlib import Path

from ..project.conftest import Installed
from ..project.installed import Project
from . import asyncpg_layer, failures, jobs, mutations, pools, processes, tasks, tls, tornado
from .mutations import Mutation

MUTATIONS = [
    *mutations.MUTATIONS,
    *failures.MUTATIONS,
    *asyncpg_layer.MUTATIONS,
    *jobs.MUTATIONS,
    *pools.MUTATIONS,
    *tasks.MUTATIONS,
    *tls.MUTATIONS,
    *tornado.MUTATIONS,
    *processes.MUTATIONS,
]


# Their checks start processes of the service, and wait for their end.
WITH_PROCESSES = ("test_shutdown", "test_processes", "test_command_line", "test_task_list")


def is_slow(mutation: Mutation) -> bool:
    """Tell whether a wrong form has to wait for `make matrix`: it starts processes, or needs another project."""
    command = " ".join(mutation.check)
    return bool(mutation.answers) or any(name in command for name in WITH_PROCESSES)


# One of each area, A to E.
QUICK = list({m.pattern[0]: m for m in reversed(MUTATIONS) if not is_slow(m)}.values())
OTHERS = [mutation for mutation in MUTATIONS if mutation not in QUICK]


def name_of(mutation: Mutation) -> str:
    """Return the pattern, the wrong form, and the answers of a project that is not the default."""
    return "-".join((mutation.pattern, mutation.name, *map(str, mutation.answers.values())))


def wrong_form(text: str, mutation: Mutation) -> str:
    """Return the text of the mutation's file with the wrong form in place of the right one."""
    assert text.count(mutation.right) == 1, f"{mutation.file} has changed: adapt the mutation"
    return text.replace(mutation.right, mutation.wrong)


def assert_caught(installed: Installed, folder: Path, mutation: Mutation) -> None:
    """Put the wrong form into a copy of a project, in `folder`: the check has to fail."""
    original = installed(**mutation.answers)
    copy = folder / "project"
    shutil.copytree(original.folder, copy, ignore=shutil.ignore_patterns(".venv", ".local"))
    file = copy / mutation.file
    file.write_text(wrong_form(file.read_text(), mutation))

    # the environment is the original's; the package comes from the copy
    (copy / ".venv").symlink_to(original.folder / ".venv")
    done = Project(copy).run(*mutation.check, check=False, PYTHONPATH=str(copy / "src"))

    assert done.returncode == 1, f"not caught:\n{done.stdout}"
    # such as a server that does not start: the test itself has not run
    assert "ERROR at setup of" not in done.stdout, done.stdout

"""The weekly workflow of a generated project, beyond what `make test` has of it."""

import pytest

from ..update.conftest import git
from ..update.test_pull_request import NEXT, Repository, new_release


def test_next_release_replaces_the_commit_of_the_last_one(hosted: Repository) -> None:
    new_release(hosted, NEXT, ".dockerignore")
    hosted.run_workflow()
    new_release(hosted, "v999.0.2", ".pre-commit-config.yaml")

    done = hosted.run_workflow()

    assert done.returncode == 0, done.stderr
    for name in (".dockerignore", ".pre-commit-config.yaml"):
        pushed = git(hosted.origin, "show", f"template-update:{name}")
        assert pushed.startswith("# A line of the new release")


@pytest.mark.parametrize(
    "email", ["ann@example.com", "41898282+github-actions[bot]@users.noreply.github.com"]
)
def test_commits_of_others_on_the_branch_are_left(hosted: Repository, email: str) -> None:
    """A person's, or those of another workflow."""
    new_release(hosted, NEXT, ".dockerignore")
    hosted.run_workflow()
    clone = hosted.bin / "clone"
    git(
        hosted.bin,
        "clone",
        "--quiet",
        "--branch",
        "template-update",
        str(hosted.origin),
        str(clone),
    )
    git(
        clone,
        "-c",
        f"user.email={email}",
        "commit",
        "--quiet",
        "--allow-empty",
        "--message",
        "Conflicts resolved",
    )
    git(clone, "push", "--quiet", "origin", "template-update")
    new_release(hosted, "v999.0.2", ".pre-commit-config.yaml")

    done = hosted.run_workflow()

    assert done.returncode == 0, done.stderr
    assert "::warning::The branch template-update has commits" in done.stdout
    assert git(hosted.origin, "rev-parse", "template-update") == git(clone, "rev-parse", "HEAD")


@pytest.mark.parametrize("with_token", [False, True])
def test_release_that_changes_a_workflow_needs_a_token(
    hosted: Repository, with_token: bool
) -> None:
    """GitHub refuses such a push with the token of a workflow."""
    new_release(hosted, NEXT, ".github/workflows/template.yml")

    done = hosted.run_workflow(with_token=with_token)

    assert (done.returncode == 0) == with_token, done.stderr
    assert ("::error::" in done.stdout and "TEMPLATE_TOKEN" in done.stdout) == (not with_token)
    assert bool(git(hosted.origin, "branch", "--list")) == with_token

"""What a team does to its project: the walk in the project's own README, and an edit of each kind around it."""

from pathlib import Path

from ..project.test_readme import FILE, WALK
from .conftest import commit

PACKAGE = "src/my_service"
SETTINGS = f"{PACKAGE}/settings.py"
USERS = "# --- yours below: copier update keeps it ---\n"

MIGRATION = '''"""The table of the notes."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_0001"
down_revision = "{newest}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )


def downgrade() -> None:
    op.drop_table("notes")
'''
SERVICE = """  mail:
    image: axllent/mailpit:v1
    ports:
      - 127.0.0.1:8025:8025
"""
REPLACED = [
    # an extra dependency, below the first marker line
    ("pyproject.toml", f"    {USERS}]", f'    {USERS}    "anyio>=4.0",\n]'),
    # a setting of the template's with another default, above the marker line, and one more below it
    (SETTINGS, "stream_timeout: Seconds = 300.0", "stream_timeout: Seconds = 240.0"),
    (SETTINGS, f"    {USERS}", f"    {USERS}    notes_limit: int = 100\n"),
    ("README.md", "An async PostgreSQL service.", "Notes for everybody, kept by the notes team."),
]
"""File, old text, new text; the first occurrence."""
APPENDED = {
    "compose.yaml": SERVICE,
    "README.md": "\n## Who to call\n\nThe notes team.\n",
}
VERSIONS = "migrations/versions"
IGNORED = {".env": "SERVER_PORT=8080\n"}


def make_edits(project: Path) -> list[tuple[str, str]]:
    """Make all edits and commit them; return their files and texts."""
    walk = WALK.search((project / "README.md").read_text())
    assert walk
    newest = max(path.name for path in (project / VERSIONS).glob("*.py"))[:15]
    notes = {f"{VERSIONS}/2026_12_01_0001_notes.py": MIGRATION.format(newest=newest)}
    written = {**dict(FILE.findall(walk[1])), **notes, **IGNORED}
    for name, text in written.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for name, old, new in REPLACED:
        path = project / name
        text = path.read_text()
        assert old in text, f"{name} has changed: adapt the edit"
        path.write_text(text.replace(old, new, 1))
    for name, text in APPENDED.items():
        with (project / name).open("a") as file:
            file.write(text)
    commit(project, "A domain of our own")
    return [*written.items(), *APPENDED.items(), *((name, new) for name, _, new in REPLACED)]

"""Statements of account.

Revision: 2026_11_21_0002, after 2026_11_21_0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_21_0002"
down_revision = "2026_11_21_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "statements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column("account", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("produced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("balance", sa.BigInteger(), nullable=True),
        sa.Column("incoming", sa.BigInteger(), nullable=True),
        sa.Column("outgoing", sa.BigInteger(), nullable=True),
        sa.Column("transfers", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "status IN ('pending', 'ready', 'failed')", name=op.f("ck_statements_status_known")
        ),
        sa.CheckConstraint(
            "status <> 'ready' OR (produced_at, balance, incoming, outgoing, transfers) IS NOT NULL",
            name=op.f("ck_statements_ready_has_figures"),
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["accounts.id"], name=op.f("fk_statements_account_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
    )


def downgrade() -> None:
    op.drop_table("statements")

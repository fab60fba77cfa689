"""Accounts and transfers.

Revision: 2026_11_21_0001, the first.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_21_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_accounts_balance_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
    )
    op.create_table(
        "transfers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column("from_account", sa.Uuid(), nullable=False),
        sa.Column("to_account", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_transfers_amount_positive")),
        sa.CheckConstraint("from_account <> to_account", name=op.f("ck_transfers_accounts_differ")),
        sa.ForeignKeyConstraint(
            ["from_account"], ["accounts.id"], name=op.f("fk_transfers_from_account_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["to_account"], ["accounts.id"], name=op.f("fk_transfers_to_account_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_transfers_idempotency_key")),
    )
    op.create_index(op.f("ix_transfers_from_account_id"), "transfers", ["from_account", "id"])
    op.create_index(op.f("ix_transfers_to_account_id"), "transfers", ["to_account", "id"])


def downgrade() -> None:
    op.drop_table("transfers")
    op.drop_table("accounts")

"""Accounts and transfers.

Revision: 2026_11_21_0001, the first.
"""

from alembic import op

revision = "2026_11_21_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE accounts (
            id uuid NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            owner text NOT NULL,
            currency varchar(3) NOT NULL,
            balance bigint NOT NULL,
            CONSTRAINT pk_accounts PRIMARY KEY (id),
            CONSTRAINT ck_accounts_balance_not_negative CHECK (balance >= 0)
        )
    """)
    op.execute("""
        CREATE TABLE transfers (
            id uuid NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            from_account uuid NOT NULL,
            to_account uuid NOT NULL,
            amount bigint NOT NULL,
            idempotency_key text,
            CONSTRAINT pk_transfers PRIMARY KEY (id),
            CONSTRAINT uq_transfers_idempotency_key UNIQUE (idempotency_key),
            CONSTRAINT fk_transfers_from_account_accounts
                FOREIGN KEY (from_account) REFERENCES accounts (id),
            CONSTRAINT fk_transfers_to_account_accounts
                FOREIGN KEY (to_account) REFERENCES accounts (id),
            CONSTRAINT ck_transfers_amount_positive CHECK (amount > 0),
            CONSTRAINT ck_transfers_accounts_differ CHECK (from_account <> to_account)
        )
    """)
    op.execute("CREATE INDEX ix_transfers_from_account_id ON transfers (from_account, id)")
    op.execute("CREATE INDEX ix_transfers_to_account_id ON transfers (to_account, id)")


def downgrade() -> None:
    op.execute("DROP TABLE transfers")
    op.execute("DROP TABLE accounts")

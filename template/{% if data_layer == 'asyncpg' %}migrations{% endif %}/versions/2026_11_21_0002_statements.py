"""Statements of account.

Revision: 2026_11_21_0002, after 2026_11_21_0001.
"""

from alembic import op

revision = "2026_11_21_0002"
down_revision = "2026_11_21_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE statements (
            id uuid NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            account uuid NOT NULL,
            status text NOT NULL,
            produced_at timestamptz,
            balance bigint,
            incoming bigint,
            outgoing bigint,
            transfers bigint,
            CONSTRAINT pk_statements PRIMARY KEY (id),
            CONSTRAINT fk_statements_account_accounts
                FOREIGN KEY (account) REFERENCES accounts (id),
            CONSTRAINT ck_statements_status_known
                CHECK (status IN ('pending', 'ready', 'failed')),
            CONSTRAINT ck_statements_ready_has_figures CHECK (
                status <> 'ready'
                OR (produced_at, balance, incoming, outgoing, transfers) IS NOT NULL
            )
        )
    """)


def downgrade() -> None:
    op.execute("DROP TABLE statements")

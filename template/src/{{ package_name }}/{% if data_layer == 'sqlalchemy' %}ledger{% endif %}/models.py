"""The tables of the ledger. Amounts are integers in minor units (cents)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Entity


class Account(Entity):
    """What somebody holds in one currency."""

    __tablename__ = "accounts"
    __table_args__ = (CheckConstraint("balance >= 0", name="balance_not_negative"),)

    owner: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(String(3))
    balance: Mapped[int] = mapped_column(BigInteger)


class Transfer(Entity):
    """An amount that was moved; rows are never changed."""

    __tablename__ = "transfers"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("from_account <> to_account", name="accounts_differ"),
        # for the newest transfers of an account, in the order of their ids
        Index(None, "from_account", "id"),
        Index(None, "to_account", "id"),
    )

    from_account: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    to_account: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    amount: Mapped[int] = mapped_column(BigInteger)
    idempotency_key: Mapped[str | None] = mapped_column(Text, unique=True, default=None)


class Statement(Entity):
    """What was on an account when it was produced; until then it has no figures."""

    __tablename__ = "statements"
    __table_args__ = (
        CheckConstraint("status IN ('pending', 'ready', 'failed')", name="status_known"),
        CheckConstraint(
            "status <> 'ready' OR (produced_at, balance, incoming, outgoing, transfers) IS NOT NULL",
            name="ready_has_figures",
        ),
    )

    account: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    status: Mapped[str] = mapped_column(Text)
    produced_at: Mapped[datetime | None] = mapped_column(default=None)
    balance: Mapped[int | None] = mapped_column(BigInteger, default=None)
    incoming: Mapped[int | None] = mapped_column(BigInteger, default=None)
    outgoing: Mapped[int | None] = mapped_column(BigInteger, default=None)
    transfers: Mapped[int | None] = mapped_column(BigInteger, default=None)

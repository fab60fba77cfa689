"""The rows of the ledger: the fields are the columns. Amounts are integers in minor units (cents)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Account:
    """What somebody holds in one currency."""

    id: UUID
    created_at: datetime
    owner: str
    currency: str
    balance: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """An amount that was moved; rows are never changed."""

    id: UUID
    created_at: datetime
    from_account: UUID
    to_account: UUID
    amount: int
    idempotency_key: str | None


@dataclass(frozen=True, slots=True)
class Statement:
    """What was on an account when it was produced; until then it has no figures."""

    id: UUID
    created_at: datetime
    account: UUID
    status: str
    produced_at: datetime | None
    balance: int | None
    incoming: int | None
    outgoing: int | None
    transfers: int | None

"""What requests and answers look like; answers are read from the attributes of what the domain returns."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

LARGEST_AMOUNT = 10**15

MinorUnits = Annotated[int, Field(strict=True, le=LARGEST_AMOUNT)]
"""An amount of money in the smallest unit of its currency."""


class NewAccount(BaseModel):
    """The request to open an account."""

    # PostgreSQL's text holds every character but NUL.
    owner: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    opening_balance: Annotated[MinorUnits, Field(ge=0)] = 0


class NewTransfer(BaseModel):
    """The request to move money."""

    from_account: UUID
    to_account: UUID
    amount: Annotated[MinorUnits, Field(ge=1)]

    @model_validator(mode="after")
    def _check_accounts(self) -> Self:
        if self.from_account == self.to_account:
            msg = "from_account and to_account must differ"
            raise ValueError(msg)
        return self


class AccountOut(BaseModel):
    """An account in an answer."""

    id: UUID
    owner: str
    currency: str
    balance: int
    created_at: datetime


class TransferOut(BaseModel):
    """A transfer in an answer."""

    id: UUID
    from_account: UUID
    to_account: UUID
    amount: int
    created_at: datetime


class AccountPage(BaseModel):
    """Some accounts in the order of their ids, and where the next page begins."""

    items: list[AccountOut]
    next: UUID | None


class Totals(BaseModel):
    """Sums over all transfers of an account."""

    incoming: int
    outgoing: int
    transfers: int


class Dashboard(BaseModel):
    """What an account looks like at a glance."""

    account: AccountOut
    totals: Totals
    recent: list[TransferOut]


class StatementOut(BaseModel):
    """A statement in an answer; it has figures when it is ready."""

    id: UUID
    account: UUID
    status: Literal["pending", "ready", "failed"]
    created_at: datetime
    produced_at: datetime | None
    balance: int | None
    incoming: int | None
    outgoing: int | None
    transfers: int | None

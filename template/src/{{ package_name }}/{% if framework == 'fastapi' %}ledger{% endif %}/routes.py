"""The ledger over HTTP: parse, call the domain function, answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from ..web.dependencies import DatabaseDep
from ..web.errors import Problem, Responses
from ..web.streaming import StreamedText
from .accounts import get_account, list_accounts, open_account
from .dashboard import AccountDashboard, account_dashboard
from .export import transfers_csv
from .models import Account, Statement, Transfer
from .schemas import (
    AccountOut,
    AccountPage,
    Dashboard,
    NewAccount,
    NewTransfer,
    StatementOut,
    TransferOut,
)
from .statements import get_statement, request_statement
from .transfers import get_transfer, transfer_money

NOT_FOUND: Responses = {HTTPStatus.NOT_FOUND: {"model": Problem}}
NOT_FOUND_OR_CONFLICT: Responses = NOT_FOUND | {HTTPStatus.CONFLICT: {"model": Problem}}

IdempotencyKey = Annotated[
    str | None, Header(alias="Idempotency-Key", pattern=r"^[!-~]+$", max_length=255)
]

router = APIRouter(tags=["ledger"])


@dataclass(frozen=True, slots=True)
class Accounts:
    """A page of accounts."""

    items: Sequence[Account]
    next: UUID | None


@router.post("/accounts", status_code=HTTPStatus.CREATED, response_model=AccountOut)
async def create_account(database: DatabaseDep, new: NewAccount, response: Response) -> Account:
    """Open an account."""
    account = await open_account(database, new)
    response.headers["Location"] = f"/accounts/{account.id}"
    return account


@router.get("/accounts/{account_id}", response_model=AccountOut, responses=NOT_FOUND)
async def read_account(database: DatabaseDep, account_id: UUID) -> Account:
    """Return one account."""
    return await get_account(database, account_id)


@router.get("/accounts", response_model=AccountPage)
async def read_accounts(
    database: DatabaseDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    after: UUID | None = None,
) -> Accounts:
    """Return accounts in the order of their ids; `next` is the `after` of the following page."""
    found = await list_accounts(database, limit=limit + 1, after=after)
    items = found[:limit]
    return Accounts(items, items[-1].id if len(found) > limit else None)


@router.post(
    "/transfers",
    status_code=HTTPStatus.CREATED,
    response_model=TransferOut,
    responses=NOT_FOUND_OR_CONFLICT,
)
async def create_transfer(
    database: DatabaseDep, new: NewTransfer, response: Response, key: IdempotencyKey = None
) -> Transfer:
    """Move money; with an Idempotency-Key, a repeated request gets the first answer."""
    transfer = await transfer_money(database, new, key=key)
    response.headers["Location"] = f"/transfers/{transfer.id}"
    return transfer


@router.get("/transfers/{transfer_id}", response_model=TransferOut, responses=NOT_FOUND)
async def read_transfer(database: DatabaseDep, transfer_id: UUID) -> Transfer:
    """Return one transfer."""
    return await get_transfer(database, transfer_id)


@router.get("/accounts/{account_id}/dashboard", response_model=Dashboard, responses=NOT_FOUND)
async def read_dashboard(database: DatabaseDep, account_id: UUID) -> AccountDashboard:
    """Return an account with its totals and newest transfers."""
    return await account_dashboard(database, account_id)


@router.get(
    "/accounts/{account_id}/transfers.csv", response_class=StreamedText, responses=NOT_FOUND
)
async def export_transfers(database: DatabaseDep, account_id: UUID) -> StreamedText:
    """Return all transfers of an account as CSV, oldest first."""
    await get_account(database, account_id)
    return StreamedText(transfers_csv(database, account_id), media_type="text/csv")


@router.post(
    "/accounts/{account_id}/statements",
    status_code=HTTPStatus.ACCEPTED,
    response_model=StatementOut,
    responses=NOT_FOUND,
)
async def create_statement(
    database: DatabaseDep, account_id: UUID, response: Response
) -> Statement:
    """Ask for a statement, which is produced in the background: look for it at its address."""
    statement = await request_statement(database, account_id)
    response.headers["Location"] = f"/statements/{statement.id}"
    return statement


@router.get("/statements/{statement_id}", response_model=StatementOut, responses=NOT_FOUND)
async def read_statement(database: DatabaseDep, statement_id: UUID) -> Statement:
    """Return one statement: pending, ready or failed."""
    return await get_statement(database, statement_id)

"""The ledger over HTTP: parse, call the domain function, answer."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from ..web.handler import Handler
from ..web.streaming import stream_text
from .accounts import get_account, list_accounts, open_account
from .dashboard import account_dashboard
from .export import transfers_csv
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


class PageQuery(BaseModel):
    """Which accounts to return."""

    limit: Annotated[int, Field(ge=1, le=100)] = 50
    after: UUID | None = None


class TransferHeaders(BaseModel):
    """With a key, a repeated request gets the first answer."""

    key: Annotated[
        str | None, Field(alias="Idempotency-Key", pattern=r"^[!-~]+$", max_length=255)
    ] = None


class Accounts(Handler):
    """All accounts."""

    async def post(self) -> None:
        """Open an account."""
        account = await open_account(self.database, self.body(NewAccount))
        self.set_header("Location", f"/accounts/{account.id}")
        self.answer(AccountOut, account, HTTPStatus.CREATED)

    async def get(self) -> None:
        """Return accounts in the order of their ids; `next` is the `after` of the following page."""
        page = self.query(PageQuery)
        found = await list_accounts(self.database, limit=page.limit + 1, after=page.after)
        items = found[: page.limit]
        following = items[-1].id if len(found) > page.limit else None
        self.answer(AccountPage, {"items": items, "next": following})


class OneAccount(Handler):
    """An account."""

    async def get(self, account_id: str) -> None:
        """Return it."""
        account = await get_account(self.database, self.path(UUID, account_id=account_id))
        self.answer(AccountOut, account)


class AccountDashboard(Handler):
    """An account with its totals and newest transfers."""

    async def get(self, account_id: str) -> None:
        """Return it."""
        dashboard = await account_dashboard(self.database, self.path(UUID, account_id=account_id))
        self.answer(Dashboard, dashboard)


class AccountTransfers(Handler):
    """All transfers of an account."""

    async def get(self, account_id: str) -> None:
        """Return them as CSV, oldest first."""
        account = await get_account(self.database, self.path(UUID, account_id=account_id))
        await stream_text(self, transfers_csv(self.database, account.id), media_type="text/csv")


class Transfers(Handler):
    """All transfers."""

    async def post(self) -> None:
        """Move money."""
        new, key = self.body(NewTransfer), self.headers(TransferHeaders).key
        transfer = await transfer_money(self.database, new, key=key)
        self.set_header("Location", f"/transfers/{transfer.id}")
        self.answer(TransferOut, transfer, HTTPStatus.CREATED)


class OneTransfer(Handler):
    """A transfer."""

    async def get(self, transfer_id: str) -> None:
        """Return it."""
        transfer = await get_transfer(self.database, self.path(UUID, transfer_id=transfer_id))
        self.answer(TransferOut, transfer)


class AccountStatements(Handler):
    """The statements of an account."""

    async def post(self, account_id: str) -> None:
        """Ask for one, which is produced in the background: look for it at its address."""
        account = self.path(UUID, account_id=account_id)
        statement = await request_statement(self.database, account)
        self.set_header("Location", f"/statements/{statement.id}")
        self.answer(StatementOut, statement, HTTPStatus.ACCEPTED)


class OneStatement(Handler):
    """A statement."""

    async def get(self, statement_id: str) -> None:
        """Return it: pending, ready or failed."""
        statement = await get_statement(self.database, self.path(UUID, statement_id=statement_id))
        self.answer(StatementOut, statement)


ROUTES = [
    (r"/accounts", Accounts),
    (r"/accounts/(?P<account_id>[^/]+)", OneAccount),
    (r"/accounts/(?P<account_id>[^/]+)/dashboard", AccountDashboard),
    (r"/accounts/(?P<account_id>[^/]+)/transfers\.csv", AccountTransfers),
    (r"/accounts/(?P<account_id>[^/]+)/statements", AccountStatements),
    (r"/statements/(?P<statement_id>[^/]+)", OneStatement),
    (r"/transfers", Transfers),
    (r"/transfers/(?P<transfer_id>[^/]+)", OneTransfer),
]

"""The walk of `make demo`: what a ledger service is asked, and what it must answer.

Each step prints the request and the answer, and is checked.
"""

import json
import textwrap
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

WIDTH = 88  # columns; longer JSON is printed on several lines
TIMEOUT = 15.0  # seconds an answer may take
SHOWN_HEADERS = ("content-type", "location", "retry-after")


class StepFailed(Exception):
    """A step was not answered as expected; the message says which, and what differed."""


@dataclass(frozen=True)
class Answer:
    status: int
    reason: str
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Walk:
    """Sends one request after the other, prints and checks each."""

    def __init__(self, base_url: str) -> None:
        self._netloc = urlsplit(base_url).netloc
        self._step = 0

    def step(
        self,
        why: str,
        request: str,
        *,
        status: int,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        expect: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Sends `request` ("POST /accounts"), expects `status` and the values of `expect`.

        A key of `expect` is a dotted path into the JSON answer ("totals.outgoing", "items.0").
        Raises StepFailed when the answer is another one, or there is none.
        """
        self._step += 1
        name = f"step {self._step} ({request})"
        print(f"\n{self._step}. {why}")
        print(f"   > {request}")
        for key, value in (headers or {}).items():
            print(f"   > {key}: {value}")
        if body is not None:
            print_indented("> ", json.dumps(body, ensure_ascii=False))

        answer = self._send(name, request, body, headers)
        print(f"   < {answer.status} {answer.reason}")
        for key in SHOWN_HEADERS:
            if key in answer.headers:
                print(f"   < {key}: {answer.headers[key]}")
        print_indented("< ", readable(answer))

        if answer.status != status:
            raise StepFailed(f"{name}: expected status {status}, got {answer.status}")
        for path, value in (expect or {}).items():
            actual = value_at(answer.json, path)
            if actual != value:
                raise StepFailed(f"{name}: expected {path} = {value!r}, got {actual!r}")
        if "x-request-id" not in answer.headers:
            raise StepFailed(f"{name}: the header X-Request-ID is missing")
        return answer

    def _send(
        self,
        name: str,
        request: str,
        body: Mapping[str, Any] | None,
        headers: Mapping[str, str] | None,
    ) -> Answer:
        method, _, target = request.partition(" ")
        sent = dict(headers or {})
        payload = None
        if body is not None:
            payload = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        connection = HTTPConnection(self._netloc, timeout=TIMEOUT)
        try:
            connection.request(method, target, payload, sent)
            response = connection.getresponse()
            text = response.read().decode()
        except (OSError, HTTPException) as error:
            raise StepFailed(f"{name}: no answer ({error!r})") from error
        finally:
            connection.close()
        received = {key.lower(): value for key, value in response.getheaders()}
        return Answer(response.status, response.reason, received, text)


def print_indented(mark: str, text: str) -> None:
    if text:
        print(textwrap.indent(text, f"   {mark}"), flush=True)


def readable(answer: Answer) -> str:
    """JSON on one line when it fits, else one line for each key; any other text as it is."""
    if "json" not in answer.headers.get("content-type", ""):
        return answer.text.rstrip()
    document = answer.json
    short = json.dumps(document, ensure_ascii=False)
    if len(short) <= WIDTH:
        return short
    lines = [f'  "{key}": {json.dumps(document[key], ensure_ascii=False)}' for key in document]
    return "\n".join(["{", ",\n".join(lines), "}"])


def value_at(document: Any, path: str) -> Any:
    """The value at a dotted path, or None when there is none."""
    try:
        for key in path.split("."):
            document = document[int(key) if key.isdigit() else key]
    except (LookupError, TypeError) as _missing:
        return None
    return document


def walk_through_the_ledger(base_url: str) -> None:
    """Raises StepFailed at the first step that is not answered as expected."""
    walk = Walk(base_url)
    ada, grace = open_accounts(walk)
    transfer_money(walk, ada, grace)
    read_the_books(walk, ada, grace)


def open_accounts(walk: Walk) -> tuple[str, str]:
    walk.step(
        "Is it ready? It asks the database before it says so.", "GET /health/ready", status=200
    )
    ada = walk.step(
        "Open an account. Amounts are integers in minor units: 10000 is 100.00 EUR.",
        "POST /accounts",
        body={"owner": "Ada", "currency": "EUR", "opening_balance": 10_000},
        status=201,
        expect={"owner": "Ada", "currency": "EUR", "balance": 10_000},
    )
    grace = walk.step(
        "And a second one, with nothing on it.",
        "POST /accounts",
        body={"owner": "Grace", "currency": "EUR"},
        status=201,
        expect={"owner": "Grace", "balance": 0},
    )
    location = f"/accounts/{ada.json['id']}"
    if ada.headers.get("location") != location:
        raise StepFailed(
            f"step 2: expected Location: {location}, got {ada.headers.get('location')}"
        )
    walk.step(
        "Read the first one back, at the address that the answer gave.",
        f"GET {location}",
        status=200,
        expect=ada.json,
    )
    walk.step(
        "What is wrong with a request is told field by field, as problem details (RFC 9457).",
        "POST /accounts",
        body={"owner": "Edsger", "currency": "guilders"},
        status=422,
        expect={"type": "/problems/validation", "errors.0.location": "body.currency"},
    )
    return ada.json["id"], grace.json["id"]


def transfer_money(walk: Walk, ada: str, grace: str) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    transfer = {"from_account": ada, "to_account": grace, "amount": 2_500}
    first = walk.step(
        "Move 25.00 EUR. The key makes it safe to send this request again.",
        "POST /transfers",
        body=transfer,
        headers=key,
        status=201,
        expect=transfer,
    )
    walk.step(
        "Send it again, as after a lost answer: the same answer, and no second transfer.",
        "POST /transfers",
        body=transfer,
        headers=key,
        status=201,
        expect=first.json,
    )
    walk.step(
        "The same key with another body is a mistake of the caller.",
        "POST /transfers",
        body=transfer | {"amount": 9_999},
        headers=key,
        status=409,
        expect={"type": "/problems/idempotency-key-reused"},
    )
    walk.step(
        "More than there is cannot be moved, and nothing is.",
        "POST /transfers",
        body=transfer | {"amount": 1_000_000},
        status=409,
        expect={"type": "/problems/insufficient-funds"},
    )


def read_the_books(walk: Walk, ada: str, grace: str) -> None:
    walk.step(
        "The accounts, page by page: `next` is the `after` of the following page.",
        "GET /accounts?limit=1",
        status=200,
        expect={"items.0.id": ada, "next": ada},
    )
    walk.step(
        "The following page.",
        f"GET /accounts?limit=1&after={ada}",
        status=200,
        expect={"items.0.id": grace, "items.0.balance": 2_500},
    )
    walk.step(
        "The dashboard: three independent queries, run at the same time.",
        f"GET /accounts/{ada}/dashboard",
        status=200,
        expect={
            "account.balance": 7_500,
            "totals": {"incoming": 0, "outgoing": 2_500, "transfers": 1},
            "recent.0.amount": 2_500,
        },
    )
    name = f"/accounts/{ada}/transfers.csv"
    export = walk.step("All transfers as CSV, streamed.", f"GET {name}", status=200)
    lines = export.text.splitlines()
    if lines[:1] != ["id,created_at,from_account,to_account,amount"] or len(lines) != 2:
        raise StepFailed(f"GET {name}: expected the header and one transfer, got {lines!r}")
    walk.step(
        "An account that is not there. The request id of the caller is in answer and log.",
        f"GET /accounts/{uuid.UUID(int=0)}",
        headers={"X-Request-ID": "demo-1"},
        status=404,
        expect={"type": "/problems/not-found", "request_id": "demo-1"},
    )

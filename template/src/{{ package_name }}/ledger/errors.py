"""How operations of the ledger fail."""

from ..db import Conflict


class InsufficientFunds(Conflict):
    """The paying account holds less than the amount."""

    slug = "insufficient-funds"


class CurrencyMismatch(Conflict):
    """The two accounts of a transfer have different currencies."""

    slug = "currency-mismatch"


class IdempotencyKeyReused(Conflict):
    """The key was used before, with another request."""

    slug = "idempotency-key-reused"

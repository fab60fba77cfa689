"""The ledger over HTTP. Yours, like the ledger."""

"""What every service with the ledger answers over HTTP, whatever it is built with.

The suite knows nothing but an address: `pytest tests/contract --base-url http://127.0.0.1:8000`, or
CONTRACT_BASE_URL. Each test makes its own accounts, so it runs beside others and on any database.
"""

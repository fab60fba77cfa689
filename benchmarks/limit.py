"""The least that a service can do to answer with one row: the limit that a rendered service is compared with."""

import json
import os
from typing import Any
from uuid import UUID

import asyncpg
import uvicorn

ROW = "SELECT id, created_at, owner, currency, balance FROM accounts WHERE id = $1"
HEADERS = [(b"content-type", b"application/json")]


class Limit:
    """An ASGI application with one endpoint, /accounts/{id}."""

    pool: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self.pool is None:
            self.pool = await asyncpg.create_pool(
                os.environ["DATABASE_URL"], ssl=False, min_size=10, max_size=10
            )
        account = UUID(scope["path"].rpartition("/")[2])
        async with self.pool.acquire() as connection:
            row = await connection.fetchrow(ROW, account)
        body = json.dumps(dict(row), default=str).encode()
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    uvicorn.run(
        Limit(),
        port=int(os.environ["SERVER_PORT"]),
        lifespan="off",
        access_log=False,
        log_level="warning",
        http="httptools",
        loop="uvloop",
    )

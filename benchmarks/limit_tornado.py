"""A Tornado handler by hand that answers with one row, with as many round trips as a rendered service.

It has timeouts, as a service must, and Tornado's own access log; no request id, deadline, problem details or drain.
"""

import asyncio
import json
import logging
import os
from typing import Any
from uuid import UUID

import asyncpg
import uvloop
from tornado.web import Application, RequestHandler

ROW = "SELECT id, created_at, owner, currency, balance FROM accounts WHERE id = $1"


class Account(RequestHandler):
    async def get(self, account: str) -> None:
        async with self.settings["pool"].acquire(timeout=5) as connection:
            row = await connection.fetchrow(ROW, UUID(account))
        self.set_header("Content-Type", "application/json")
        self.write(json.dumps(dict(row), default=str))


async def serve() -> None:
    async def no_reset(connection: Any) -> None:
        """Save the round trip that the rendered service saves."""

    pool = await asyncpg.create_pool(
        os.environ["DATABASE_URL"],
        ssl=False,
        min_size=10,
        max_size=10,
        command_timeout=10,
        reset=no_reset,
    )
    application = Application([(r"/accounts/([^/]+)", Account)], pool=pool)
    application.listen(int(os.environ["SERVER_PORT"]), "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve())

"""What endpoints ask for (C1).

An endpoint gets the database, not a session: the domain function that it calls opens the unit of work, so
that the commit is over before the answer is sent, and a lost unit can be repeated as a whole (C2, C8).
"""

from typing import Annotated

from fastapi import Depends, Request

from ..db import Database
from ..runtime.lifespan import Services


async def running_services(request: Request) -> Services:
    """Return what the lifespan opened."""
    services: Services = request.app.state.services
    return services


async def running_database(request: Request) -> Database:
    """Return the database that the lifespan opened."""
    return (await running_services(request)).database


ServicesDep = Annotated[Services, Depends(running_services)]
DatabaseDep = Annotated[Database, Depends(running_database)]

"""A connection for each unit of work, closed afterwards: none is kept (C5).

How many there are at once is up to the admission in front of it.
"""

import math

from .connect import connect_arguments
from .connections import Connections
from .settings import DatabaseSettings


def create_pool(settings: DatabaseSettings) -> Connections:
    """Create what opens connections, and keeps count of them."""
    return Connections(connect_arguments(settings), keep=0, longest=math.inf)

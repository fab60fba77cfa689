"""Fixtures of the integration tests."""

import pytest
from blockbuster import BlockBuster


@pytest.fixture
def may_block(blockbuster: BlockBuster) -> None:
    """Tests that start processes or write files block the event loop, which nobody else is waiting for."""
    blockbuster.deactivate()

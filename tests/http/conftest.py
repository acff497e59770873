from collections.abc import AsyncIterator

import pytest

from tests.http.support import Edge, edge


@pytest.fixture(scope="session")
async def shop() -> AsyncIterator[Edge]:
    """The sample shop, on plain http."""
    async with edge() as running:
        yield running

"""A scripted shop for every test that asks."""

from collections.abc import AsyncIterator

import pytest

from tests.sdk.scripted import ScriptedShop, scripted_shop


@pytest.fixture
async def scripted() -> AsyncIterator[ScriptedShop]:
    """A shop that does what the test says."""
    async with scripted_shop() as shop:
        yield shop

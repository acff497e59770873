"""The tiny shop with real time, over real PostgreSQL and Valkey; sessions driven by hand."""

from collections.abc import AsyncIterator

import pytest
import redis.asyncio as redis

from server.embedded import EmbeddedServices
from server.kernel.database import Database
from server.realtime.service import Realtime
from tests.realtime.shop import TestShop
from tests.realtime.support import running
from tests.support import ManualClock


@pytest.fixture
def shop(database: Database) -> TestShop:
    """The tiny shop."""
    return TestShop(database)


@pytest.fixture
async def realtime(
    shop: TestShop, services: EmbeddedServices, valkey: "redis.Redis", clock: ManualClock
) -> AsyncIterator[Realtime]:
    """One node of it, whose time is turned by hand."""
    async with running(shop, services.redis_url, clock, by_hand=True) as realtime:
        yield realtime


@pytest.fixture
def valkey_url(services: EmbeddedServices, valkey: "redis.Redis") -> str:
    """Where an empty Valkey is."""
    return services.redis_url

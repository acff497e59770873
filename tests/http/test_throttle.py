"""How often one may ask over HTTP: a hundred times a minute, without an account twenty times (SEC-08)."""

from collections.abc import AsyncIterator

import pytest
import redis.asyncio as redis

from server.adapters.limits.valkey import ValkeyAttempts
from server.http.throttle import Throttle
from server.settings import read_settings
from tests.http.support import Edge, edge

LOOK = "/api/v1/shelves/00000000-0000-0000-0000-000000000001/things"
PRODUCTION = {
    "FASTSHOP_MODE": "production",
    "FASTSHOP_SECRET": "x" * 32,
    "PUBLIC_URL": "https://shop.example",
    "FASTSHOP_SIMULATED_GATEWAY": "yes",
}


@pytest.fixture
async def shop(valkey: "redis.Redis") -> AsyncIterator[Edge]:
    settings = read_settings(PRODUCTION)
    limits = {"signed_in": settings.requests_per_minute, "guests": settings.guest_requests_per_minute}
    async with edge(throttle=Throttle(ValkeyAttempts(valkey), **limits)) as running:
        yield running


async def statuses(shop: Edge, count: int, token: str = "", path: str = LOOK) -> list[int]:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    found = []
    for _ in range(count):
        async with shop.http.get(path, headers=headers) as response:
            found.append(response.status)
            if response.status == 429:
                assert 0 < int(response.headers["retry-after"]) <= 60
                assert (await response.json(content_type=None))["code"] == "rate_limited"
    return found


async def test_the_101st_request_of_a_person_and_the_21st_of_a_guest_are_refused(shop: Edge) -> None:
    assert await statuses(shop, 102, "customer-token") == [200] * 100 + [429] * 2
    assert set(await statuses(shop, 3, "seller-token")) == {200}
    assert await statuses(shop, 22) == [200] * 20 + [429] * 2
    assert set(await statuses(shop, 3, "wrong-token")) == {429}
    assert await statuses(shop, 30, path="/livez") == [200] * 30


def test_a_demo_shop_has_no_limit_unless_one_is_set() -> None:
    assert read_settings({}).requests_per_minute == read_settings({}).guest_requests_per_minute == 0
    assert read_settings({"FASTSHOP_GUEST_REQUESTS_PER_MINUTE": "7"}).guest_requests_per_minute == 7
    assert read_settings(PRODUCTION | {"FASTSHOP_REQUESTS_PER_MINUTE": "0"}).requests_per_minute == 0

"""A shop with goods and other people's carts for every test."""

from collections.abc import AsyncIterator

import pytest

from fastshop.contract.base import Money
from fastshop.contract.carts import Cart
from server.kernel.database import Database
from tests.domains.carts.shop import BOB, OTHERS, Shop
from tests.support import ManualClock


@pytest.fixture
async def shop(database: Database, clock: ManualClock) -> AsyncIterator[Shop]:
    shop = Shop(database, clock)
    await shop.fill()
    yield shop
    for cart, units in ((await shop.main.show(BOB), 9), (await shop.main.show(cart_id=OTHERS), 8)):
        _check_others(cart, units)
    await shop.close()


def _check_others(cart: Cart, units: int) -> None:
    (line,) = cart.lines
    assert (line.quantity, line.noted) == (units, Money(3000, "EUR"))

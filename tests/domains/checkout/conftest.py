"""A desk for every test, with somebody else's order and open checkout at it, which nobody touches."""

from collections.abc import AsyncIterator

import pytest

from fastshop.contract.checkout import Checkout
from server.kernel.database import Database
from tests.domains.checkout.desk import BOB, POT, Desk
from tests.support import ManualClock


@pytest.fixture
async def desk(database: Database, clock: ManualClock) -> AsyncIterator[Desk]:
    desk = Desk(database, clock)
    await desk.fill()
    first = await desk.bought(BOB, (POT, 1))
    assert isinstance(first, Checkout)
    yield desk
    assert await desk.now(first, BOB) == first
    await desk.check()
    await desk.actors.stop()

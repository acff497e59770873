"""A market for every test; what must always hold is looked at after each."""

from collections.abc import AsyncIterator

import pytest

from server.kernel.database import Database
from tests.domains.flash_sales.lining import check_lines
from tests.domains.flash_sales.market import Market
from tests.support import ManualClock


@pytest.fixture
async def market(database: Database, clock: ManualClock) -> AsyncIterator[Market]:
    market = Market(database, clock)
    await market.fill()
    await market.add_others()
    yield market
    await market.check()
    await check_lines(market)
    await market.close()

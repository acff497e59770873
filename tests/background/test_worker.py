"""`fastshop worker`, a process of its own: what another process began and did not live to end, it ends."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fastshop.contract.flash_sales import Claim, ClaimState, PaymentStarted
from fastshop.ids import new_id
from server.embedded import EmbeddedServices
from server.kernel.database import Database
from tests.background.conftest import SOON
from tests.domains.flash_sales.market import ANN, BOB, GOOD, Market
from tests.support import ManualClock, eventually

_PROGRAM = Path(sys.executable).with_name("fastshop")
_STARTS_WITHIN = 60


async def start(*, folder: Path, **environment: str) -> Process:
    inherited = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}
    return await asyncio.create_subprocess_exec(
        _PROGRAM, "worker", env=inherited | {"FASTSHOP_DATA": str(folder)} | environment, stdout=PIPE, stderr=STDOUT
    )


@pytest.fixture
async def market(database: Database, url: str) -> AsyncIterator[Market]:
    """A sale by the time of the machine, which is the worker's."""
    market = Market(database, ManualClock(datetime.now(UTC)))
    await market.fill()
    database.consume([PaymentStarted])
    yield market
    await market.close()


@pytest.fixture
async def worker(services: EmbeddedServices, market: Market, tmp_path: Path) -> AsyncIterator[Process]:
    process = await start(folder=tmp_path, DATABASE_URL=services.database_url, REDIS_URL=services.redis_url)
    yield process
    if process.returncode is None:
        process.kill()
    await process.communicate()


@pytest.mark.slow
async def test_p8_a_worker_ends_the_payments_of_a_process_that_died(market: Market, worker: Process) -> None:
    sale = await market.sale(quantity=2)
    never_asked = await _dies_paying(market, await market.shop.claim(sale, ANN), asked=False)
    never_told = await _dies_paying(market, await market.shop.claim(sale, BOB), asked=True)

    async def settled() -> bool:
        states = [(await market.one(claim)).state for claim in (never_asked, never_told)]
        return states == [ClaimState.HELD, ClaimState.PAID]

    await eventually(settled, _STARTS_WITHIN)
    (order,) = await market.orders.latest(BOB.person, 10)
    assert order.payment_id == never_told.payment_id
    assert await market.orders.latest(ANN.person, 10) == ()
    worker.send_signal(signal.SIGTERM)
    async with asyncio.timeout(SOON):
        assert await worker.wait() == 0


async def _dies_paying(market: Market, claim: Claim, *, asked: bool) -> Claim:
    """The first steps of paying: after the last the process is gone, before anything is recorded."""
    payment_id = new_id()
    paying = await market.shop.start_payment(claim, payment_id)
    if asked:
        await market.payments.start(payment_id, claim.customer_id, claim.total, GOOD, f"claim:{claim.id}")
        await market.gateway.charge(payment_id, claim.total, GOOD)
    return paying


async def test_a_worker_of_its_own_says_that_it_needs_its_services(tmp_path: Path) -> None:
    process = await start(folder=tmp_path)
    said, _ = await process.communicate()
    assert process.returncode != 0
    assert b"DATABASE_URL" in said
    assert b"Traceback" not in said

"""P2, P4, P10: two server processes on one database and one Valkey, and what buyers notice when the sale's owner goes.

The owner is always the second server, which can be killed without taking PostgreSQL along.
"""

import asyncio
import os
import shutil
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from urllib.request import urlopen
from uuid import UUID

import asyncpg
import pytest

from bench.sales import prepare_sale
from fastshop import Shop, new_id
from fastshop.contract.base import NotFound, Refusal
from fastshop.contract.flash_sales import Claim, ClaimUnits, FlashSale, GiveBack, SoldOut
from fastshop.contract.system import TellTime
from server.adapters.placement.nodes import LIFETIME
from server.embedded import find_running
from tests.e2e.crowd import Buyer, database_of, gather_crowd
from tests.shop_process import ShopProcess, copy_data
from tests.support import eventually

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("two servers")]

# A crash of the owner is taken over within this time, in seconds: five on a quiet machine.
TAKEN_OVER_WITHIN = 20.0
BUYERS = 300


@pytest.fixture(scope="module")
def first(furnished: Path) -> Iterator[ShopProcess]:
    """The server that the services belong to."""
    folder = Path(tempfile.mkdtemp(prefix="fastshop-two-"))
    process = ShopProcess(folder)
    try:
        copy_data(furnished, folder)
        process.start()
        yield process
    finally:
        process.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def second(first: ShopProcess, tmp_path: Path) -> Iterator[ShopProcess]:
    """Another server on the same services."""
    running = find_running(first.data)
    assert running is not None
    process = ShopProcess(tmp_path, DATABASE_URL=running.database_url, REDIS_URL=running.redis_url)
    try:
        process.start()
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGCONT)
        process.stop()


@pytest.fixture
async def database(first: ShopProcess) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await database_of(first.data)
    yield connection
    await connection.close()


Owned = Callable[[int], Awaitable[FlashSale]]


@pytest.fixture
async def owned(second: ShopProcess, database: "asyncpg.Connection[asyncpg.Record]") -> AsyncIterator[Owned]:
    """A sale of so many units that the second server owns, since it was asked there first."""
    async with Shop(second.address, transport="live") as seller:
        await seller.log_in("seller@demo.fastshop.test", "fastshop-demo")

        async def create(units: int) -> FlashSale:
            sale = await seller.call(await prepare_sale(seller, units))
            with pytest.raises(NotFound):
                await seller.call(GiveBack(sale_id=sale.id, claim_id=new_id()))
            assert await owner_of(database, sale.id) == second.pid
            return sale

        yield create


async def owner_of(database: "asyncpg.Connection[asyncpg.Record]", sale_id: UUID) -> int | None:
    """The process that has the sale's lease."""
    query = "SELECT name FROM nodes JOIN actor_leases lease ON lease.node_id = nodes.id WHERE lease.actor_id = $1"
    name = await database.fetchval(query, sale_id)
    return None if name is None else int(name.rpartition(":")[2])


def counted(process: ShopProcess, name: str) -> float:
    """A number of its /metrics."""
    with urlopen(f"{process.address}/metrics", timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith(f"{name} "))


class Crowd:
    """Buyers with open sockets, and what each was told."""

    def __init__(self, sale: FlashSale) -> None:
        self.sale = sale
        self.told: dict[UUID, Claim] = {}
        self.refused: list[Refusal] = []
        self._sockets = AsyncExitStack()

    async def open(self, process: ShopProcess, buyers: Sequence[Buyer]) -> list[Shop]:
        """Let buyers in: their sockets are open before they ask."""
        shops = [Shop(process.address, token=buyer.token, transport="live") for buyer in buyers]
        for shop in shops:
            await self._sockets.enter_async_context(shop)
        await asyncio.gather(*(shop.call(TellTime()) for shop in shops))
        return shops

    async def claim(self, shop: Shop) -> None:
        """Claim one unit, as patiently as it takes."""
        try:
            claim = await shop.call(ClaimUnits(sale_id=self.sale.id, claim_id=new_id()), deadline=60)
            self.told[claim.id] = claim
        except SoldOut as refusal:
            self.refused.append(refusal)

    async def close(self) -> None:
        await self._sockets.aclose()


async def check(database: "asyncpg.Connection[asyncpg.Record]", crowd: Crowd, units: int) -> None:
    """Nothing is oversold, everything that was told is there once, and nothing else is."""
    rows = await database.fetch("SELECT * FROM flash_sale_claims WHERE sale_id = $1 ORDER BY place", crowd.sale.id)
    assert {row["id"]: row["place"] for row in rows} == {claim.id: claim.place for claim in crowd.told.values()}
    assert [row["place"] for row in rows] == list(range(1, len(rows) + 1))
    sale = await database.fetchrow("SELECT held_count, sold_count FROM flash_sales WHERE id = $1", crowd.sale.id)
    assert sale is not None
    assert sale["held_count"] + sale["sold_count"] == sum(row["quantity"] for row in rows) <= units


async def test_p2_claims_through_both_servers_are_decided_by_one_owner(
    first: ShopProcess, second: ShopProcess, owned: Owned, database: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    crowd = Crowd(await owned(30))
    buyers = await gather_crowd(first.data, 80)
    before = counted(first, "fastshop_actors_forwarded_total")
    shops = [*await crowd.open(first, buyers[:40]), *await crowd.open(second, buyers[40:])]
    await asyncio.gather(*(crowd.claim(shop) for shop in shops))
    assert (len(crowd.told), len(crowd.refused)) == (30, 50)
    await check(database, crowd, 30)
    assert counted(first, "fastshop_actors_forwarded_total") >= before + 40
    assert counted(second, "fastshop_actors_stale_total") == 0
    await crowd.close()


async def test_p9_claims_go_on_at_once_when_the_owner_is_stopped(
    first: ShopProcess, second: ShopProcess, owned: Owned, database: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    crowd = Crowd(await owned(BUYERS))
    slowest = await claims_while(first, crowd, await gather_crowd(first.data, BUYERS), second.stop)
    assert slowest < LIFETIME, "nobody waits until its lease runs out"
    assert await owner_of(database, crowd.sale.id) == first.pid
    await check(database, crowd, BUYERS)
    await crowd.close()


async def test_p1_claims_go_on_within_seconds_when_the_owner_is_killed(
    first: ShopProcess, second: ShopProcess, owned: Owned, database: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    crowd = Crowd(await owned(BUYERS))
    slowest = await claims_while(first, crowd, await gather_crowd(first.data, BUYERS), second.kill)
    assert slowest < TAKEN_OVER_WITHIN
    await check(database, crowd, BUYERS)
    await crowd.close()


async def claims_while(
    process: ShopProcess, crowd: Crowd, buyers: Sequence[Buyer], trouble: Callable[[], object]
) -> float:
    """Have one after the other claim before, during and after the trouble. How long the slowest waited, in seconds."""
    shops = iter(await crowd.open(process, buyers))
    took: list[float] = []

    async def claim(shop: Shop) -> None:
        began = time.monotonic()
        await crowd.claim(shop)
        took.append(time.monotonic() - began)

    async with asyncio.TaskGroup() as claiming:

        async def some(count: int) -> None:
            for _ in range(count):
                claiming.create_task(claim(next(shops)))
                await asyncio.sleep(0.03)

        await some(10)
        troubled = asyncio.create_task(asyncio.to_thread(trouble))
        while not troubled.done():
            await some(1)
        await some(30)
    assert len(crowd.told) == len(took)
    return max(took)


async def test_p4_an_owner_that_was_stopped_past_its_lease_writes_nothing_when_it_wakes(
    first: ShopProcess, second: ShopProcess, owned: Owned, database: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    crowd = Crowd(await owned(20))
    early, middle, *late = await crowd.open(second, await gather_crowd(first.data, 7))
    others = await crowd.open(first, await gather_crowd(first.data, 25))
    await crowd.claim(early)

    # The owner is in the middle of a commit, and has decided five claims more on top of it.
    lock = database.transaction()
    await lock.start()
    await database.execute("SELECT FROM flash_sales WHERE id = $1 FOR UPDATE", crowd.sale.id)
    waiting = [asyncio.create_task(crowd.claim(middle))]
    await eventually(lambda: _waits_for_lock(first))
    received = counted(second, "fastshop_socket_received_total")
    waiting += [asyncio.create_task(crowd.claim(shop)) for shop in late]
    await eventually(lambda: counted(second, "fastshop_socket_received_total") >= received + len(late))
    os.kill(second.pid, signal.SIGSTOP)
    await lock.rollback()

    began = time.monotonic()
    await asyncio.gather(*(crowd.claim(shop) for shop in others))
    assert time.monotonic() - began < TAKEN_OVER_WITHIN
    assert (len(crowd.told), len(crowd.refused)) == (1 + 18, 7), "the first server sells all that is left"
    assert await owner_of(database, crowd.sale.id) == first.pid
    assert not any(task.done() for task in waiting)

    os.kill(second.pid, signal.SIGCONT)
    await asyncio.gather(*waiting)
    assert counted(second, "fastshop_actors_stale_total") >= 1, "its write was refused"
    assert (len(crowd.told), len(crowd.refused)) == (20, 7 + 5), "what it had decided is decided again"
    assert await owner_of(database, crowd.sale.id) == first.pid
    await check(database, crowd, 20)
    await crowd.close()


async def _waits_for_lock(process: ShopProcess) -> bool:
    connection = await database_of(process.data)
    try:
        query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%flash_sales%'"
        return bool(await connection.fetchval(query))
    finally:
        await connection.close()

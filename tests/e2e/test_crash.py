"""P1, P2, P3, P5: a hundred buyers for ten units, and `kill -9` of the server in the middle.

Killing the server kills its PostgreSQL with it. What a buyer was told before is compared with what stands after.
"""

import asyncio
import contextlib
import random
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from fastshop import Happened, Shop, Snapshot, new_id
from fastshop.contract.base import Conflict
from fastshop.contract.catalog import ListSellerProducts, Price, ShowProduct
from fastshop.contract.flash_sales import (
    SALE_LEDGER,
    Claim,
    ClaimState,
    ClaimUnits,
    CreateSale,
    FlashSale,
    MyClaims,
    Pay,
    SaleLedger,
    ShowSale,
)
from fastshop.errors import OutcomeUnknown
from tests.e2e.crowd import Buyer, database_of, gather_crowd
from tests.shop_process import ShopProcess

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

UNITS = 10
BUYERS = 100
ROUNDS = 3
CARD = "4242424242424242"


@dataclass
class Told:
    """What the buyers were told, each answer noted when it came."""

    claims: dict[UUID, Claim] = field(default_factory=dict)
    paid: dict[UUID, Claim] = field(default_factory=dict)


@pytest.fixture(scope="module")
def process() -> Iterator[ShopProcess]:
    folder = Path(tempfile.mkdtemp(prefix="fastshop-crash-"))
    process = ShopProcess(folder)
    try:
        process.start()
        yield process
    finally:
        process.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def seller(process: ShopProcess) -> AsyncIterator[Shop]:
    async with Shop(process.address, transport="live") as shop:
        await shop.log_in("seller@demo.fastshop.test", "fastshop-demo")
        yield shop


async def set_up_sale(seller: Shop) -> FlashSale:
    cards = await seller.call(ListSellerProducts(limit=100))
    for card in cards.items:
        product = await seller.call(ShowProduct(product=str(card.id)))
        for variant in product.variants:
            if variant.stock >= UNITS and variant.price.amount > 200:
                break
        else:
            continue
        break
    now = datetime.now(UTC)
    command = CreateSale(
        sale_id=new_id(),
        variant_id=variant.id,
        sale_price=Price(100, variant.price.currency),
        start_time=now,
        end_time=now + timedelta(hours=1),
        quantity_limit=UNITS,
        hold_seconds=600,
    )
    return await seller.call(command)


async def buy(address: str, buyer: Buyer, sale: FlashSale, told: Told) -> None:
    """Claim one and pay for it, the same ids with every try, as long as the shop is away."""
    async with Shop(address, token=buyer.token, transport="live") as shop:
        await asyncio.sleep(random.uniform(0, 1.5))
        with contextlib.suppress(Conflict):  # sold out
            claim = await shop.call(ClaimUnits(sale_id=sale.id, claim_id=new_id()), deadline=60)
            told.claims[claim.id] = claim
            await asyncio.sleep(random.uniform(0, 1))
            pay = Pay(sale_id=sale.id, claim_id=claim.id, payment_id=new_id(), payment_method=CARD)
            answer = await shop.call(pay, deadline=60)
            if answer.claim.state is ClaimState.PAID:
                told.paid[claim.id] = answer.claim


async def follow(shop: Shop, sale: FlashSale, ledger: dict[UUID, Claim]) -> None:
    """Fold the ledger's stream, over every cut."""
    async with aclosing(shop.watch(SALE_LEDGER.of(sale.id))) as stream:
        offset = 0
        async for item in stream:
            if isinstance(item, Snapshot):
                assert isinstance(item.state, SaleLedger)
                ledger.clear()
                ledger.update({claim.id: claim for claim in item.state.claims})
            elif isinstance(item, Happened):
                assert item.offset == offset + 1, "a gap or a double"
                claim = getattr(item.event, "claim", None)
                if claim is not None:
                    ledger[claim.id] = claim
            offset = item.offset


async def crash(process: ShopProcess) -> None:
    """Kill it at some moment, and start it again."""
    await asyncio.sleep(random.uniform(0.4, 1.6))
    await asyncio.to_thread(process.kill)
    await asyncio.to_thread(process.start)


@pytest.mark.parametrize("number", range(ROUNDS))
async def test_p1_p2_p3_p5_nothing_oversold_and_nothing_lost_by_a_crash(
    process: ShopProcess, seller: Shop, number: int
) -> None:
    sale = await set_up_sale(seller)
    buyers = await gather_crowd(process.data, BUYERS)
    told, ledger = Told(), dict[UUID, Claim]()
    following = asyncio.create_task(follow(seller, sale, ledger))
    results = await asyncio.gather(
        crash(process), *(buy(process.address, buyer, sale, told) for buyer in buyers), return_exceptions=True
    )
    unexpected = [
        error for error in results if isinstance(error, BaseException) and not isinstance(error, OutcomeUnknown)
    ]
    assert not unexpected, unexpected[:3]

    await check_stored(process.data, sale, told)
    async with asyncio.timeout(15):
        stored = await settled(process.data, sale)
        while ledger != stored:
            assert not following.done(), following.exception()
            await asyncio.sleep(0.1)
            stored = await settled(process.data, sale)
    following.cancel()
    await check_fresh(process.address, buyers, stored)


async def check_stored(data: Path, sale: FlashSale, told: Told) -> None:
    connection = await database_of(data)
    try:
        rows = await connection.fetch("SELECT * FROM flash_sale_claims WHERE sale_id = $1", sale.id)
        claims = {row["id"]: row for row in rows}
        holding = [row for row in rows if row["state"] in ("held", "paying", "paid")]
        assert sum(row["quantity"] for row in holding) <= UNITS
        assert len(holding) == UNITS, "demand was there, so every unit is taken"
        for claim in told.claims.values():
            assert claims[claim.id]["place"] == claim.place
        for claim in told.paid.values():
            assert claims[claim.id]["state"] == "paid"
            assert claims[claim.id]["order_id"] == claim.order_id
        orders = await connection.fetch(
            "SELECT order_id FROM order_items WHERE variant_id = $1 AND order_id = any($2::uuid[])",
            sale.variant_id,
            [row["order_id"] for row in rows if row["state"] == "paid"],
        )
        assert len(orders) == sum(row["state"] == "paid" for row in rows), "each paid claim has its order"
        charged = await connection.fetchval(
            "SELECT count(*) FROM simulated_charges WHERE status = 'succeeded' AND id = any($1::uuid[])",
            [row["payment_id"] for row in rows if row["payment_id"]],
        )
        assert charged == len(orders), "nobody is charged without a unit"
    finally:
        await connection.close()


async def settled(data: Path, sale: FlashSale) -> dict[UUID, Claim]:
    """The claims as a fresh watcher would get them."""
    connection = await database_of(data)
    try:
        rows = await connection.fetch(
            "SELECT DISTINCT ON (data->'claim'->>'id') data->'claim' AS claim FROM event_log WHERE channel = $1 "
            "AND data ? 'claim' ORDER BY data->'claim'->>'id', seq DESC",
            SALE_LEDGER.of(sale.id),
        )
    finally:
        await connection.close()
    claims = [msgspec.json.decode(row["claim"], type=Claim) for row in rows]
    return {claim.id: claim for claim in claims}


async def check_fresh(address: str, buyers: list[Buyer], stored: dict[UUID, Claim]) -> None:
    """What each customer fetches is what the stream told."""
    sale_id = next(iter(stored.values())).sale_id
    owners = {claim.customer_id for claim in stored.values()}
    for buyer in [buyer for buyer in buyers if buyer.id in owners]:
        async with Shop(address, token=buyer.token) as shop:
            mine = await shop.call(MyClaims(sale_id=sale_id))
            assert {claim.id: claim for claim in mine} == {
                claim.id: claim for claim in stored.values() if claim.customer_id == buyer.id
            }
    async with Shop(address) as shop:
        sale = await shop.call(ShowSale(sale_id=sale_id))
        assert sale.left == UNITS - sale.held_count - sale.sold_count >= 0

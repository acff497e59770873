"""The SDK, its examples and every snippet of its README against the shop as it is run."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import timedelta
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from fastshop import Happened, Shop, Snapshot, SyncShop, new_id
from fastshop.contract.base import Conflict, NotFound, SignInNeeded
from fastshop.contract.catalog import ListSellerProducts, Price, ShowProduct
from fastshop.contract.flash_sales import (
    SALE_LEDGER,
    USER,
    ClaimState,
    ClaimUnits,
    CreateSale,
    FlashSale,
    GiveBack,
    SaleLedger,
    UnitsClaimed,
    UnitsGivenBack,
)
from tests.shop_process import free_port
from tests.web.server import Line

pytestmark = pytest.mark.slow

SDK = Path(__file__).parents[2] / "client_sdk"
SNIPPETS = re.findall(r"```python\n(.*?)```", (SDK / "README.md").read_text(), flags=re.DOTALL)
PASSWORD = "fastshop-demo"


def demo(who: str) -> str:
    return f"{who}@demo.fastshop.test"


@pytest.fixture
async def line(address: str) -> AsyncIterator[Line]:
    target = urlsplit(address).port
    assert target is not None
    line = Line(free_port(), target)
    server = await line.open()
    yield line
    line.cut()
    server.close()


async def run(*arguments: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def new_sale(seller: Shop, quantity: int) -> FlashSale:
    """A sale of the demo's seller that is open at once."""
    for card in (await seller.call(ListSellerProducts(limit=100))).items:
        product = await seller.call(ShowProduct(product=str(card.id)))
        variant = max(product.variants, key=lambda one: one.stock)
        if variant.stock >= quantity:
            break
    now = await seller.time()
    terms = CreateSale(
        sale_id=new_id(),
        variant_id=variant.id,
        sale_price=Price(variant.price.amount // 2, variant.price.currency),
        start_time=now,
        end_time=now + timedelta(hours=1),
        quantity_limit=quantity,
        per_customer_limit=quantity,
    )
    return await seller.call(terms)


@pytest.mark.parametrize("snippet", SNIPPETS, ids=range(len(SNIPPETS)))
async def test_every_snippet_of_the_readme_runs(snippet: str, address: str) -> None:
    status, output = await run("-c", snippet.replace("http://localhost:8000", address))
    assert status == 0, output
    assert output, "it tells nothing"


async def test_the_script_lists_the_whole_demo_shop(address: str) -> None:
    status, output = await run(str(SDK / "examples/script.py"), address)
    assert status == 0, output
    assert len(output.splitlines()) > 200


@pytest.mark.parametrize(
    ("who", "card", "ends"),
    [
        ("customer2", "4242424242424242", "bought: order"),
        ("customer3", "4000000000000002", "declined"),
        ("customer4", "4000000000000259", "bought: order"),
    ],
)
async def test_the_buyer_buys_in_the_open_sale(address: str, who: str, card: str, ends: str) -> None:
    status, output = await run(str(SDK / "examples/buy_in_the_sale.py"), address, "--who", who, "--card", card)
    assert status == 0, output
    assert "claimed as number" in output
    assert ends in output.splitlines()[-1]


async def test_the_watcher_tells_what_is_left(address: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-u", str(SDK / "examples/watch_a_sale.py"), address, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    await process.stdout.readline()
    assert b" left, " in await process.stdout.readline()
    process.terminate()
    await process.wait()


async def test_a_ledger_watched_over_a_line_that_is_cut_has_each_event_once(address: str, line: Line) -> None:
    async with Shop(address) as seller, Shop(line.address, transport="live") as watcher, Shop(address) as buyer:
        await seller.log_in(demo("seller"), PASSWORD)
        await watcher.log_in(demo("admin"), PASSWORD)
        await buyer.log_in(demo("customer5"), PASSWORD)
        sale = await new_sale(seller, quantity=5)
        async with aclosing(watcher.watch(SALE_LEDGER.of(sale.id))) as items:
            first = await anext(items)
            assert isinstance(first, Snapshot)
            assert isinstance(first.state, SaleLedger)
            assert first.state.claims == ()
            claims = []
            for number in range(18):
                if number % 6 == 3:
                    line.cut()
                claim = await buyer.call(ClaimUnits(sale_id=sale.id, claim_id=new_id()))
                await buyer.call(GiveBack(sale_id=sale.id, claim_id=claim.id))
                line.mend()
                claims.append(claim.id)
            told = [await anext(items) for _ in range(36)]
        events = [item.event for item in told if isinstance(item, Happened)]
        assert [event.claim.id for event in events if isinstance(event, UnitsClaimed)] == claims
        assert [event.claim.id for event in events if isinstance(event, UnitsGivenBack)] == claims
        assert [item.offset for item in told] == list(range(first.offset + 1, first.offset + 37))


async def test_a_claim_whose_answers_are_cut_off_again_and_again_is_made_once(address: str, line: Line) -> None:
    async def cut_now_and_then() -> None:
        for cuts in count():
            line.cut()
            await asyncio.sleep(0.02)
            line.mend()
            await asyncio.sleep(0.05 * 1.1**cuts)  # longer each time: a busy machine needs more to connect

    async with Shop(address) as seller, Shop(line.address, transport="live") as buyer:
        await seller.log_in(demo("seller"), PASSWORD)
        await buyer.log_in(demo("customer6"), PASSWORD)
        sale = await new_sale(seller, quantity=10)
        trouble = asyncio.create_task(cut_now_and_then())
        try:
            claims = [await buyer.call(ClaimUnits(sale_id=sale.id, claim_id=new_id())) for _ in range(10)]
        finally:
            trouble.cancel()
        assert [claim.place for claim in claims] == list(range(1, 11))
        with pytest.raises(Conflict):
            await buyer.call(ClaimUnits(sale_id=sale.id, claim_id=new_id()))


async def test_ones_own_stream_can_be_watched_though_the_server_gives_it_by_itself(address: str) -> None:
    async with Shop(address) as seller, Shop(address, transport="live") as buyer:
        await seller.log_in(demo("seller"), PASSWORD)
        me = await buyer.log_in(demo("customer7"), PASSWORD)
        sale = await new_sale(seller, quantity=1)
        async with aclosing(buyer.watch(USER.of(me.id))) as items:
            await anext(items)
            claim = await buyer.call(ClaimUnits(sale_id=sale.id, claim_id=new_id()))
            told = await anext(items)
            assert isinstance(told, Happened)
            assert isinstance(told.event, UnitsClaimed)
            assert told.event.claim == claim
            assert claim.state is ClaimState.HELD
        # And again, now that it has been left.
        assert isinstance(await anext(buyer.watch(USER.of(me.id))), Snapshot)


async def test_what_one_may_not_watch_is_refused_like_a_call(address: str) -> None:
    async with Shop(address) as guest:
        with pytest.raises((NotFound, SignInNeeded)):
            await anext(guest.watch(USER.of(new_id())))


async def test_a_session_that_is_ended_ends_its_live_connection(address: str) -> None:
    def script() -> None:
        with SyncShop(address, transport="live") as shop:
            shop.log_in(demo("customer8"), PASSWORD)
            shop.log_out()
            with pytest.raises(SignInNeeded):
                shop.call(ListSellerProducts())

    await asyncio.to_thread(script)

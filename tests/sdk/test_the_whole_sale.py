"""A sale with a lobby and proofs of work, from the SDK as anybody installs it, over both transports; its replay."""

import asyncio
import csv
import io
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing
from datetime import timedelta
from pathlib import Path
from typing import Literal
from uuid import UUID

import aiohttp
import pytest

from fastshop import Happened, Shop, Snapshot, new_id
from fastshop.contract.catalog import ListSellerProducts, Price, ShowProduct
from fastshop.contract.flash_sales import (
    SALE,
    USER,
    ClaimUnits,
    CreateSale,
    EditSale,
    FlashSale,
    SaleState,
    UnitsClaimed,
)
from fastshop.contract.lines import (
    AskChallenge,
    JoinLine,
    LobbyDraw,
    NotDrawn,
    Place,
    PlaceState,
    ProofNeeded,
    ProofWrong,
    ShowDraw,
    ShowPosition,
)
from fastshop.fairness import ahead_of, verify_draw, verify_pages
from fastshop.proofs import solve
from tests.e2e.crowd import database_of, gather_crowd
from tests.shop_process import ShopProcess

pytestmark = pytest.mark.slow

BUYERS, UNITS = 8, 3
PASSWORD = "fastshop-demo"
TRANSPORTS: tuple[Literal["http", "live"], ...] = ("http", "live")


@pytest.fixture
async def seller(demo_shop: ShopProcess) -> AsyncIterator[Shop]:
    async with Shop(demo_shop.address) as shop:
        await shop.log_in("seller@demo.fastshop.test", PASSWORD)
        yield shop


async def new_sale(seller: Shop, starts_in: float) -> FlashSale:
    for card in (await seller.call(ListSellerProducts(limit=100))).items:
        product = await seller.call(ShowProduct(product=str(card.id)))
        variant = max(product.variants, key=lambda one: one.stock)
        if variant.stock >= UNITS:
            break
    start = await seller.time() + timedelta(seconds=starts_in)
    terms = CreateSale(
        sale_id=new_id(),
        variant_id=variant.id,
        sale_price=Price(variant.price.amount // 2, variant.price.currency),
        start_time=start,
        end_time=start + timedelta(hours=1),
        quantity_limit=UNITS,
        proof_of_work=True,
    )
    return await seller.call(terms)


async def start(seller: Shop, sale: FlashSale) -> None:
    """Have a sale begin in a moment: nobody was in a hurry before."""
    soon, price = await seller.time() + timedelta(seconds=2), Price(sale.sale_price.amount, sale.sale_price.currency)
    await seller.call(EditSale(sale.id, price, soon, sale.end_time, sale.quantity_limit, proof_of_work=True))


async def join(shop: Shop, sale: FlashSale) -> Place:
    place_id = new_id()
    with pytest.raises(ProofNeeded):
        await shop.call(JoinLine(sale_id=sale.id, place_id=place_id))
    with pytest.raises(ProofWrong):
        await shop.call(JoinLine(sale_id=sale.id, place_id=place_id, proof="rubbish"))
    proof = solve(await shop.call(AskChallenge(sale_id=sale.id)))
    return await shop.call(JoinLine(sale_id=sale.id, place_id=place_id, proof=proof))


async def until_served(shop: Shop, sale: FlashSale) -> SaleState:
    """Look at the sale until its lobby was drawn and all units are held."""
    async with aclosing(shop.watch(SALE.of(sale.id))) as items:
        async for item in items:
            state = item.state if isinstance(item, Snapshot) else item.event
            assert isinstance(state, SaleState)
            if state.sale.left == 0:
                return state
    raise AssertionError("the channel ended")


async def until_told_of_the_claim(shop: Shop, person: UUID) -> UUID | None:
    """The place that was served, as a buyer's own channel tells it; it may have been before they looked."""
    async with aclosing(shop.watch(USER.of(person))) as items:
        async for item in items:
            if isinstance(item, Snapshot) and item.state.claims:
                return UUID(str(item.state.claims[0].place_id))
            if isinstance(item, Happened) and isinstance(item.event, UnitsClaimed):
                return item.event.claim.place_id
    raise AssertionError("the channel ended")


async def draw_of(shop: Shop, sale: FlashSale) -> list[LobbyDraw]:
    pages = [await shop.call(ShowDraw(sale_id=sale.id, limit=3))]
    while pages[-1].next is not None:
        pages.append(await shop.call(ShowDraw(sale_id=sale.id, limit=3, cursor=pages[-1].next)))
    return pages


async def test_a_lobby_is_drawn_as_anybody_can_check_and_the_sale_replays(demo_shop: ShopProcess, seller: Shop) -> None:
    crowd = await gather_crowd(demo_shop.data, BUYERS)
    async with AsyncExitStack() as stack:
        buyers = [
            await stack.enter_async_context(Shop(demo_shop.address, buyer.token, TRANSPORTS[number % 2]))
            for number, buyer in enumerate(crowd)
        ]
        guest = await stack.enter_async_context(Shop(demo_shop.address))
        sale = await new_sale(seller, starts_in=290)
        with pytest.raises(NotDrawn):
            await guest.call(ShowDraw(sale_id=sale.id))
        places = await asyncio.gather(*(join(buyer, sale) for buyer in buyers))
        assert {place.state for place in places} == {PlaceState.LOBBY}
        await start(seller, sale)
        told = [
            asyncio.create_task(until_told_of_the_claim(shop, buyer.id))
            for shop, buyer in zip(buyers, crowd, strict=True)
        ]
        state = await until_served(guest, sale)
        await _check_draw(sale, places, [await draw_of(shop, sale) for shop in (guest, buyers[1])])
        positions = await asyncio.gather(*(buyer.call(ShowPosition(sale_id=sale.id)) for buyer in buyers))
        served = [one.place for one in positions if one.place.state is PlaceState.SERVED]
        assert sorted(place.number for place in served) == [1, 2, 3]
        for one in positions:
            assert one.ahead is None or one.ahead == ahead_of(state.line, one.place.number)
        for number, one in enumerate(positions):
            if one.place.state is PlaceState.SERVED:
                assert await asyncio.wait_for(told[number], 10) == one.place.id
            else:
                told[number].cancel()
        await _check_claiming_with_a_proof(seller, buyers[0])
    await _check_file(demo_shop, sale, len(places))
    await _check_replay(demo_shop, sale)


async def _check_draw(sale: FlashSale, places: list[Place], draws: list[list[LobbyDraw]]) -> None:
    http, live = draws
    assert http == live
    assert verify_pages(sale.commitment, http)
    order = [place_id for page in http for place_id in page.places]
    assert set(order) == {place.id for place in places}
    assert verify_draw(sale.commitment, http[0].seed, order)
    assert not verify_draw(sale.commitment, http[0].seed, order[::-1])
    assert not verify_draw(sale.commitment, "00" * 32, order)


async def _check_claiming_with_a_proof(seller: Shop, buyer: Shop) -> None:
    sale = await new_sale(seller, starts_in=0)
    proof, claim_id = solve(await buyer.call(AskChallenge(sale_id=sale.id))), new_id()
    claim = await buyer.call(ClaimUnits(sale_id=sale.id, claim_id=claim_id, proof=proof))
    assert await buyer.call(ClaimUnits(sale_id=sale.id, claim_id=claim_id, proof=proof)) == claim


async def _check_file(demo_shop: ShopProcess, sale: FlashSale, joined: int) -> None:
    address = f"{demo_shop.address}/api/v1/flash-sales/{sale.id}/ledger.csv"
    sign_in = {"email": "seller@demo.fastshop.test", "password": PASSWORD}
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{demo_shop.address}/api/v1/auth/login", json=sign_in) as response:
            token = (await response.json())["token"]
        async with http.get(address, headers={"authorization": f"Bearer {token}"}) as response:
            lines = list(csv.DictReader(io.StringIO(await response.text())))
        assert [line["event"] for line in lines].count("flash_sales.joined") == joined
        assert [line["place_number"] for line in lines if line["event"] == "flash_sales.claimed"] == ["1", "2", "3"]
        async with http.get(address) as response:
            assert (response.status, (await response.json(content_type=None))["code"]) == (401, "sign_in_needed")


async def _check_replay(demo_shop: ShopProcess, sale: FlashSale) -> None:
    status, said = await replay(demo_shop, str(sale.id))
    assert (status, "the log ends in exactly what is stored" in said) == (0, True), said
    assert "drawn" in said
    connection = await database_of(demo_shop.data)
    try:
        await connection.execute("UPDATE flash_sales SET drawn_count = 5 WHERE id = $1", sale.id)
        status, said = await replay(demo_shop, str(sale.id), "--quiet")
        await connection.execute("UPDATE flash_sales SET drawn_count = $2 WHERE id = $1", sale.id, BUYERS)
    finally:
        await connection.close()
    assert (status, "drawn is 8 by the log, 5 as stored" in said) == (1, True), said


async def replay(demo_shop: ShopProcess, *arguments: str) -> tuple[int, str]:
    """What the program says of a sale of the shop that runs on this folder."""
    path = Path(sys.executable).with_name("fastshop")
    program = await asyncio.create_subprocess_exec(
        path, "replay", "sale", *arguments, env=demo_shop.environment, stdout=PIPE, stderr=STDOUT
    )
    said, _ = await program.communicate()
    return program.returncode or 0, said.decode()

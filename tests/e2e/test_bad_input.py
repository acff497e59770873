"""Rubbish against the running shop: each piece has its refusal, and changes nothing."""

from collections.abc import AsyncIterator
from uuid import UUID

import aiohttp
import pytest

from fastshop import Shop, new_id
from fastshop.contract.base import BadInput
from fastshop.contract.catalog import ListSellerProducts, ShowProduct
from fastshop.contract.flash_sales import ClaimUnits, FlashSale, ListSales, Pay, Phase, SaleNotOpen, ShowSale
from fastshop.contract.imports import ImportState, ListImports
from fastshop.contract.orders import OrderNotFound, ShowOrder
from tests.support import eventually

PASSWORD = "fastshop-demo"
CARD = "4242424242424242"


async def signed_in(address: str, who: str) -> Shop:
    shop = Shop(address)
    await shop.log_in(f"{who}@demo.fastshop.test", PASSWORD)
    return shop


@pytest.fixture
async def customer(address: str) -> AsyncIterator[Shop]:
    async with await signed_in(address, "customer") as shop:
        yield shop


@pytest.fixture
async def seller(address: str) -> AsyncIterator[Shop]:
    async with await signed_in(address, "seller") as shop:
        yield shop


async def sale(shop: Shop, phase: Phase) -> FlashSale:
    return (await shop.call(ListSales(phase=phase))).items[0]


async def test_a_claim_for_a_sale_that_is_over(customer: Shop) -> None:
    over = await sale(customer, Phase.ENDED)
    with pytest.raises(SaleNotOpen) as refused:
        await customer.call(ClaimUnits(sale_id=over.id, claim_id=new_id()))
    assert (refused.value.phase, refused.value.end_time) == (Phase.ENDED, over.end_time)
    assert await customer.call(ShowSale(sale_id=over.id)) == over


async def test_a_hold_of_a_billion_units(customer: Shop) -> None:
    before = await sale(customer, Phase.OPEN)
    with pytest.raises(BadInput) as refused:
        await customer.call(ClaimUnits(sale_id=before.id, claim_id=new_id(), quantity=10**9))
    assert refused.value.field == "quantity"
    assert (await customer.call(ShowSale(sale_id=before.id))).held_count == before.held_count


async def test_a_price_of_minus_one(address: str, seller: Shop) -> None:
    card = (await seller.call(ListSellerProducts(limit=1))).items[0]
    before = await seller.call(ShowProduct(product=str(card.id)))
    variant = before.variants[0]
    body = {"price": {"amount": -1, "currency": "EUR"}}
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{address}/api/v1/auth/login", json={"email": "seller@demo.fastshop.test", "password": PASSWORD}
        ) as answer,
    ):
        token = (await answer.json())["token"]
        headers = {"authorization": f"Bearer {token}"}
        async with session.put(f"{address}/api/v1/variants/{variant.id}/price", json=body, headers=headers) as refused:
            problem = await refused.json(content_type=None)
    assert (refused.status, problem["code"], problem["field"]) == (400, "bad_input", "price.amount")
    assert await seller.call(ShowProduct(product=str(card.id))) == before


async def test_somebody_elses_order(address: str, customer: Shop) -> None:
    open_sale = await sale(customer, Phase.OPEN)
    claim = await customer.call(ClaimUnits(sale_id=open_sale.id, claim_id=new_id()))
    pay = Pay(sale_id=open_sale.id, claim_id=claim.id, payment_id=new_id(), payment_method=CARD)
    order_id = (await customer.call(pay)).claim.order_id
    assert isinstance(order_id, UUID)
    async with await signed_in(address, "customer2") as other:
        with pytest.raises(OrderNotFound):
            await other.call(ShowOrder(order_id=order_id))
    assert (await customer.call(ShowOrder(order_id=order_id))).id == order_id


async def test_a_frame_that_is_not_json(address: str) -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{address}/ws") as socket:
        await socket.send_str("neither { JSON")
        message = await socket.receive()
        assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, 3501)


async def test_a_csv_in_another_encoding(address: str, seller: Shop) -> None:
    cards = await seller.call(ListSellerProducts(limit=100))
    file = "Handle,Title,Variant Price\ncafé-set,Café-Set,12.50\n".encode("latin-1")
    import_id = new_id()
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{address}/api/v1/auth/login", json={"email": "seller@demo.fastshop.test", "password": PASSWORD}
        ) as answer,
    ):
        headers = {"authorization": f"Bearer {(await answer.json())['token']}", "content-type": "text/csv"}
        url = f"{address}/api/v1/import/products?import_id={import_id}"
        async with session.post(url, data=file, headers=headers) as taken:
            assert taken.status == 200, await taken.text()

    async def over() -> bool:
        found = (await seller.call(ListImports())).items[0]
        assert found.id == import_id
        return found.state in (ImportState.DONE, ImportState.FAILED)

    await eventually(over)
    failed = (await seller.call(ListImports())).items[0]
    assert (failed.state, "UTF-8" in failed.reason) == (ImportState.FAILED, True)
    assert await seller.call(ListSellerProducts(limit=100)) == cards

"""Units on hand: taken while there are so many, put back, never below zero, each step told."""

import asyncio

from fastshop.contract.base import Money
from fastshop.contract.catalog import Image, Price, ProductStatus, SetPrice, SetStock, VariantChanged
from tests.domains.catalog.conftest import NOBODYS, OURS, Market, variant


async def take(market: Market, variant_id: object, quantity: int) -> bool:
    async with market.database.transaction() as transaction:
        return await market.stock.take(transaction, variant_id, quantity)  # type: ignore[arg-type]


async def test_units_are_taken_while_there_are_so_many(market: Market) -> None:
    product = await market.create()
    small = product.variants[0]
    assert await take(market, small.id, 3)
    assert not await take(market, small.id, 3)
    assert await take(market, small.id, 2)
    assert not await take(market, small.id, 1)
    assert not await take(market, NOBODYS, 1)
    told = (await market.events(product.id))[1:]
    assert [each.variant.stock for each in told if isinstance(each, VariantChanged)] == [2, 0]
    shown = await market.show(product.id)
    assert [each.stock for each in shown.variants] == [0, 5]
    assert await market.show("teapot") == market.teapot


async def test_many_takers_at_once_never_take_more_than_there_is(market: Market) -> None:
    product = await market.create(variants=(variant("S", stock=25),))
    (only,) = product.variants
    taken = await asyncio.gather(*(take(market, only.id, 2) for _ in range(40)))
    assert sum(taken) == 12
    assert (await market.show(product.id)).variants[0].stock == 1


async def test_what_is_put_back_can_be_taken_again(market: Market) -> None:
    product = await market.create(variants=(variant("S", stock=1),))
    (only,) = product.variants
    assert await take(market, only.id, 1)
    async with market.database.transaction() as transaction:
        await market.stock.put_back(transaction, only.id, 0)
        await market.stock.put_back(transaction, only.id, 4)
    assert len(await market.events(product.id)) == 3
    assert await take(market, only.id, 4)


async def test_what_was_taken_in_a_transaction_that_fails_is_still_there(market: Market) -> None:
    product = await market.create()
    before = await market.goods()

    async def fail() -> None:
        async with market.database.transaction() as transaction:
            assert await market.stock.take(transaction, product.variants[0].id, 5)
            raise ZeroDivisionError

    try:
        await fail()
    except ZeroDivisionError:
        assert await market.goods() == before
    else:
        raise AssertionError("it did not fail")


async def test_an_offer_tells_all_that_a_sale_needs(market: Market) -> None:
    product = await market.create(images=(Image("/first.svg"), Image("/second.svg")))
    small = product.variants[0]
    await market.editing.set_price(SetPrice(variant_id=small.id, price=Price(4200, "EUR")), OURS)
    await market.editing.set_stock(SetStock(variant_id=small.id, stock=9), OURS)
    offer = await market.stock.offer(small.id)
    assert offer is not None
    assert (offer.variant_id, offer.product_id, offer.seller_id) == (small.id, product.id, OURS.seller_id)
    assert (offer.title, offer.image_url, offer.sku, offer.options) == (
        "Jumper · S",
        "/first.svg",
        "J-S",
        {"Size": "S"},
    )
    assert (offer.price, offer.stock, offer.visible) == (Money(4200, "EUR"), 9, True)
    await market.edit(await market.show(product.id), status=ProductStatus.DRAFT)
    hidden = await market.stock.offer(small.id)
    assert hidden is not None
    assert not hidden.visible
    assert await market.stock.offer(NOBODYS) is None

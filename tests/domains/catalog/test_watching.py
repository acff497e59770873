"""The channel of a product: who may watch it, and that its events lead to what is fetched afterwards (promise P5)."""

import asyncio
import random
from collections.abc import Sequence
from uuid import UUID

import pytest
from msgspec.structs import replace

from fastshop.contract.catalog import (
    PRODUCT,
    PRODUCT_DESK,
    Price,
    Product,
    ProductChanged,
    ProductStatus,
    SetPrice,
    SetStock,
    VariantChanged,
)
from server.kernel import log
from server.kernel.caller import GUEST
from server.kernel.channel import ChannelNotFound
from tests.domains.catalog.conftest import (
    ADMIN,
    CUSTOMER,
    MANAGER,
    NOBODYS,
    OURS,
    THEIRS,
    Market,
    as_new,
    refused,
    variant,
)
from tests.support import eventually


async def snapshot(market: Market, product_id: UUID) -> tuple[Product, int]:
    """What a new watcher starts from, and its place in the stream."""
    async with market.database.reading() as connection:
        state = await market.watch().snapshot(str(product_id))
        assert isinstance(state, Product)
        return state, await log.head(connection, PRODUCT.of(product_id))


def folded(state: Product, events: Sequence[ProductChanged | VariantChanged]) -> Product:
    """The state after these events."""
    for event in events:
        if isinstance(event, ProductChanged):
            state = event.product
        else:
            variants = tuple(event.variant if each.id == event.variant.id else each for each in state.variants)
            state = replace(state, variants=variants)
    return state


async def test_p5_state_before_and_its_events_are_the_state_fetched_after(market: Market) -> None:
    product = await market.create()
    before, seq = await snapshot(market, product.id)
    small, medium = product.variants
    await market.editing.set_price(SetPrice(variant_id=small.id, price=Price(1, "EUR")), OURS)
    await market.editing.set_stock(SetStock(variant_id=medium.id, stock=7), OURS)
    await market.edit(await market.show(product.id), title="Pullover", variants=(as_new(product, 1), variant("XL")))
    async with market.database.transaction() as transaction:
        assert await market.stock.take(transaction, medium.id, 2)
    events = await market.events(product.id, seq)
    assert [type(event) for event in events] == [VariantChanged, VariantChanged, ProductChanged, VariantChanged]
    assert folded(before, events) == (await snapshot(market, product.id))[0]


async def test_p5_a_unit_taken_while_the_price_changes_tells_no_old_price(market: Market) -> None:
    """Units are taken, but not for good yet, when a price is set: whoever comes second must tell of both."""
    product = await market.create()
    before, seq = await snapshot(market, product.id)
    small = product.variants[0]
    taken = asyncio.Event()

    async def set_price() -> None:
        await taken.wait()
        await market.editing.set_price(SetPrice(variant_id=small.id, price=Price(1, "EUR")), OURS)

    pricing = asyncio.create_task(set_price())
    async with market.database.transaction() as transaction:
        assert await market.stock.take(transaction, small.id, 1)
        taken.set()
        await eventually(lambda: _done_or_waiting(market, pricing))
    await pricing
    assert folded(before, await market.events(product.id, seq)) == (await snapshot(market, product.id))[0]


async def _done_or_waiting(market: Market, task: "asyncio.Task[None]") -> bool:
    row = await market.database.fetch_one("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
    assert row is not None
    return task.done() or bool(row[0])


async def test_p5_it_stays_so_when_many_change_the_same_product_at_once(market: Market) -> None:
    """Whoever tells of a variant must have waited for everybody who is changing it: an old price is never told last."""
    product = await market.create(variants=(variant("S", stock=10_000), variant("M", stock=10_000)))
    before, seq = await snapshot(market, product.id)
    chance = random.Random(7)
    ids = [each.id for each in product.variants]

    async def price(amount: int) -> None:
        command = SetPrice(variant_id=chance.choice(ids), price=Price(amount, "EUR"))
        await market.editing.set_price(command, OURS)

    async def stock(units: int) -> None:
        await market.editing.set_stock(SetStock(variant_id=chance.choice(ids), stock=units), OURS)

    async def take(units: int) -> None:
        async with market.database.transaction() as transaction:
            assert await market.stock.take(transaction, chance.choice(ids), units)

    async def put_back(units: int) -> None:
        async with market.database.transaction() as transaction:
            await market.stock.put_back(transaction, chance.choice(ids), units)

    async def edit(number: int) -> None:
        await market.edit(await market.show(product.id), title=f"Title {number}")

    for batch in range(15):
        doing = [price(batch + 1), take(1), put_back(2), price(batch + 100), take(1), stock(9_000 + batch), edit(batch)]
        chance.shuffle(doing)
        await asyncio.gather(*doing)
        after, _ = await snapshot(market, product.id)
        assert folded(before, await market.events(product.id, seq)) == after


@pytest.mark.parametrize("status", ProductStatus)
async def test_only_what_one_may_see_may_be_watched(market: Market, status: ProductStatus) -> None:
    """One for sale by all, as such; one that is not by who may see it, at its desk."""
    product = await market.in_state(status)
    watches = market.watches()
    for caller in (OURS, ADMIN, MANAGER, GUEST, CUSTOMER, THEIRS):
        for_sale = status is ProductStatus.ACTIVE
        at_desk = not for_sale and caller in (OURS, ADMIN, MANAGER)
        for channel, allowed in ((PRODUCT, for_sale), (PRODUCT_DESK, at_desk)):
            asking = watches[channel].permit(str(product.id), caller)
            if allowed:
                await asking
            else:
                assert isinstance(await refused(asking), ChannelNotFound)


@pytest.mark.parametrize("key", [str(NOBODYS), "teapot", "", "{}", "00000000-0000-0000-0000-00000000000G"])
async def test_there_is_no_channel_of_what_is_not_there(market: Market, key: str) -> None:
    watch = market.watch()
    assert isinstance(await refused(watch.permit(key, ADMIN)), ChannelNotFound)
    assert isinstance(await refused(watch.snapshot(key)), ChannelNotFound)


async def test_what_was_refused_is_not_told(market: Market) -> None:
    product = await market.create()
    await refused(market.edit(product, slug="teapot"))
    await refused(market.editing.set_stock(SetStock(variant_id=product.variants[0].id, stock=1), THEIRS))
    assert len(await market.events(product.id)) == 1

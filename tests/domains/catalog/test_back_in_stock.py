"""Who waits for what is sold out is told once: live in the transaction that brings it, then by one letter."""

import asyncio
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from fastshop.contract.accounts import EmailInvalid
from fastshop.contract.back_in_stock import (
    AskBackInStock,
    BackInStockWish,
    ListBackInStock,
    RecipientNeeded,
    Restocked,
    StillInStock,
    WithdrawBackInStock,
)
from fastshop.contract.base import IdReused, RateLimited
from fastshop.contract.catalog import PRODUCT, Product, ProductNotFound, ProductStatus, SetStock, VariantNotFound
from fastshop.contract.flash_sales import USER
from fastshop.contract.publishing import PublishProduct, UnpublishProduct
from fastshop.ids import new_id
from server.adapters.messaging.outbox import Outbox
from server.domains.catalog.back_in_stock import Wishes
from server.domains.catalog.ratings import Ratings
from server.domains.catalog.sellers_goods import SellersGoods
from server.kernel.caller import GUEST, Caller
from tests.domains.catalog.conftest import CUSTOMER, OURS, Market, refused, variant
from tests.tries import Rationed

OTHER = Caller(user_id=UUID(int=77), roles=CUSTOMER.roles)


class Waiting:
    """A sold out jumper, with a teapot of others for which somebody waits too."""

    def __init__(self, market: Market, jumper: Product) -> None:
        self.market = market
        self.jumper = jumper
        self.outbox = Outbox(market.database, market.clock)
        self.attempts = Rationed()
        origin = "https://shop.test"
        self.wishes = Wishes(market.database, market.browsing, self.attempts, self.outbox, market.clock, origin)

    async def ask(
        self, caller: Caller = CUSTOMER, email: str | None = None, wish_id: UUID | None = None
    ) -> BackInStockWish:
        variant_id = self.jumper.variants[0].id
        command = AskBackInStock(self.jumper.id, wish_id or new_id(), variant_id, email)
        return await self.wishes.ask(command, caller)

    async def stock(self, units: int) -> None:
        command = SetStock(variant_id=self.jumper.variants[0].id, stock=units)
        await self.market.editing.set_stock(command, OURS)

    async def told(self, caller: Caller) -> list[str]:
        found = [msgspec.json.decode(each) for each in await self.market.told(USER.of(caller.person))]
        return [each["title"] for each in found if each["type"] == "back_in_stock.told"]

    async def letters(self) -> list[str]:
        """Does the job of each restocking that was told, twice, and reads whom was written to."""
        events = [each for each in await self.market.told(PRODUCT.of(self.jumper.id)) if b"restocked" in each]
        for event in events * 2:
            await self.wishes.write(msgspec.json.decode(event, type=Restocked))
        return sorted(row["recipient"] for row in await self.outbox.latest())

    async def waits(self, caller: Caller) -> list[UUID]:
        return [each.id for each in await self.wishes.list_own(ListBackInStock(), caller)]


@pytest.fixture
async def waiting(market: Market) -> Waiting:
    for caller, email in ((CUSTOMER, "kim@example.com"), (OTHER, "other@example.com")):
        query = "INSERT INTO users (id, email, name, password_hash, created_at) VALUES ($1, $2, '', '', now())"
        await market.database.fetch(query, caller.person, email)
    query = "INSERT INTO back_in_stock_wishes (id, variant_id, user_id, email, asked_at) VALUES ($1, $2, $3, '', $4)"
    await market.database.fetch(query, new_id(), market.teapot.variants[0].id, OTHER.person, market.clock.now())
    return Waiting(market, await market.create(variants=(variant("S", stock=0), variant("M"))))


async def test_persons_and_guests_are_told_once_and_written_to_once(waiting: Waiting) -> None:
    await waiting.ask(CUSTOMER)
    await waiting.ask(GUEST, "Guest@example.com")
    assert await waiting.told(CUSTOMER) == []
    await waiting.stock(3)
    assert await waiting.told(CUSTOMER) == ["Jumper"]
    await waiting.stock(0)
    await waiting.stock(4)
    assert await waiting.told(CUSTOMER) == ["Jumper"]
    assert await waiting.told(OTHER) == []
    assert await waiting.letters() == ["guest@example.com", "kim@example.com"]
    rows = await waiting.market.database.fetch("SELECT user_id FROM back_in_stock_wishes")
    assert [row["user_id"] for row in rows] == [OTHER.person]


async def test_what_came_while_it_was_off_show_is_told_when_it_is_shown(waiting: Waiting) -> None:
    market, jumper = waiting.market, waiting.jumper
    await waiting.ask(CUSTOMER)
    await waiting.ask(GUEST, "guest@example.com")
    await market.publishing.unpublish(UnpublishProduct(product_id=jumper.id), OURS)
    await waiting.stock(3)
    assert await waiting.told(CUSTOMER) == []
    await market.publishing.publish(PublishProduct(product_id=jumper.id), OURS)
    assert await waiting.told(CUSTOMER) == ["Jumper"]
    await market.publishing.unpublish(UnpublishProduct(product_id=jumper.id), OURS)
    await market.publishing.publish(PublishProduct(product_id=jumper.id), OURS)
    assert await waiting.told(CUSTOMER) == ["Jumper"]
    assert await waiting.told(OTHER) == []
    assert await waiting.letters() == ["guest@example.com", "kim@example.com"]


async def test_a_planned_publishing_tells_too(waiting: Waiting) -> None:
    market, jumper = waiting.market, waiting.jumper
    await waiting.ask(CUSTOMER)
    await market.publishing.unpublish(UnpublishProduct(product_id=jumper.id), OURS)
    await waiting.stock(3)
    at = market.clock.now() + timedelta(hours=1)
    await market.publishing.publish(PublishProduct(product_id=jumper.id, at=at), OURS)
    assert await waiting.told(CUSTOMER) == []
    market.clock.turn(hours=1)
    await market.publishing.round()
    assert await waiting.told(CUSTOMER) == ["Jumper"]


async def test_what_a_suspended_seller_has_again_is_told_when_it_can_be_bought(waiting: Waiting) -> None:
    market = waiting.market
    goods = SellersGoods(market.database, market.browsing, Ratings(market.database, market.clock), market.clock)
    await waiting.ask(CUSTOMER)
    await market.database.fetch("UPDATE sellers SET suspended_at = now() WHERE id = $1", OURS.seller_id)
    await waiting.stock(3)
    await goods.tell(seller_id(OURS))
    assert await waiting.told(CUSTOMER) == []
    await market.database.fetch("UPDATE sellers SET suspended_at = NULL WHERE id = $1", OURS.seller_id)
    await goods.tell(seller_id(OURS))
    assert await waiting.told(CUSTOMER) == ["Jumper"]
    assert await waiting.told(OTHER) == []


def seller_id(caller: Caller) -> UUID:
    assert caller.seller_id is not None
    return caller.seller_id


async def test_asked_twice_is_told_once_and_told_it_can_be_asked_again(waiting: Waiting) -> None:
    first = await waiting.ask(CUSTOMER)
    assert await waiting.ask(CUSTOMER, wish_id=first.id) == first
    assert await waiting.ask(CUSTOMER) == first
    for _ in range(2):
        await waiting.ask(GUEST, "guest@example.com")
    assert await waiting.waits(CUSTOMER) == [first.id]
    await waiting.stock(1)
    assert await waiting.waits(CUSTOMER) == []
    assert await waiting.letters() == ["guest@example.com", "kim@example.com"]
    await waiting.stock(0)
    await waiting.ask(CUSTOMER)
    await waiting.stock(1)
    assert await waiting.told(CUSTOMER) == ["Jumper", "Jumper"]


async def test_many_who_ask_while_it_comes_are_all_told_or_sent_to_the_shelf(waiting: Waiting) -> None:
    callers = [Caller(user_id=new_id(), roles=CUSTOMER.roles) for _ in range(10)]
    for caller in callers:
        query = "INSERT INTO users (id, email, name, password_hash, created_at) VALUES ($1, $2, '', '', now())"
        await waiting.market.database.fetch(query, caller.person, f"{caller.person}@example.com")
    asking = asyncio.gather(*(waiting.ask(caller) for caller in callers), return_exceptions=True)
    _, asked = await asyncio.gather(waiting.stock(1), asking)
    for caller, answer in zip(callers, asked, strict=True):
        assert isinstance(answer, StillInStock) or await waiting.told(caller) == ["Jumper"]
        assert await waiting.waits(caller) == []


async def test_who_withdraws_is_not_told_and_nobody_withdraws_for_others(waiting: Waiting) -> None:
    persons, guests = await waiting.ask(CUSTOMER), await waiting.ask(GUEST, "guest@example.com")
    for stranger in (OTHER, GUEST):
        await waiting.wishes.withdraw(WithdrawBackInStock(wish_id=persons.id), stranger)
    assert await waiting.waits(CUSTOMER) == [persons.id]
    await waiting.wishes.withdraw(WithdrawBackInStock(wish_id=persons.id), CUSTOMER)
    await waiting.wishes.withdraw(WithdrawBackInStock(wish_id=guests.id), GUEST)
    await waiting.stock(1)
    assert await waiting.told(CUSTOMER) == []
    assert await waiting.letters() == []


async def test_what_cannot_be_waited_for(waiting: Waiting) -> None:
    assert isinstance(await refused(waiting.ask(GUEST)), RecipientNeeded)
    assert isinstance(await refused(waiting.ask(GUEST, "nobody")), EmailInvalid)
    taken = (await waiting.ask(CUSTOMER)).id
    assert isinstance(await refused(waiting.ask(OTHER, wish_id=taken)), IdReused)
    there = AskBackInStock(waiting.jumper.id, new_id(), waiting.jumper.variants[1].id)
    assert isinstance(await refused(waiting.wishes.ask(there, OTHER)), StillInStock)
    foreign = AskBackInStock(waiting.jumper.id, new_id(), waiting.market.teapot.variants[0].id)
    assert isinstance(await refused(waiting.wishes.ask(foreign, OTHER)), VariantNotFound)
    waiting.attempts.left = 0
    assert isinstance(await refused(waiting.ask(OTHER)), RateLimited)
    await waiting.market.edit(waiting.jumper, status=ProductStatus.DRAFT)
    assert isinstance(await refused(waiting.ask(OTHER)), ProductNotFound)


async def test_a_wish_is_forgotten_after_half_a_year(waiting: Waiting) -> None:
    await waiting.ask(CUSTOMER)
    waiting.market.clock.turn(hours=24 * 181)
    await waiting.wishes.forget()
    assert await waiting.waits(CUSTOMER) == []

"""Several sellers of one product: each with their own price and stock, the best first, nobody in the other's way."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from fastshop.contract.base import BadInput, IdReused
from fastshop.contract.catalog import (
    NoShop,
    Price,
    Product,
    ProductNotFound,
    ProductStatus,
    PurchaseLimitReached,
    SetPrice,
    SetStock,
    SkuTaken,
    VariantNotFound,
    VariantsUnclear,
)
from fastshop.contract.offers import AlreadyOffered, ListOffers, MakeOffer, OfferUnclear, VariantOffer
from fastshop.contract.publishing import ArchiveProduct, ModerationMode, SetModeration, UnpublishProduct
from fastshop.ids import new_id
from server.domains.catalog.limits import PurchaseLimits
from server.domains.catalog.offers import Offers
from server.domains.catalog.rules import over_limit
from server.kernel.caller import GUEST, Caller
from server.kernel.page import encode_cursor
from tests.domains.catalog.conftest import ADMIN, NOBODYS, OURS, SHOPLESS, THEIRS, Market, plain, refused, variant

EAN = "4006381333931"
UPC = "036000291452"


def asked(product: Product, number: int = 0, **fields: Any) -> MakeOffer:
    """The command that offers a variant for 40 euros."""
    base: dict[str, Any] = {"offer_id": new_id(), "sku": str(new_id()), "price": Price(4000, "EUR"), "stock": 3}
    if "gtin" not in fields:
        base["variant_id"] = product.variants[number].id
    return MakeOffer(**(base | fields))


async def make(market: Market, command: MakeOffer, caller: Caller = OURS) -> VariantOffer:
    return await Offers(market.database, market.browsing, market.clock).make_offer(command, caller)


async def listed(market: Market, product_id: UUID, caller: Caller = GUEST) -> list[tuple[str, int, int]]:
    """Seller, price and stock of each offer, in order."""
    offers = Offers(market.database, market.browsing, market.clock)
    found = await offers.list_offers(ListOffers(product_id=product_id), caller)
    return [(each.seller.name, each.price.amount, each.stock) for each in found.items]


async def test_an_offer_stands_beside_the_product_s_own(market: Market) -> None:
    offer = await make(market, asked(market.teapot))
    assert await listed(market, market.teapot.id) == [("Ours", 4000, 3), ("Theirs", 5000, 5), ("Theirs", 5000, 5)]
    assert offer.variant_id == market.teapot.variants[0].id
    copy = await market.show(offer.product_id)
    assert (copy.title, copy.seller.id, copy.options) == ("Teapot", OURS.seller_id, ("Size",))
    assert [(each.id, each.options) for each in copy.variants] == [(offer.id, {"Size": "S"})]
    assert await listed(market, copy.id) == await listed(market, market.teapot.id)
    taken = await market.stock.offer(offer.id)
    assert taken is not None
    assert (taken.seller_id, taken.price.amount, taken.stock, taken.visible) == (OURS.seller_id, 4000, 3, True)


async def test_each_has_their_own_price_and_stock(market: Market) -> None:
    offer = await make(market, asked(market.teapot))
    await market.editing.set_price(SetPrice(variant_id=offer.id, price=Price(6000, "EUR")), OURS)
    await market.editing.set_stock(SetStock(variant_id=market.teapot.variants[0].id, stock=1), THEIRS)
    assert (await listed(market, market.teapot.id))[:2] == [("Theirs", 5000, 1), ("Ours", 6000, 3)]
    for caller, variant_id in ((THEIRS, offer.id), (OURS, market.teapot.variants[0].id)):
        command = SetPrice(variant_id=variant_id, price=Price(1, "EUR"))
        assert isinstance(await refused(market.editing.set_price(command, caller)), VariantNotFound)


@pytest.mark.parametrize(
    ("price", "stock", "first"),
    [
        (Price(4999, "EUR"), 1, "Ours"),
        (Price(5001, "EUR"), 1, "Theirs"),
        (Price(5000, "EUR"), 1, "Theirs"),  # who has offered it longer
        (Price(1, "EUR"), 0, "Theirs"),  # out of stock
        (Price(1, "USD"), 9, "Theirs"),  # no order between currencies
    ],
)
async def test_the_best_offer_is_first(market: Market, price: Price, stock: int, first: str) -> None:
    market.clock.turn(seconds=1)
    await make(market, asked(market.teapot, price=price, stock=stock, offer_id=UUID(int=1)))
    assert (await listed(market, market.teapot.id))[0][0] == first


async def test_offers_come_page_by_page_all_of_them_once_and_of_one_variant_alone(market: Market) -> None:
    offers = Offers(market.database, market.browsing, market.clock)
    small, medium = (each.id for each in market.teapot.variants)
    (dollars,) = (await market.create(THEIRS, title="Abroad", **plain(1, "USD"))).variants
    await market.database.fetch("UPDATE product_variants SET offer_of = $2 WHERE id = $1", dollars.id, small)
    dear, cheap = [await make(market, asked(market.teapot, number)) for number in (1, 0)]
    await market.editing.set_stock(SetStock(variant_id=medium, stock=0), THEIRS)
    pages, cursor = list[tuple[UUID, ...]](), ""
    while len(pages) < 9:
        page = await offers.list_offers(ListOffers(product_id=market.teapot.id, cursor=cursor, limit=1), GUEST)
        pages.append(tuple(each.id for each in page.items))
        if page.next is None:
            break
        cursor = page.next
    assert pages == [(cheap.id,), (small,), (dollars.id,), (dear.id,), (medium,)]
    for product_id, variant_id in ((market.teapot.id, medium), (dear.product_id, dear.id)):
        found = await offers.list_offers(ListOffers(product_id=product_id, variant_id=variant_id), GUEST)
        assert ([each.id for each in found.items], found.next) == ([dear.id, medium], None)
    for variant_id in (NOBODYS, (await market.create(title="Kettle", **plain())).variants[0].id):
        assert not (
            await offers.list_offers(ListOffers(product_id=market.teapot.id, variant_id=variant_id), GUEST)
        ).items
    for wrong in ("nonsense", encode_cursor((1, 2))):
        assert isinstance(
            await refused(offers.list_offers(ListOffers(product_id=market.teapot.id, cursor=wrong), GUEST)), BadInput
        )


async def test_the_second_offer_joins_the_first_one_s_product(market: Market) -> None:
    small, medium = [await make(market, asked(market.teapot, number)) for number in (0, 1)]
    assert small.product_id == medium.product_id
    assert [each.id for each in (await market.show(small.product_id)).variants] == [small.id, medium.id]


async def test_both_sizes_offered_at_once_are_one_product(market: Market) -> None:
    offers = await asyncio.gather(*(make(market, asked(market.teapot, number)) for number in (0, 1)))
    assert len({offer.product_id for offer in offers}) == 1


async def test_the_same_variant_is_offered_once_by_each(market: Market) -> None:
    offer = await make(market, asked(market.teapot))
    again = await refused(make(market, asked(market.teapot)))
    assert isinstance(again, AlreadyOffered)
    assert again.offer_id == offer.id
    own = await refused(make(market, asked(market.teapot), THEIRS))
    assert isinstance(own, AlreadyOffered)
    assert own.offer_id == market.teapot.variants[0].id


async def test_an_offer_sent_again_answers_the_same_also_after_it_was_changed(market: Market) -> None:
    command = asked(market.teapot)
    answers = await asyncio.gather(*(make(market, command) for _ in range(3)))
    assert answers[1:] == answers[:-1]
    await make(market, asked(market.teapot, 1))
    await market.editing.set_price(SetPrice(variant_id=command.offer_id, price=Price(1, "EUR")), OURS)
    again = await make(market, command)
    assert (again.id, again.price.amount) == (command.offer_id, 1)


@pytest.mark.parametrize("change", [{"sku": "other"}, {"stock": 4}, {"price": Price(4001, "EUR")}], ids=str)
async def test_an_id_that_was_used_for_another_offer_is_refused(market: Market, change: dict[str, Any]) -> None:
    fixed: dict[str, Any] = {"offer_id": new_id(), "sku": "one"}
    await make(market, asked(market.teapot, **fixed))
    before = await market.goods()
    assert isinstance(await refused(make(market, asked(market.teapot, **(fixed | change)))), IdReused)
    assert isinstance(await refused(make(market, asked(market.teapot, 1, **fixed))), IdReused)
    taken = asked(market.teapot, 1, offer_id=market.teapot.variants[0].id)
    assert isinstance(await refused(make(market, taken)), IdReused)
    assert await market.goods() == before


@pytest.mark.parametrize(("known", "wanted"), [(EAN, EAN), (EAN, f"0{EAN}"), (UPC, f"0{UPC}")])
async def test_what_is_offered_is_found_by_its_gtin(market: Market, known: str, wanted: str) -> None:
    product = await market.create(THEIRS, title="Pen", **plain(gtin=known))
    await market.create(THEIRS, title="Pencil", **plain())
    offer = await make(market, asked(product, gtin=wanted))
    assert offer.variant_id == product.variants[0].id
    assert (await market.show(offer.product_id)).variants[0].gtin == known


async def test_what_is_not_on_show_cannot_be_offered(market: Market) -> None:
    draft = await market.create(THEIRS, title="Pen", status=ProductStatus.DRAFT, **plain(gtin=EAN))
    before = await market.goods()
    for command in (asked(draft), asked(draft, gtin=EAN), asked(draft, gtin=UPC), asked(draft, variant_id=NOBODYS)):
        assert isinstance(await refused(make(market, command)), VariantNotFound)
    for command in (asked(draft, variant_id=None), asked(draft, gtin=EAN, variant_id=NOBODYS)):
        assert isinstance(await refused(make(market, command)), OfferUnclear)
    assert isinstance(await refused(make(market, asked(market.teapot), SHOPLESS)), NoShop)
    assert await market.goods() == before


async def test_an_offer_refused_leaves_nothing_behind(market: Market) -> None:
    await market.create(title="Other", **plain())
    own = await market.create(title="Taken", variants=(variant("S", sku="TAKEN"),))
    before = await market.goods()
    assert isinstance(await refused(make(market, asked(market.teapot, sku=own.variants[0].sku))), SkuTaken)
    assert await market.goods() == before


async def test_an_offer_beside_one_in_another_currency_is_refused(market: Market) -> None:
    await make(market, asked(market.teapot))
    dollars = asked(market.teapot, 1, price=Price(1, "USD"))
    assert isinstance(await refused(make(market, dollars)), VariantsUnclear)


async def test_lists_show_the_product_and_not_its_offers_unless_it_is_gone(market: Market) -> None:
    await make(market, asked(market.teapot))
    assert [card.seller.name for card in (await market.page()).items] == ["Theirs"]
    assert [card.seller.name for card in (await market.page(seller_id=OURS.seller_id)).items] == ["Ours"]
    await market.publishing.archive(ArchiveProduct(product_id=market.teapot.id), THEIRS)
    assert [card.seller.name for card in (await market.page()).items] == ["Ours"]


async def test_a_product_is_in_stock_while_anybody_who_sells_it_has_some(market: Market) -> None:
    async def there(**fields: Any) -> list[bool]:
        return [card.in_stock for card in (await market.page(**fields)).items]

    offer = await make(market, asked(market.teapot))
    for each in market.teapot.variants:
        await market.editing.set_stock(SetStock(variant_id=each.id, stock=0), THEIRS)
    assert (await there(), await there(seller_id=THEIRS.seller_id)) == ([True], [False])
    await market.database.fetch("UPDATE sellers SET suspended_at = now() WHERE id = $1", OURS.seller_id)
    assert await there() == [False]
    await market.database.fetch("UPDATE sellers SET suspended_at = NULL WHERE id = $1", OURS.seller_id)
    await market.publishing.unpublish(UnpublishProduct(product_id=offer.product_id), OURS)
    assert await there() == [False]


async def test_who_has_only_offered_what_others_sell_is_a_new_seller_still(market: Market) -> None:
    await market.moderating.set_policy(SetModeration(mode=ModerationMode.NEW_SELLERS), ADMIN)
    await make(market, asked(market.teapot))
    assert (await market.create(**plain())).status is ProductStatus.IN_REVIEW


async def test_neither_takes_the_other_s_offer_away(market: Market) -> None:
    """Whatever they do to their own product, also as a whole."""
    offer = await make(market, asked(market.teapot))
    await market.edit(market.teapot, THEIRS, title="Kettle", variants=(variant("XL", sku="X"),))
    assert (await market.show(offer.product_id)).title == "Teapot"
    await market.publishing.unpublish(UnpublishProduct(product_id=market.teapot.id), THEIRS)
    assert (await market.show(offer.product_id)).status is ProductStatus.ACTIVE
    assert isinstance(await refused(listed(market, market.teapot.id)), ProductNotFound)
    await market.publishing.unpublish(UnpublishProduct(product_id=offer.product_id), OURS)
    assert isinstance(await refused(listed(market, offer.product_id)), ProductNotFound)


async def test_an_offer_taken_off_show_is_not_listed(market: Market) -> None:
    offer = await make(market, asked(market.teapot))
    await market.publishing.unpublish(UnpublishProduct(product_id=offer.product_id), OURS)
    assert {name for name, _, _ in await listed(market, market.teapot.id)} == {"Theirs"}
    taken = await market.stock.offer(offer.id)
    assert taken is not None
    assert not taken.visible


@pytest.mark.parametrize(
    ("wanted", "bought", "limit", "left"), [(2, 0, 2, None), (3, 0, 2, 2), (1, 1, 2, None), (2, 1, 2, 1), (1, 5, 2, 0)]
)
def test_a_customer_buys_so_many_in_all(wanted: int, bought: int, limit: int, left: int | None) -> None:
    refusal = over_limit({NOBODYS: wanted}, {NOBODYS: bought} if bought else {}, {NOBODYS: limit})
    assert refusal is None if left is None else refusal is not None and refusal.left == left


async def test_the_limit_is_of_the_product_whatever_the_variant(market: Market) -> None:
    product = await market.create(max_per_customer=3)
    small, medium = (each.id for each in product.variants)
    pot = market.teapot.variants[0].id
    asked_about: list[UUID] = []

    async def bought(product_ids: Any) -> dict[UUID, int]:
        asked_about.extend(product_ids)
        return {product.id: 1}

    limits = PurchaseLimits(market.database)
    await limits.check({pot: 100}, bought)
    assert asked_about == []
    await limits.check({small: 1, medium: 1, pot: 100}, bought)
    assert asked_about == [product.id]
    refusal = await refused(limits.check({small: 1, medium: 2}, bought))
    assert isinstance(refusal, PurchaseLimitReached)
    assert (refusal.product_id, refusal.limit, refusal.left) == (product.id, 3, 2)

"""Creating and changing products: by their seller or an admin, wholly or not at all."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import msgspec
import pytest

from fastshop.contract.base import IdReused, Money, NotFound
from fastshop.contract.catalog import (
    BrandNotFound,
    CategoryNotFound,
    CreateProduct,
    Image,
    NoShop,
    Price,
    Product,
    ProductNotFound,
    ProductStatus,
    SetPrice,
    SetStock,
    SkuTaken,
    SlugTaken,
    VariantInUse,
    VariantNotFound,
    VariantsUnclear,
)
from fastshop.ids import new_id
from tests.domains.catalog.conftest import (
    ADMIN,
    NOBODYS,
    OURS,
    SHOPLESS,
    THEIRS,
    Market,
    as_new,
    edited,
    jumper,
    plain,
    put_on_sale,
    refused,
    variant,
)

NOW = datetime(2026, 11, 21, tzinfo=UTC)


async def test_a_creation_sent_again_answers_the_same(market: Market) -> None:
    command = jumper(description="<b>Warm</b><script></script>", images=(Image("/a.svg", "front"),))
    answers = await asyncio.gather(*(market.editing.create_product(command, OURS) for _ in range(4)))
    assert all(answer == answers[0] for answer in answers)
    assert len(await market.events(command.product_id)) == 1


async def test_a_creation_is_answered_again_after_the_product_was_changed(market: Market) -> None:
    command = jumper()
    created = await market.editing.create_product(command, OURS)
    renamed = await market.edit(created, title="Pullover", slug="pullover")
    await market.editing.set_stock(SetStock(variant_id=created.variants[0].id, stock=1), OURS)
    again = await market.editing.create_product(command, OURS)
    assert (again.id, again.title, again.variants[0].stock) == (created.id, renamed.title, 1)


CHANGES: list[dict[str, Any]] = [
    {"title": "Pullover"},
    {"slug": "pullover"},
    {"description": "Other words"},
    {"status": ProductStatus.DRAFT},
    {"images": (Image("/other.svg"),)},
    {"variants": (variant("S"), variant("M"))},
    plain(),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: ",".join(change))
async def test_an_id_that_was_used_for_another_product_is_refused(market: Market, change: dict[str, Any]) -> None:
    told: dict[str, Any] = {"product_id": new_id(), "variants": (variant("S"), variant("M"))}
    await market.create(**told)
    before = await market.goods()
    assert isinstance(await refused(market.create(**(told | change))), IdReused)
    assert await market.goods() == before


async def test_a_price_that_differs_is_another_product_under_the_same_id(market: Market) -> None:
    first = variant("S")
    command = jumper(variants=(first,))
    await market.editing.create_product(command, OURS)
    dearer = variant("S", 5001, id=first.id)
    again = jumper(product_id=command.product_id, variants=(dearer,))
    assert isinstance(await refused(market.editing.create_product(again, OURS)), IdReused)


async def test_another_shop_cannot_use_the_id_of_ours(market: Market) -> None:
    command = jumper()
    await market.editing.create_product(command, OURS)
    assert isinstance(await refused(market.editing.create_product(command, THEIRS)), IdReused)


@pytest.mark.parametrize("caller", [ADMIN, SHOPLESS])
async def test_only_who_acts_for_a_shop_creates(market: Market, caller: Any) -> None:
    with pytest.raises(NoShop):
        await market.create(caller)


async def test_an_admin_changes_what_belongs_to_any_shop_and_it_stays_theirs(market: Market) -> None:
    product = await market.edit(market.teapot, ADMIN, title="Big Teapot")
    assert (product.title, product.seller.id) == ("Big Teapot", THEIRS.seller_id)
    sold_out = await market.editing.set_stock(SetStock(variant_id=product.variants[0].id, stock=0), ADMIN)
    assert sold_out.stock == 0


@pytest.mark.parametrize("caller", [OURS, SHOPLESS])
async def test_another_shop_s_goods_cannot_be_touched(market: Market, caller: Any) -> None:
    before = await market.goods()
    pot = market.teapot.variants[0]
    attempts = (
        market.edit(market.teapot, caller, title="Mine now"),
        market.editing.set_price(SetPrice(variant_id=pot.id, price=Price(1, "EUR")), caller),
        market.editing.set_stock(SetStock(variant_id=pot.id, stock=0), caller),
    )
    for attempt in attempts:
        assert isinstance(await refused(attempt), ProductNotFound | VariantNotFound)
    assert await market.goods() == before


async def test_what_is_not_there_cannot_be_changed(market: Market) -> None:
    ghost = edited(market.teapot)
    for attempt in (
        market.editing.edit_product(type(ghost)(**_fields(ghost, product_id=NOBODYS)), ADMIN),
        market.editing.set_price(SetPrice(variant_id=NOBODYS, price=Price(1, "EUR")), ADMIN),
        market.editing.set_stock(SetStock(variant_id=NOBODYS, stock=1), ADMIN),
    ):
        assert isinstance(await refused(attempt), NotFound)


async def test_another_shop_s_variant_cannot_be_drawn_into_ours(market: Market) -> None:
    ours = await market.create()
    before = await market.goods()
    stolen = variant("L", id=market.teapot.variants[0].id)
    assert isinstance(await refused(market.edit(ours, variants=(as_new(ours, 0), stolen))), IdReused)
    assert isinstance(await refused(market.create(title="New", variants=(stolen,))), IdReused)
    assert await market.goods() == before


async def test_an_edit_replaces_everything(market: Market) -> None:
    brand, category = await market.brand("tarn"), await market.category("home")
    product = await market.create(images=(Image("/old.svg"),))
    kept, new = as_new(product, 1, stock=2, price={"amount": 4500, "currency": "EUR"}), variant("XXL")
    changed = await market.edit(
        product,
        title="Pullover",
        slug="pullover",
        description="<i>Softer</i>",
        status=ProductStatus.DRAFT,
        category_id=category,
        brand_id=brand,
        images=(Image("/new.svg", "new"), Image("/newer.svg")),
        variants=(new, kept),
    )
    assert [(each.id, each.stock, each.price.amount) for each in changed.variants] == [
        (new.id, 5, 5000),
        (kept.id, 2, 4500),
    ]
    assert (changed.category_id, changed.brand and changed.brand.id) == (category, brand)
    assert changed.created_at == product.created_at
    assert changed.updated_at > product.updated_at
    assert await market.show(product.id, OURS) == changed
    assert await market.show("teapot") == market.teapot


async def test_variants_may_swap_their_skus_and_options(market: Market) -> None:
    product = await market.create(variants=(variant("S", sku="A"), variant("M", sku="B")))
    small, medium = as_new(product, 0, sku="B"), as_new(product, 1, sku="A")
    assert [each.sku for each in (await market.edit(product, variants=(small, medium))).variants] == ["B", "A"]
    small, medium = as_new(product, 0, options={"Size": "M"}), as_new(product, 1, options={"Size": "S"})
    swapped = await market.edit(product, variants=(small, medium))
    assert [each.options["Size"] for each in swapped.variants] == ["M", "S"]


@pytest.mark.parametrize("sku", ["A", "A, B", "A)=(B", "Größe Ö", "x" * 100])
async def test_a_sku_is_used_once_in_a_shop(market: Market, sku: str) -> None:
    await market.create(title="First", variants=(variant("S", sku=sku),))
    product = await market.create(title="Second", variants=(variant("S", sku="other"),))
    before = await market.goods()
    attempts = (
        market.edit(product, variants=(as_new(product, 0), variant("M", sku=sku))),
        market.edit(product, variants=(as_new(product, 0, sku=sku),)),
        market.create(title="Third", variants=(variant("S", sku="third"), variant("M", sku=sku))),
    )
    for attempt in attempts:
        refusal = await refused(attempt)
        assert isinstance(refusal, SkuTaken)
        assert refusal.sku == sku
    assert await market.goods() == before


async def test_an_address_is_given_to_one_product_only(market: Market) -> None:
    product = await market.create()
    for attempt in (market.create(title="Other", slug="teapot"), market.edit(product, slug="teapot")):
        refusal = await refused(attempt)
        assert isinstance(refusal, SlugTaken)
        assert refusal.slug == "teapot"


async def test_two_shops_that_want_one_address_at_once_do_not_both_get_it(market: Market) -> None:
    attempts = [market.create(caller, title="Wanted", **plain()) for caller in (OURS, THEIRS) * 3]
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(outcome, Product) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, SlugTaken) for outcome in outcomes) == 5


async def test_a_shelf_or_brand_that_is_not_there_is_named(market: Market) -> None:
    product = await market.create()
    for attempt in (market.create(title="New", category_id=NOBODYS), market.edit(product, category_id=NOBODYS)):
        assert isinstance(await refused(attempt), CategoryNotFound)
    for attempt in (market.create(title="New", brand_id=NOBODYS), market.edit(product, brand_id=NOBODYS)):
        assert isinstance(await refused(attempt), BrandNotFound)


TWIN = new_id()
UNCLEAR: dict[str, dict[str, Any]] = {
    "the same options twice": {"variants": (variant("S"), variant("S", sku="other"))},
    "no options but two variants": {"options": (), "variants": (plain()["variants"] * 2)},
    "the same SKU twice": {"variants": (variant("S"), variant("M", sku="J-S"))},
    "the same id twice": {"variants": (variant("S", id=TWIN), variant("M", id=TWIN))},
    "an option twice": {"options": ("Size", "Size")},
    "an option that the product has not": {"variants": (variant("S", options={"Size": "S", "Colour": "Red"}),)},
    "an option left out": {"variants": (variant("S", options={}),)},
    "two currencies": {"variants": (variant("S"), variant("M", currency="USD"))},
    "a compare-at price in another currency": {"variants": (variant("S", compare_at_price=Price(9000, "USD")),)},
    "a currency with three decimals": plain(1000, "KWD"),
}


@pytest.mark.parametrize("fields", UNCLEAR.values(), ids=UNCLEAR)
async def test_variants_that_cannot_be_told_apart_or_priced_are_refused(market: Market, fields: dict[str, Any]) -> None:
    product = await market.create(title="There")
    before = await market.goods()
    assert isinstance(await refused(market.create(**fields)), VariantsUnclear)
    assert isinstance(await refused(market.edit(product, **fields)), VariantsUnclear)
    assert await market.goods() == before


@pytest.mark.parametrize("currency", ["EUR", "JPY"])
async def test_the_dearest_price_that_can_be_asked_for_is_kept(market: Market, currency: str) -> None:
    dearest = 10**13 - 1
    created = await market.create(**plain(dearest, currency, compare_at_price=Price(dearest, currency)))
    assert created.variants[0].price == Money(dearest, currency)


@pytest.mark.parametrize("amount", [-1, 10**13, 10**30])
def test_a_price_below_zero_or_beyond_what_is_kept_is_no_price(amount: int) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"amount": amount, "currency": "JPY"}, Price)


@pytest.mark.parametrize("stock", [-1, 10**9])
def test_so_many_units_cannot_be_said(stock: int) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"variant_id": str(new_id()), "stock": stock}, SetStock)


async def test_a_price_is_changed_in_the_product_s_currency_only(market: Market) -> None:
    product = await market.create()
    small = product.variants[0]
    changed = await market.editing.set_price(
        SetPrice(variant_id=small.id, price=Price(4000, "EUR"), compare_at_price=Price(5000, "EUR")), OURS
    )
    assert (changed.price, changed.compare_at_price) == (Money(4000, "EUR"), Money(5000, "EUR"))
    other = SetPrice(variant_id=small.id, price=Price(4000, "USD"))
    assert isinstance(await refused(market.editing.set_price(other, OURS)), VariantsUnclear)
    mixed = SetPrice(variant_id=small.id, price=Price(4000, "EUR"), compare_at_price=Price(5000, "USD"))
    assert isinstance(await refused(market.editing.set_price(mixed, OURS)), VariantsUnclear)
    shown = await market.show(product.id)
    assert (shown.variants[0], shown.variants[1]) == (changed, product.variants[1])


async def test_what_was_ordered_or_is_on_sale_cannot_be_removed(market: Market) -> None:
    product = await market.create(variants=(variant("S"), variant("M"), variant("L", sku="In a sale")))
    await _order(market, product, 0)
    await put_on_sale(market, product, 2)
    before = await market.goods()
    for kept, sku in (((1, 2), "J-S"), ((0, 1), "In a sale")):
        refusal = await refused(market.edit(product, variants=tuple(as_new(product, number) for number in kept)))
        assert isinstance(refusal, VariantInUse)
        assert refusal.sku == sku
    assert await market.goods() == before
    changed = await market.edit(product, variants=(as_new(product, 0, sku="Renamed"), as_new(product, 2)))
    assert [each.sku for each in changed.variants] == ["Renamed", "In a sale"]


async def test_two_editors_take_turns_and_the_later_one_stands_whole(market: Market) -> None:
    product = await market.create()
    sets: list[dict[str, Any]] = [
        {"title": f"Title {n}", "variants": (as_new(product, n % 2), variant(f"N{n}", sku=f"N{n}"))} for n in range(12)
    ]
    answers = await asyncio.gather(*(market.edit(product, **fields) for fields in sets))
    last = (await market.events(product.id))[-1]
    shown = await market.show(product.id)
    assert shown in answers
    assert last.product == shown  # type: ignore[union-attr]
    assert len(shown.variants) == 2


async def test_an_edit_that_fails_late_changes_nothing_at_all(market: Market) -> None:
    product = await market.create(images=(Image("/old.svg"),))
    other = await market.create(title="Other", variants=(variant("S", sku="TAKEN"),))
    before = await market.goods()
    clash = (as_new(product, 0), variant("M", sku=other.variants[0].sku))
    assert isinstance(await refused(market.edit(product, title="New", images=(), variants=clash)), SkuTaken)
    assert await market.goods() == before


async def test_a_product_of_two_hundred_variants_and_fifty_pictures_is_kept_whole(market: Market) -> None:
    variants = tuple(variant(str(number)) for number in range(200))
    images = tuple(Image(f"/{number}.svg") for number in range(50))
    created = await market.create(variants=variants, images=images)
    assert [each.id for each in created.variants] == [each.id for each in variants]
    assert created.images == images
    fewer = await market.edit(created, variants=(as_new(created, 150),), images=images[10:20])
    assert ([each.id for each in fewer.variants], fewer.images) == ([variants[150].id], images[10:20])
    left = await market.database.fetch("SELECT variant_id FROM inventory_levels")
    assert len(left) == 1 + len(market.teapot.variants)


async def test_put_writes_again_what_is_there_and_a_refusal_leaves_its_transaction_alive(market: Market) -> None:
    first, second = jumper(title="First", **plain()), jumper(title="Second", slug="teapot", **plain())
    assert OURS.seller_id is not None
    async with market.database.transaction() as transaction:
        assert not await market.editing.put(transaction, [first], OURS.seller_id)
        refusals = await market.editing.put(transaction, [second], OURS.seller_id)
        assert isinstance(refusals[second.product_id], SlugTaken)
        again = jumper(product_id=first.product_id, title="First, better", variants=(variant("S", sku="put"),))
        assert not await market.editing.put(transaction, [again], OURS.seller_id)
    shown = await market.show(first.product_id)
    assert (shown.title, [each.sku for each in shown.variants]) == ("First, better", ["put"])
    assert await market.show("teapot") == market.teapot


async def test_put_writes_all_but_those_that_are_refused(market: Market) -> None:
    assert OURS.seller_id is not None
    taken = (await market.create()).variants[0].sku
    commands = [
        jumper(slug=f"put-{number}", variants=(variant("S", sku=f"put-{number}"),), options=("Size",))
        for number in range(9)
    ]
    commands[3] = jumper(slug="put-3", variants=(variant("S", sku=taken),), options=("Size",))
    commands[5] = jumper(slug="teapot", variants=(variant("S", sku="put-5"),), options=("Size",))
    commands[7] = jumper(slug="put-7", variants=(variant("S", sku="put-7"),), options=("Size",), brand_id=new_id())
    commands[8] = jumper(slug="put-8", variants=(variant("S", sku="put-8"),), options=("Size", "Color"))
    async with market.database.transaction() as transaction:
        refusals = await market.editing.put(transaction, commands, OURS.seller_id)
    kinds = {commands.index(command): type(refusals.get(command.product_id)) for command in commands}
    assert {number: kind for number, kind in kinds.items() if kind is not type(None)} == {
        3: SkuTaken,
        5: SlugTaken,
        7: BrandNotFound,
        8: VariantsUnclear,
    }
    for number in (0, 1, 2, 4, 6):
        assert (await market.show(f"put-{number}")).variants[0].sku == f"put-{number}"
        assert len(await market.events(commands[number].product_id)) == 1
    assert not await market.database.fetch(
        "SELECT FROM event_log WHERE channel = $1", f"product:{commands[3].product_id}"
    )


async def test_stock_that_an_edit_does_not_name_stays_and_a_new_variant_has_none(market: Market) -> None:
    product = await market.create(variants=(variant("S"), variant("M")))
    small = product.variants[0]
    await market.editing.set_stock(SetStock(variant_id=small.id, stock=3), OURS)  # sold, while the form was open
    changed = await market.edit(
        product, variants=(as_new(product, 0, stock=None), as_new(product, 1), variant("L", stock=None))
    )
    assert [each.stock for each in changed.variants] == [3, 5, 0]


async def test_put_leaves_kept_variants_as_they_are_but_gives_the_others_their_places(market: Market) -> None:
    assert OURS.seller_id is not None
    product = await market.create(variants=(variant("S"), variant("M"), variant("L")))
    kept = product.variants[1]
    stale = as_new(product, 1, price=Price(1, "EUR"), stock=999)
    command = jumper(product_id=product.id, variants=(as_new(product, 0), stale, variant("XL", sku="xl")))
    async with market.database.transaction() as transaction:
        assert not await market.editing.put(transaction, [command], OURS.seller_id, {kept.id})
    shown = await market.show(product.id)
    assert [each.sku for each in shown.variants] == [product.variants[0].sku, kept.sku, "xl"]
    assert shown.variants[1] == kept


async def test_put_does_not_touch_another_shop_s_product(market: Market) -> None:
    assert OURS.seller_id is not None
    before = await market.goods()
    async with market.database.transaction() as transaction:
        theirs = jumper(product_id=market.teapot.id)
        refusals = await market.editing.put(transaction, [theirs], OURS.seller_id)
        assert isinstance(refusals[theirs.product_id], IdReused)
    assert await market.goods() == before


def _fields(command: Any, **changes: Any) -> dict[str, Any]:
    return {name: getattr(command, name) for name in command.__struct_fields__} | changes


async def _person(market: Market) -> UUID:
    user_id = new_id()
    query = "INSERT INTO users (id, email, name, password_hash, roles, created_at) VALUES ($1, $2, '', '', '{}', $3)"
    await market.database.fetch(query, user_id, f"{user_id}@people.test", NOW)
    return user_id


async def _order(market: Market, product: Product, number: int) -> None:
    order_id = new_id()
    await market.database.fetch(
        "INSERT INTO orders (id, number, customer_id, status, total, currency, placed_at)"
        " VALUES ($1, 'FS-1', $2, 'paid', 50, 'EUR', $3)",
        order_id,
        await _person(market),
        NOW,
    )
    await market.database.fetch(
        "INSERT INTO order_items"
        " (id, order_id, seller_id, product_id, variant_id, title, sku, quantity, unit_price, total)"
        " VALUES ($1, $2, $3, $4, $5, '', '', 1, 50, 50)",
        new_id(),
        order_id,
        product.seller.id,
        product.id,
        product.variants[number].id,
    )


def _again(title: str, price: int) -> CreateProduct:
    """The same product whenever it is asked for, at this price."""
    its_id, variant_id = uuid5(NOBODYS, title), uuid5(NOBODYS, f"{title} S")
    return jumper(title=title, product_id=its_id, variants=(variant("S", price, sku=title, id=variant_id),))


async def test_many_products_at_once_ask_the_database_as_often_as_a_few(market: Market) -> None:
    async def asked(titles: Sequence[str], price: int) -> int:
        commands = [_again(title, price) for title in titles]
        async with market.database.transaction() as transaction:
            queries: list[object] = []
            transaction.connection.add_query_logger(queries.append)
            assert await market.editing.put(transaction, commands, UUID(int=14)) == {}
            transaction.connection.remove_query_logger(queries.append)
        return len(queries)

    few, many = [f"Few {number}" for number in range(2)], [f"Many {number}" for number in range(50)]
    assert await asked(many, 100) == await asked(few, 100) <= 12
    assert await asked(many, 200) == await asked(few, 200) <= 20

"""What visitors see: lists that page without gaps, whole subtrees, and nothing that is not for sale."""

import asyncio
import base64
from decimal import Decimal
from uuid import UUID

import msgspec
import pytest

from fastshop.contract.base import BadInput, Money, Page
from fastshop.contract.catalog import (
    AddVariant,
    Image,
    ListSellerProducts,
    NoShop,
    Price,
    ProductNotFound,
    ProductSort,
    ProductStatus,
    RemoveVariant,
    SetPrice,
    SetStock,
)
from fastshop.ids import new_id
from server.domains.catalog.variants import Variants
from server.kernel.caller import GUEST
from server.kernel.page import encode_cursor
from tests.domains.catalog.conftest import (
    ADMIN,
    CUSTOMER,
    MANAGER,
    OURS,
    SHOPLESS,
    THEIRS,
    Market,
    as_new,
    jumper,
    plain,
    refused,
    variant,
)


async def test_a_product_is_shown_whole_by_its_id_and_by_its_slug(market: Market) -> None:
    brand = await market.brand("tarn")
    created = await market.create(brand_id=brand, images=(Image("/a.svg", "front"), Image("https://pics.test/b.png")))
    assert created.brand is not None
    assert [image.url for image in created.images] == ["/a.svg", "https://pics.test/b.png"]
    assert [(each.sku, each.stock, each.price) for each in created.variants] == [
        ("J-S", 5, Money(5000, "EUR")),
        ("J-M", 5, Money(5000, "EUR")),
    ]
    assert await market.show(created.id) == created
    assert await market.show("jumper") == created


async def test_a_slug_that_looks_like_an_id_hides_no_product(market: Market) -> None:
    ours = await market.create()
    await market.create(THEIRS, title="Impostor", slug=str(ours.id), **plain())
    assert await market.show(ours.id) == ours
    compact = await market.create(title="Compact", slug="0" * 32, **plain())
    assert await market.show("0" * 32) == compact


@pytest.mark.parametrize("product", ["nothing", str(UUID(int=77)), "{}", "%", "' OR true --", "x" * 100])
async def test_what_is_not_there_is_not_found(market: Market, product: str) -> None:
    assert isinstance(await refused(market.show(product)), ProductNotFound)


@pytest.mark.parametrize("status", [ProductStatus.DRAFT, ProductStatus.ARCHIVED])
async def test_what_is_not_for_sale_is_seen_by_its_seller_and_those_who_run_the_shop(
    market: Market, status: ProductStatus
) -> None:
    hidden = await market.create(status=status)
    for stranger in (GUEST, CUSTOMER, THEIRS, SHOPLESS):
        assert isinstance(await refused(market.show(hidden.id, stranger)), ProductNotFound)
        assert isinstance(await refused(market.show(hidden.slug, stranger)), ProductNotFound)
    for insider in (OURS, ADMIN, MANAGER):
        assert await market.show(hidden.id, insider) == hidden
    for caller in (GUEST, OURS, ADMIN):
        assert [card.title for card in (await market.page(caller)).items] == ["Teapot"]


async def test_a_seller_lists_all_of_their_own_products_and_no_others(market: Market) -> None:
    await market.create()
    await market.create(title="Scarf", status=ProductStatus.DRAFT, **plain())
    await market.create(title="Hat", status=ProductStatus.ARCHIVED, **plain())
    listed = await market.browsing.list_seller_products(ListSellerProducts(), OURS)
    assert [card.title for card in listed.items] == ["Hat", "Scarf", "Jumper"]
    with pytest.raises(NoShop):
        await market.browsing.list_seller_products(ListSellerProducts(), SHOPLESS)


async def test_a_card_tells_the_lowest_price_the_first_picture_and_whether_there_is_any(market: Market) -> None:
    cheap = variant("S", 3000, compare_at_price=Price(4000, "EUR"), stock=0)
    created = await market.create(
        variants=(variant("M", 3500), cheap), images=(Image("/first.svg"), Image("/second.svg"))
    )
    card, _ = (await market.page()).items
    assert (card.id, card.slug, card.title, card.seller) == (created.id, "jumper", "Jumper", created.seller)
    assert (card.price, card.compare_at_price) == (Money(3000, "EUR"), Money(4000, "EUR"))
    assert card.image == Image("/first.svg")
    assert card.in_stock
    await market.editing.set_stock(SetStock(variant_id=created.variants[0].id, stock=0), OURS)
    assert not (await market.page()).items[0].in_stock


async def test_every_order_pages_through_everything_once(market: Market) -> None:
    for title, price in (("Beta", 300), ("Alpha", 100), ("Delta", 300), ("Gamma", 200)):
        await market.create(title=title, **plain(price))
    assert await market.titles(sort=ProductSort.NEWEST) == ["Gamma", "Delta", "Alpha", "Beta", "Teapot"]
    assert await market.titles(sort=ProductSort.TITLE) == ["Alpha", "Beta", "Delta", "Gamma", "Teapot"]
    assert await market.titles(sort=ProductSort.PRICE_UP) == ["Alpha", "Gamma", "Beta", "Delta", "Teapot"]
    assert await market.titles(sort=ProductSort.PRICE_DOWN) == ["Teapot", "Delta", "Beta", "Gamma", "Alpha"]


async def test_lists_by_price_follow_every_change_of_a_price(market: Market) -> None:
    async def order() -> list[str]:
        up = await market.titles(sort=ProductSort.PRICE_UP)
        assert await market.titles(sort=ProductSort.PRICE_DOWN) == up[::-1]
        return up

    dear, cheap = variant("S", 9000, sku="dear"), variant("M", 6000, sku="cheap")
    created = await market.create(variants=(dear, cheap))
    assert await order() == ["Teapot", "Jumper"]
    await market.editing.set_price(SetPrice(variant_id=dear.id, price=Price(100, "EUR")), OURS)
    assert await order() == ["Jumper", "Teapot"]
    services = Variants(market.database, market.browsing, market.clock)
    await services.remove(RemoveVariant(variant_id=dear.id), OURS)
    assert await order() == ["Teapot", "Jumper"]
    added = AddVariant(created.id, variant("L", 200, sku="new"))
    await services.add(added, OURS)
    assert await order() == ["Jumper", "Teapot"]
    await market.edit(created, variants=(cheap,))
    assert await order() == ["Teapot", "Jumper"]
    # The previous release writes prices without knowing of the lowest.
    await market.database.fetch("UPDATE product_variants SET price = 1 WHERE id = $1", cheap.id)
    assert await order() == ["Jumper", "Teapot"]


async def test_of_prices_changed_at_once_the_lowest_counts(market: Market) -> None:
    for number in range(10):
        one, other = variant("S", 5000, sku=f"S{number}"), variant("M", 5000, sku=f"M{number}")
        created = await market.create(title=f"Thing {number}", variants=(one, other))
        await asyncio.gather(
            market.editing.set_price(SetPrice(variant_id=one.id, price=Price(700, "EUR")), OURS),
            market.editing.set_price(SetPrice(variant_id=other.id, price=Price(800, "EUR")), OURS),
            market.edit(created, title="Renamed"),
        )
        rows = await market.database.fetch(
            "SELECT price, lowest_price FROM product_variants JOIN products ON products.id = product_id"
            " WHERE product_id = $1",
            created.id,
        )
        assert [row["lowest_price"] for row in rows] == [min(row["price"] for row in rows)] * 2


@pytest.mark.parametrize("sort", [ProductSort.NEWEST, ProductSort.PRICE_UP, ProductSort.PRICE_DOWN, ProductSort.TITLE])
async def test_a_page_of_many_products_reads_few_of_them(market: Market, sort: ProductSort) -> None:
    await market.database.fetch(
        "INSERT INTO products (id, seller_id, slug, title, description, status, options, created_at, updated_at)"
        " SELECT gen_random_uuid(), $1, 'filler-' || n, 'Filler ' || n, '', 'active', '{}', now(), now()"
        " FROM generate_series(1, 5000) n",
        THEIRS.seller_id,
    )
    await market.database.fetch(
        "INSERT INTO product_variants (id, product_id, seller_id, sku, price, currency, position)"
        " SELECT gen_random_uuid(), id, seller_id, slug, length(slug), 'EUR', 0 FROM products"
        " WHERE slug LIKE 'filler-%'"
    )
    await market.database.fetch("ANALYZE products, product_variants")
    async with market.database.reading() as connection:
        query = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'products'"
        before = await connection.fetchval(query)
        assert len((await market.page(sort=sort, limit=5)).items) == 5
        assert await connection.fetchval(query) - before < 100


async def test_what_comes_while_one_pages_shifts_nothing(market: Market) -> None:
    for title in ("First", "Second", "Third"):
        await market.create(title=title, **plain())
    page = await market.page(limit=2)
    await market.create(title="Newcomer", **plain())
    assert page.next is not None
    following = await market.page(limit=2, cursor=page.next)
    assert [card.title for card in (*page.items, *following.items)] == ["Third", "Second", "First", "Teapot"]


async def test_a_category_holds_everything_below_it(market: Market) -> None:
    fashion = await market.category("fashion")
    women = await market.category("women", fashion)
    knitwear = await market.category("knitwear", women)
    men = await market.category("men", fashion)
    for title, category in (("Deep", knitwear), ("High", fashion), ("Other", men)):
        await market.create(title=title, category_id=category, **plain())
    assert await market.titles(category="fashion") == ["Other", "High", "Deep"]
    assert await market.titles(category="women") == ["Deep"]
    assert await market.titles(category="men") == ["Other"]
    assert await market.titles(category="fash") == []


async def test_a_shop_of_its_own_is_a_list_too(market: Market) -> None:
    await market.create()
    assert await market.titles(seller_id=OURS.seller_id) == ["Jumper"]
    assert await market.titles(seller_id=THEIRS.seller_id) == ["Teapot"]
    assert await market.titles(seller_id=new_id()) == []


@pytest.mark.parametrize("sort", ProductSort)
@pytest.mark.parametrize(
    "key",
    [
        "NaN",
        "sNaN",
        "Infinity",
        "-Infinity",
        "1E+999999999",
        "1E-999999999",
        "9" * 200,
        "",
        "\0",
        5,
        None,
        "9999-12-31",
    ],
)
async def test_a_cursor_made_by_hand_is_refused_or_pages_on(market: Market, sort: ProductSort, key: object) -> None:
    outcome = await asyncio.gather(
        market.page(sort=sort, cursor=encode_cursor((key, new_id()))), return_exceptions=True
    )
    assert isinstance(outcome[0], Page | BadInput)


async def test_a_cursor_of_another_list_is_refused(market: Market) -> None:
    await market.create()
    page = await market.page(limit=1, sort=ProductSort.TITLE)
    assert page.next is not None
    for cursor in (page.next, "###", base64.urlsafe_b64encode(b"[1]").decode(), "a"):
        assert isinstance(await refused(market.page(sort=ProductSort.PRICE_UP, cursor=cursor)), BadInput)


async def test_money_without_decimals_stays_whole(market: Market) -> None:
    created = await market.create(**plain(9_900, "JPY"))
    assert created.variants[0].price == Money(9_900, "JPY")
    row = await market.database.fetch_one("SELECT price FROM product_variants WHERE currency = 'JPY'")
    assert row is not None
    assert row["price"] == Decimal("9900.00")


async def test_options_are_told_in_the_product_s_order(market: Market) -> None:
    new = variant("S", options={"Size": "S", "Colour": "Red"})
    created = await market.create(options=("Colour", "Size"), variants=(new,))
    assert list(created.variants[0].options) == ["Colour", "Size"]
    offer = await market.stock.offer(new.id)
    assert offer is not None
    assert (offer.title, list(offer.options)) == ("Jumper · Red · S", ["Colour", "Size"])
    changed = await market.editing.set_stock(SetStock(variant_id=new.id, stock=1), OURS)
    assert list(changed.options) == ["Colour", "Size"]


async def test_a_list_takes_as_many_queries_for_many_as_for_one(market: Market) -> None:
    async def queries(limit: int) -> int:
        async with market.database.reading() as connection:
            asked: list[object] = []
            connection.add_query_logger(asked.append)
            assert len((await market.page(limit=limit)).items) == limit
            connection.remove_query_logger(asked.append)
            return len(asked)

    for number in range(4):
        await market.create(title=f"Thing {number}", **plain())
    # What is sold out is asked about once more, all of it at once: others may offer it.
    assert await queries(5) == await queries(1) <= 5


async def test_a_page_of_a_product_is_found_by_indexes_alone(market: Market) -> None:
    """With 20,000 products the planner must have no reason to read them all."""
    await market.database.fetch(
        "INSERT INTO products (id, seller_id, slug, title, description, status, options, created_at, updated_at)"
        " SELECT gen_random_uuid(), $1, 'filler-' || n, 'Filler', '', 'draft', '{}', now(), now()"
        " FROM generate_series(1, 20000) n",
        THEIRS.seller_id,
    )
    await market.database.fetch("ANALYZE products")
    async with market.database.reading() as connection:
        query = "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'products'"
        before = await connection.fetchval(query)
        await market.show("teapot")
        await market.show(market.teapot.id)
        assert await connection.fetchval(query) == before


async def test_texts_are_cleaned_of_what_could_act(market: Market) -> None:
    nasty = '<p onclick="x()">Warm</p><script>steal()</script><a href="javascript:x()">here</a><img src=x onerror=y>'
    created = await market.create(description=nasty)
    assert "<p>Warm</p>" in created.description
    assert not any(word in created.description for word in ("script", "onclick", "onerror", "steal"))
    edited = await market.edit(created, description="<svg onload=x()></svg><b>fine</b>")
    assert edited.description == "<b>fine</b>"
    assert msgspec.json.decode(msgspec.json.encode(edited), type=type(edited)) == edited


async def test_the_variants_of_a_product_keep_their_order(market: Market) -> None:
    created = await market.create(variants=(variant("XL"), variant("S"), variant("M")))
    assert [each.options["Size"] for each in created.variants] == ["XL", "S", "M"]
    turned = await market.edit(created, variants=tuple(as_new(created, number) for number in (2, 0, 1)))
    assert [each.options["Size"] for each in turned.variants] == ["M", "XL", "S"]


async def test_two_products_of_two_shops_may_share_a_sku(market: Market) -> None:
    ours = await market.editing.create_product(jumper(), OURS)
    assert {each.sku for each in ours.variants} == {each.sku for each in market.teapot.variants}

"""The tree, the brands and the sellers."""

import asyncio
from uuid import UUID

import pytest

from fastshop.contract.base import IdReused
from fastshop.contract.catalog import (
    CategoryInUse,
    CategoryNotFound,
    CreateBrand,
    CreateCategory,
    DeleteCategory,
    EditCategory,
    ListBrands,
    ListCategories,
    ShowCategory,
    SlugTaken,
    TooDeep,
)
from fastshop.ids import new_id
from server.kernel.caller import GUEST
from tests.domains.catalog.conftest import ADMIN, NOBODYS, Market, refused


async def test_a_category_knows_its_way_from_the_root(market: Market) -> None:
    await market.category("stationery")
    home = await market.category("home")
    light = await market.category("light", home)
    await market.category("lamps", light)
    tree = await market.taxonomy.list_categories(ListCategories(), GUEST)
    assert [(each.path, each.parent_id) for each in tree] == [
        (("home",), None),
        (("stationery",), None),
        (("home", "light"), home),
        (("home", "light", "lamps"), light),
    ]


async def test_the_same_creation_answers_the_same_and_another_one_is_refused(market: Market) -> None:
    home, garden = await market.category("home"), await market.category("garden")
    command = CreateCategory(category_id=new_id(), name="Lamps", slug="lamps", parent_id=home)
    first, second = await asyncio.gather(*(market.taxonomy.create_category(command, ADMIN) for _ in range(2)))
    assert first == second
    same = {"category_id": command.category_id, "name": "Lamps", "slug": "lamps", "parent_id": home}
    for change in ({"name": "Lights"}, {"slug": "lights"}, {"slug": "home"}, {"parent_id": garden}):
        other = CreateCategory(**(same | change))  # type: ignore[arg-type]
        assert isinstance(await refused(market.taxonomy.create_category(other, ADMIN)), IdReused)
    assert len(await market.taxonomy.list_categories(ListCategories(), GUEST)) == 3


async def test_an_address_is_given_once(market: Market) -> None:
    home = await market.category("home")
    await market.brand("tarn")
    again = CreateCategory(category_id=new_id(), name="Another", slug="home", parent_id=home)
    refusal = await refused(market.taxonomy.create_category(again, ADMIN))
    assert isinstance(refusal, SlugTaken)
    assert refusal.facts() == {"slug": "home", "field": "slug"}
    brand = CreateBrand(brand_id=new_id(), name="Another", slug="tarn")
    assert isinstance(await refused(market.taxonomy.create_brand(brand, ADMIN)), SlugTaken)


async def test_a_category_below_nothing_is_refused(market: Market) -> None:
    with pytest.raises(CategoryNotFound):
        await market.category("lost", NOBODYS)


async def test_categories_nest_eight_levels_at_most(market: Market) -> None:
    parent: UUID | None = None
    for level in range(8):
        parent = await market.category(f"level-{level}", parent)
    with pytest.raises(TooDeep):
        await market.category("level-8", parent)


async def test_a_brand_made_twice_is_one_and_another_under_its_id_is_refused(market: Market) -> None:
    command = CreateBrand(brand_id=new_id(), name="Tarn", slug="tarn")
    first, second = await asyncio.gather(*(market.taxonomy.create_brand(command, ADMIN) for _ in range(2)))
    assert first == second
    other = CreateBrand(brand_id=command.brand_id, name="Vela", slug="vela")
    assert isinstance(await refused(market.taxonomy.create_brand(other, ADMIN)), IdReused)


async def test_brands_page_by_name(market: Market) -> None:
    for slug in ("vela", "kestrel", "tarn"):
        await market.brand(slug)
    names: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await market.taxonomy.list_brands(ListBrands(cursor=cursor, limit=2), GUEST)
        names.extend(brand.name for brand in page.items)
        cursor = page.next
    assert names == ["Kestrel", "Tarn", "Vela"]


async def test_brands_are_found_by_a_part_of_their_name(market: Market) -> None:
    for slug in ("vela", "kestrel", "tarn", "velours"):
        await market.brand(slug)
    for query, expected in (("VEL", ["Vela", "Velours"]), (" tre ", ["Kestrel"]), ("%", []), ("", 4)):
        page = await market.taxonomy.list_brands(ListBrands(query=query), GUEST)
        found = [brand.name for brand in page.items]
        assert (len(found) if expected == 4 else found) == expected
    first = await market.taxonomy.list_brands(ListBrands(query="vel", limit=1), GUEST)
    second = await market.taxonomy.list_brands(ListBrands(query="vel", limit=1, cursor=first.next or ""), GUEST)
    assert ([brand.name for brand in second.items], second.next) == (["Velours"], None)


async def test_a_category_moves_with_all_below_it(market: Market) -> None:
    clothes, home = await market.category("clothes"), await market.category("home")
    shoes = await market.category("shoes", clothes)
    boots = await market.category("boots", shoes)
    product = await market.create(category_id=boots)
    edit = EditCategory(category_id=shoes, name="Footwear", parent_id=home)
    moved = await market.taxonomy.edit_category(edit, ADMIN)
    assert (moved.name, moved.slug, moved.path) == ("Footwear", "shoes", ("home", "shoes"))
    shown = await market.taxonomy.show_category(ShowCategory(category_id=boots), GUEST)
    assert shown.path == ("home", "shoes", "boots")
    assert [card.id for card in (await market.page(category="home")).items] == [product.id]
    assert (await market.page(category="clothes")).items == ()


async def test_a_category_neither_hangs_below_itself_nor_too_deep(market: Market) -> None:
    parent: UUID | None = None
    chain = [parent := await market.category(f"level-{n}", parent) for n in range(8)]
    top = await market.category("top")
    for category_id, parent_id in ((chain[0], chain[3]), (chain[0], chain[0]), (chain[0], top)):
        edit = EditCategory(category_id=category_id, name="X", parent_id=parent_id)
        assert isinstance(await refused(market.taxonomy.edit_category(edit, ADMIN)), TooDeep)
    fitting = EditCategory(category_id=chain[1], name="X", parent_id=top)
    assert len((await market.taxonomy.edit_category(fitting, ADMIN)).path) == 2


async def test_a_category_goes_that_nothing_refers_to(market: Market) -> None:
    clothes = await market.category("clothes")
    shoes = await market.category("shoes", clothes)
    product = await market.create(category_id=shoes)
    for in_use in (clothes, shoes):
        deleting = market.taxonomy.delete_category(DeleteCategory(category_id=in_use), ADMIN)
        assert isinstance(await refused(deleting), CategoryInUse)
    await market.edit(product, category_id=None)
    await market.taxonomy.delete_category(DeleteCategory(category_id=shoes), ADMIN)
    again = market.taxonomy.delete_category(DeleteCategory(category_id=shoes), ADMIN)
    assert isinstance(await refused(again), CategoryNotFound)
    assert isinstance(
        await refused(market.taxonomy.show_category(ShowCategory(category_id=shoes), GUEST)), CategoryNotFound
    )

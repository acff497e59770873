"""What products say of themselves: by category, inherited, of the right kind, and complete before they are seen."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from fastshop.contract.attributes import (
    Attribute,
    AttributeKind,
    AttributeNotFound,
    ChoicesUnclear,
    CodeTaken,
    CreateAttribute,
    EditAttribute,
    ListAttributes,
)
from fastshop.contract.base import IdReused
from fastshop.contract.catalog import (
    AttributesUnclear,
    AttributeValue,
    BrandNotFound,
    CategoryNotFound,
    EditBrand,
    ListVariants,
    ProductNotFound,
    ProductStatus,
    SlugTaken,
)
from fastshop.contract.publishing import PublishProduct
from fastshop.ids import new_id
from server.domains.catalog.attributes import Attributes
from server.kernel.caller import GUEST
from tests.domains.catalog.conftest import ADMIN, NOBODYS, OURS, THEIRS, Market, as_new, jumper, plain, refused, variant

DRAFT, ACTIVE = ProductStatus.DRAFT, ProductStatus.ACTIVE


def told(**fields: Any) -> CreateAttribute:
    """An attribute, with what is told."""
    base: dict[str, Any] = {"attribute_id": new_id(), "code": "color", "name": "Colour", "kind": AttributeKind.TEXT}
    return CreateAttribute(**(base | fields))


async def add(market: Market, **fields: Any) -> Attribute:
    return await Attributes(market.database, market.clock).create_attribute(told(**fields), ADMIN)


async def codes(market: Market, category: str = "") -> list[str]:
    found = await Attributes(market.database, market.clock).list_attributes(ListAttributes(category=category), GUEST)
    return [attribute.code for attribute in found]


async def test_a_category_has_what_those_above_it_have_and_no_other(market: Market) -> None:
    clothes = await market.category("clothes")
    shoes = await market.category("shoes", clothes)
    tools = await market.category("tools")
    for code, category_id in (("size", shoes), ("material", clothes), ("warranty", None), ("voltage", tools)):
        await add(market, code=code, category_id=category_id)
    assert await codes(market, "shoes") == ["warranty", "material", "size"]
    assert await codes(market, "clothes") == ["warranty", "material"]
    assert sorted(await codes(market)) == ["material", "size", "voltage", "warranty"]
    with pytest.raises(CategoryNotFound):
        await codes(market, "hats")


async def test_an_attribute_is_made_once_and_changed(market: Market) -> None:
    attributes, command = (
        Attributes(market.database, market.clock),
        told(kind=AttributeKind.CHOICE, choices=("red", "blue")),
    )
    made = await attributes.create_attribute(command, ADMIN)
    assert await attributes.create_attribute(command, ADMIN) == made
    assert isinstance(await refused(add(market, attribute_id=made.id, name="Other", code="other")), IdReused)
    assert isinstance(await refused(add(market)), CodeTaken)
    assert isinstance(await refused(add(market, code="b", category_id=NOBODYS)), CategoryNotFound)
    change = EditAttribute(attribute_id=made.id, name="Shade", choices=("green",), required=True)
    changed = await attributes.edit_attribute(change, ADMIN)
    assert (changed.name, changed.choices, changed.required, changed.code) == ("Shade", ("green",), True, "color")
    nobodys = EditAttribute(attribute_id=NOBODYS, name="Shade")
    assert isinstance(await refused(attributes.edit_attribute(nobodys, ADMIN)), AttributeNotFound)


@pytest.mark.parametrize(
    ("kind", "choices"),
    [(AttributeKind.CHOICE, ()), (AttributeKind.CHOICE, ("a", "a")), (AttributeKind.TEXT, ("a",))],
)
async def test_choices_are_where_there_is_one_to_make(
    market: Market, kind: AttributeKind, choices: tuple[str, ...]
) -> None:
    assert isinstance(await refused(add(market, kind=kind, choices=choices)), ChoicesUnclear)


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (AttributeKind.TEXT, ["wool"], [True, 1, 1.5]),
        (AttributeKind.NUMBER, [0, -2, 1.5], [True, "1"]),
        (AttributeKind.YES_NO, [True, False], ["yes", 1, 0.0]),
        (AttributeKind.CHOICE, ["red", "blue"], ["green", "", True, 1]),
    ],
)
async def test_a_value_is_of_its_attribute_s_kind(
    market: Market, kind: AttributeKind, right: list[Any], wrong: list[Any]
) -> None:
    await add(market, kind=kind, choices=("red", "blue") if kind is AttributeKind.CHOICE else ())
    for number, value in enumerate(right):
        product = await market.create(title=f"J{number}", attributes={"color": value}, **plain())
        shown = await market.show(product.id)
        assert shown.attributes == {"color": value}
        assert type(shown.attributes["color"]) is type(value)
    before = await market.goods()
    for value in wrong:
        assert isinstance(await refused(market.create(attributes={"color": value}, **plain())), AttributesUnclear)
    assert await market.goods() == before


@pytest.mark.parametrize("value", ["1e16", "-1e300", "123456789012345678901234567890", '""', "null", "[]", "{}"])
def test_a_value_that_nobody_could_keep_is_none(value: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(value, type=AttributeValue)


async def test_what_another_category_says_is_refused(market: Market) -> None:
    shoes = await market.category("shoes")
    await add(market, category_id=shoes)
    assert isinstance(await refused(market.create(attributes={"color": "red"})), AttributesUnclear)
    assert (await market.create(attributes={"color": "red"}, category_id=shoes)).attributes == {"color": "red"}


async def test_a_draft_may_lack_what_is_required_but_is_not_published(market: Market) -> None:
    shoes = await market.category("shoes")
    await add(market, category_id=shoes, required=True)
    draft = await market.create(category_id=shoes, status=DRAFT)
    before = await market.goods()
    publishing = market.publishing.publish(PublishProduct(product_id=draft.id), OURS)
    for attempt in (
        market.create(title="Boot", category_id=shoes, **plain()),
        market.edit(draft, status=ACTIVE),
        market.edit(draft, status=ACTIVE, attributes={}),
        publishing,
    ):
        assert isinstance(await refused(attempt), AttributesUnclear)
    assert await market.goods() == before
    assert (await market.edit(draft, status=ACTIVE, attributes={"color": "red"})).status is ACTIVE


async def test_what_is_on_show_may_be_edited_by_who_knows_nothing_of_a_new_requirement(market: Market) -> None:
    product = await market.create()
    await add(market, required=True)
    assert (await market.edit(product, title="Pullover")).title == "Pullover"
    moved = market.edit(product, category_id=await market.category("shoes"))
    assert isinstance(await refused(moved), AttributesUnclear)


async def test_attributes_and_limit_that_are_left_out_stay(market: Market) -> None:
    await add(market)
    product = await market.create(attributes={"color": "red"}, max_per_customer=2)
    product = await market.edit(product, title="Pullover")
    assert (product.attributes, product.max_per_customer) == ({"color": "red"}, 2)
    product = await market.edit(product, attributes={}, max_per_customer=0)
    assert (product.attributes, product.max_per_customer) == ({}, 0)


async def test_of_many_products_only_those_that_do_not_fit_are_refused(market: Market) -> None:
    await add(market, required=True)
    one, other = jumper(attributes={"color": "red"}), jumper(title="Bare", **plain())
    assert OURS.seller_id is not None
    async with market.database.transaction() as transaction:
        refusals = await market.editing.put(transaction, [one, other], OURS.seller_id)
    assert [(its_id, type(refusal)) for its_id, refusal in refusals.items()] == [(other.product_id, AttributesUnclear)]
    assert (await market.show(one.product_id)).attributes == {"color": "red"}


async def test_lists_are_narrowed_by_what_is_filterable(market: Market) -> None:
    for code, kind in (("color", AttributeKind.TEXT), ("vegan", AttributeKind.YES_NO), ("secret", AttributeKind.TEXT)):
        await add(market, code=code, kind=kind, filterable=code != "secret")
    for title, values in {
        "Red": {"color": "red", "vegan": True, "secret": "x"},
        "Reddish": {"color": "red", "vegan": False},
        "Blue": {"color": "blue", "vegan": True},
    }.items():
        await market.create(title=title, attributes=values, **plain())
    assert sorted(await market.titles(having="color:red")) == ["Red", "Reddish"]
    assert await market.titles(having="color:red,vegan:true") == ["Red"]
    assert await market.titles(having="secret:x") == []
    assert await market.titles(having="color:'; DROP TABLE products; --") == []


async def test_a_brand_is_renamed(market: Market) -> None:
    brand = await market.brand("acme")
    await market.brand("other")
    product = await market.create(brand_id=brand)
    await market.taxonomy.edit_brand(EditBrand(brand_id=brand, name="ACME", slug="acme-inc"), ADMIN)
    shown = (await market.show(product.id)).brand
    assert shown is not None
    assert (shown.name, shown.slug) == ("ACME", "acme-inc")
    taken = EditBrand(brand_id=brand, name="ACME", slug="other")
    assert isinstance(await refused(market.taxonomy.edit_brand(taken, ADMIN)), SlugTaken)
    nobodys = EditBrand(brand_id=NOBODYS, name="X", slug="x")
    assert isinstance(await refused(market.taxonomy.edit_brand(nobodys, ADMIN)), BrandNotFound)


async def test_variants_are_listed_where_their_product_is_seen(market: Market) -> None:
    product = await market.create(status=DRAFT)
    assert await variants(market, product.id, OURS) == ["J-S", "J-M"]
    for caller in (GUEST, THEIRS):
        assert isinstance(await refused(variants(market, product.id, caller)), ProductNotFound)
    assert await variants(market, market.teapot.id, GUEST) == ["J-S", "J-M"]


async def variants(market: Market, product_id: UUID, caller: Any) -> list[str]:
    found = await market.browsing.list_variants(ListVariants(product_id=product_id), caller)
    return [each.sku for each in found]


@pytest.mark.parametrize("gtin", ["4006381333931", "036000291452", "96385074", "10012345678902", ""])
async def test_a_gtin_is_kept_and_stays_when_it_is_left_out(market: Market, gtin: str) -> None:
    product = await market.create(**plain(gtin=gtin))
    assert (await market.show(product.id)).variants[0].gtin == gtin
    edited = await market.edit(product, variants=(as_new(product, 0, gtin=None),))
    assert edited.variants[0].gtin == gtin
    edited = await market.edit(product, variants=(as_new(product, 0, gtin=""),))
    assert edited.variants[0].gtin == ""


@pytest.mark.parametrize("gtin", ["4006381333932", "036000291453", "96385075"])
async def test_a_misspelt_gtin_is_refused(market: Market, gtin: str) -> None:
    assert (await refused(market.create(variants=(variant("S", gtin=gtin),)))).facts()["field"] == "variants"

"""What those who run the marketplace do to its shelves, and to goods that are not theirs, is written down."""

from fastshop.contract.attributes import AttributeKind, CreateAttribute, EditAttribute
from fastshop.contract.catalog import (
    AddVariant,
    CreateBrand,
    CreateCategory,
    DeleteCategory,
    EditBrand,
    EditCategory,
    EditVariant,
    Price,
    RemoveVariant,
    SetPrice,
    SetStock,
)
from fastshop.contract.publishing import ArchiveProduct, PublishProduct, UnpublishProduct
from fastshop.ids import new_id
from server.domains.catalog.attributes import Attributes
from server.domains.catalog.variants import Variants
from server.kernel.caller import Caller
from tests.domains.catalog.conftest import ADMIN, MANAGER, THEIRS, Market, refused, variant


async def written(market: Market) -> list[tuple[str, str]]:
    rows = await market.database.fetch("SELECT action, subject FROM audit_logs ORDER BY number")
    return [(row["action"], row["subject"]) for row in rows]


async def test_what_managers_do_to_the_shelves_is_written_down_once(market: Market) -> None:
    shelves, attributes = market.taxonomy, Attributes(market.database, market.clock)
    category, brand, attribute = new_id(), new_id(), new_id()
    for _ in range(2):
        await shelves.create_category(CreateCategory(category, "Tea", "tea"), MANAGER)
        await shelves.create_brand(CreateBrand(brand, "Tarn", "tarn"), MANAGER)
        new = CreateAttribute(attribute_id=attribute, code="leaf", name="Leaf", kind=AttributeKind.TEXT)
        await attributes.create_attribute(new, MANAGER)
    await refused(shelves.create_brand(CreateBrand(new_id(), "Tarn", "tarn"), MANAGER))
    await refused(shelves.edit_category(EditCategory(new_id(), "None"), MANAGER))
    await shelves.edit_category(EditCategory(category, "Teas"), MANAGER)
    await shelves.edit_brand(EditBrand(brand, "Tarn & Co", "tarn"), MANAGER)
    await attributes.edit_attribute(EditAttribute(attribute_id=attribute, name="Leaves"), MANAGER)
    await shelves.delete_category(DeleteCategory(category), MANAGER)
    assert await written(market) == [
        ("catalog.create_category", f"category:{category}"),
        ("catalog.create_brand", f"brand:{brand}"),
        ("catalog.create_attribute", f"attribute:{attribute}"),
        ("catalog.edit_category", f"category:{category}"),
        ("catalog.edit_brand", f"brand:{brand}"),
        ("catalog.edit_attribute", f"attribute:{attribute}"),
        ("catalog.delete_category", f"category:{category}"),
    ]


async def test_what_an_admin_does_to_a_shop_s_goods_is_written_down_and_what_its_own_people_do_is_not(
    market: Market,
) -> None:
    variants, teapot = Variants(market.database, market.browsing, market.clock), market.teapot
    small = teapot.variants[0]

    async def all_of_it(caller: Caller) -> None:
        new = variant("XL", sku="XL")
        await market.editing.set_price(SetPrice(small.id, Price(100, "EUR")), caller)
        await market.editing.set_stock(SetStock(small.id, 3), caller)
        await variants.add(AddVariant(teapot.id, new), caller)
        await variants.edit(EditVariant(new.id, "XXL", {"Size": "XXL"}), caller)
        await variants.remove(RemoveVariant(new.id), caller)
        await market.edit(teapot, caller, title="Kettle")
        await market.publishing.unpublish(UnpublishProduct(teapot.id), caller)
        await market.publishing.publish(PublishProduct(teapot.id), caller)
        await market.publishing.archive(ArchiveProduct(teapot.id), caller)

    await all_of_it(THEIRS)
    assert await written(market) == []
    await all_of_it(ADMIN)
    names = "set_price set_stock add_variant edit_variant remove_variant edit_product unpublish_product"
    expected = [*names.split(), "publish_product", "archive_product"]
    assert [action for action, _ in await written(market)] == [f"catalog.{name}" for name in expected]

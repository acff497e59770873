"""One variant at a time: added, renamed, removed, while the others are sold."""

from typing import Any

import pytest

from fastshop.contract.base import IdReused
from fastshop.contract.catalog import (
    PRODUCT,
    PRODUCT_DESK,
    AddVariant,
    EditVariant,
    LastVariant,
    NewVariant,
    Price,
    Product,
    ProductNotFound,
    ProductStatus,
    RemoveVariant,
    SetPrice,
    SkuTaken,
    Variant,
    VariantInUse,
    VariantNotFound,
    VariantsUnclear,
)
from server.domains.catalog.variants import Variants
from server.kernel.caller import Caller
from tests.domains.catalog.conftest import (
    ADMIN,
    CUSTOMER,
    MANAGER,
    OURS,
    THEIRS,
    Market,
    put_on_sale,
    refused,
    variant,
)


async def add(market: Market, product: Product, new: NewVariant, caller: Caller = OURS) -> Variant:
    command = AddVariant(product_id=product.id, variant=new)
    return await Variants(market.database, market.browsing, market.clock).add(command, caller)


async def edit(market: Market, known: Variant, caller: Caller = OURS, **changes: Any) -> Variant:
    kept: dict[str, Any] = {"sku": known.sku, "options": known.options, "gtin": known.gtin}
    command = EditVariant(variant_id=known.id, **(kept | changes))
    return await Variants(market.database, market.browsing, market.clock).edit(command, caller)


async def remove(market: Market, known: Variant, caller: Caller = OURS) -> None:
    await Variants(market.database, market.browsing, market.clock).remove(RemoveVariant(variant_id=known.id), caller)


async def test_a_variant_is_added_after_the_others_and_told(market: Market) -> None:
    product = await market.create()
    new = variant("L", 7000, stock=9, gtin="4006381333931")
    added = await add(market, product, new)
    assert (added.price.amount, added.stock, added.gtin) == (7000, 9, "4006381333931")
    shown = await market.show(product.id)
    assert shown.variants == (*product.variants, added)
    assert await add(market, product, new) == added
    await market.editing.set_price(SetPrice(variant_id=new.id, price=Price(1, "EUR")), OURS)
    assert (await add(market, product, new)).price.amount == 1, "the same after it was changed"
    for other in (variant("L", 7001, stock=9, gtin=new.gtin, id=new.id), variant("L", 7000, stock=8, id=new.id)):
        assert isinstance(await refused(add(market, product, other)), IdReused)
    assert await market.kinds(PRODUCT.of(product.id)) == ["product_changed", "product_changed", "variant_changed"]


async def test_a_draft_s_variants_are_told_at_its_desk(market: Market) -> None:
    product = await market.create(status=ProductStatus.DRAFT)
    await add(market, product, variant("L"))
    await remove(market, product.variants[0])
    assert await market.kinds(PRODUCT_DESK.of(product.id)) == ["product_changed"] * 3
    assert await market.kinds(PRODUCT.of(product.id)) == []


async def test_what_does_not_fit_beside_the_others_is_refused(market: Market) -> None:
    product = await market.create()
    other = await market.create(title="Other", variants=(variant("S", sku="O"),))
    before = await market.goods()
    unclear = [variant("S", sku="X"), variant("L", options={}), variant("L", 1, "USD"), variant("L", sku="J-S")]
    for new in unclear:
        assert isinstance(await refused(add(market, product, new)), VariantsUnclear)
    assert isinstance(await refused(add(market, product, variant("L", sku="O"))), SkuTaken)
    for taken in (other.variants[0], market.teapot.variants[0]):
        assert isinstance(await refused(add(market, product, variant("L", id=taken.id))), IdReused)
    again = variant("S", id=product.variants[0].id, sku="Another")
    assert isinstance(await refused(add(market, product, again)), IdReused)
    small = product.variants[0]
    assert isinstance(await refused(edit(market, small, options={"Size": "M"})), VariantsUnclear)
    assert isinstance(await refused(edit(market, small, sku="O")), SkuTaken)
    assert await market.goods() == before


async def test_a_variant_is_renamed_and_keeps_price_and_stock(market: Market) -> None:
    small, medium = (await market.create()).variants
    renamed = await edit(market, small, sku="NEW", options={"Size": "XS"}, gtin="96385074")
    assert (renamed.sku, renamed.options, renamed.gtin) == ("NEW", {"Size": "XS"}, "96385074")
    assert (renamed.price, renamed.stock) == (small.price, small.stock)
    assert (await market.show(small.product_id)).variants == (renamed, medium)


async def test_a_variant_is_removed_but_not_the_last_nor_one_that_is_in_use(market: Market) -> None:
    product = await market.create()
    small, medium = product.variants
    await put_on_sale(market, product, 0)
    assert isinstance(await refused(remove(market, small)), VariantInUse)
    await remove(market, medium)
    assert (await market.show(product.id)).variants == (small,)
    assert isinstance(await refused(remove(market, small)), LastVariant)
    assert isinstance(await refused(remove(market, medium)), VariantNotFound)


@pytest.mark.parametrize("caller", [THEIRS, MANAGER, CUSTOMER])
async def test_another_shop_s_variants_cannot_be_touched(market: Market, caller: Caller) -> None:
    product = await market.create()
    small = product.variants[0]
    before = await market.goods()
    assert isinstance(await refused(add(market, product, variant("L"), caller)), ProductNotFound)
    assert isinstance(await refused(edit(market, small, caller, sku="X")), VariantNotFound)
    assert isinstance(await refused(remove(market, small, caller)), VariantNotFound)
    assert await market.goods() == before
    assert (await edit(market, small, ADMIN, sku="X")).sku == "X"

"""Who may ask what of the goods."""

from fastshop.contract.accounts import Role
from fastshop.contract.base import IdReused
from fastshop.contract.catalog import (
    BrandNotFound,
    CategoryNotFound,
    NoShop,
    ProductNotFound,
    SkuTaken,
    SlugTaken,
    TooDeep,
    VariantInUse,
    VariantNotFound,
    VariantsUnclear,
)
from server.domains.catalog.browsing import Browsing
from server.domains.catalog.editing import Editing
from server.domains.catalog.taxonomy import Taxonomy
from server.kernel.caller import ANYONE, any_of
from server.kernel.operation import Operation

_SELLING = any_of(Role.SELLER, Role.ADMIN)
_ORDERING = any_of(Role.ADMIN, Role.MANAGER)


def operations(taxonomy: Taxonomy, browsing: Browsing, editing: Editing) -> tuple[Operation, ...]:
    """The operations of this domain."""
    writing = (SlugTaken, SkuTaken, VariantsUnclear, CategoryNotFound, BrandNotFound, IdReused)
    return (
        Operation(taxonomy.list_categories, ANYONE),
        Operation(taxonomy.create_category, _ORDERING, (CategoryNotFound, SlugTaken, TooDeep, IdReused)),
        Operation(taxonomy.list_brands, ANYONE),
        Operation(taxonomy.create_brand, _ORDERING, (SlugTaken, IdReused)),
        Operation(browsing.list_products, ANYONE),
        Operation(browsing.list_seller_products, any_of(Role.SELLER), (NoShop,)),
        Operation(browsing.show_product, ANYONE, (ProductNotFound,)),
        Operation(editing.create_product, _SELLING, (NoShop, *writing)),
        Operation(editing.edit_product, _SELLING, (ProductNotFound, VariantInUse, *writing)),
        Operation(editing.set_price, _SELLING, (VariantNotFound, VariantsUnclear)),
        Operation(editing.set_stock, _SELLING, (VariantNotFound,)),
    )

"""Who may ask what of the goods."""

from typing import NamedTuple

from fastshop.contract.accounts import EmailInvalid, Role
from fastshop.contract.attributes import AttributeNotFound, ChoicesUnclear, CodeTaken
from fastshop.contract.back_in_stock import RecipientNeeded, StillInStock
from fastshop.contract.base import IdReused, RateLimited
from fastshop.contract.catalog import (
    AttributesUnclear,
    BrandNotFound,
    CategoryInUse,
    CategoryNotFound,
    LastVariant,
    NoShop,
    ProductNotFound,
    SellerNotFound,
    SkuTaken,
    SlugTaken,
    StatusUnclear,
    TooDeep,
    VariantInUse,
    VariantNotFound,
    VariantsUnclear,
)
from fastshop.contract.offers import AlreadyOffered, OfferUnclear
from fastshop.contract.publishing import NotInReview, PlanUnclear, SubmissionOutdated
from server.domains.catalog.attributes import Attributes
from server.domains.catalog.back_in_stock import Wishes
from server.domains.catalog.browsing import Browsing
from server.domains.catalog.editing import Editing
from server.domains.catalog.moderating import Moderating
from server.domains.catalog.offers import Offers
from server.domains.catalog.publishing import Publishing
from server.domains.catalog.taxonomy import Taxonomy
from server.domains.catalog.variants import Variants
from server.kernel.caller import ANYONE, SIGNED_IN, any_of
from server.kernel.operation import Operation

_SELLING = any_of(Role.SELLER, Role.ADMIN)
_ORDERING = any_of(Role.ADMIN, Role.MANAGER)


class Services(NamedTuple):
    """Those who do what is asked for."""

    taxonomy: Taxonomy
    attributes: Attributes
    browsing: Browsing
    editing: Editing
    publishing: Publishing
    moderating: Moderating
    offers: Offers
    variants: Variants
    wishes: Wishes


def operations(services: Services) -> tuple[Operation, ...]:
    """The operations of this domain."""
    return (
        *_shelves(services.taxonomy, services.attributes),
        *_goods(services.browsing, services.editing),
        *_showing(services.publishing, services.moderating),
        *_variants(services.variants),
        Operation(
            services.wishes.ask,
            ANYONE,
            (ProductNotFound, VariantNotFound, StillInStock, RecipientNeeded, EmailInvalid, IdReused, RateLimited),
        ),
        Operation(services.wishes.list_own, SIGNED_IN),
        Operation(services.wishes.withdraw, ANYONE),
        Operation(services.offers.list_offers, ANYONE, (ProductNotFound,)),
        Operation(
            services.offers.make_offer,
            any_of(Role.SELLER),
            (NoShop, OfferUnclear, VariantNotFound, AlreadyOffered, SkuTaken, VariantsUnclear, IdReused),
        ),
    )


def _shelves(taxonomy: Taxonomy, attributes: Attributes) -> tuple[Operation, ...]:
    return (
        Operation(taxonomy.list_categories, ANYONE),
        Operation(taxonomy.create_category, _ORDERING, (CategoryNotFound, SlugTaken, TooDeep, IdReused)),
        Operation(taxonomy.show_category, ANYONE, (CategoryNotFound,)),
        Operation(taxonomy.edit_category, _ORDERING, (CategoryNotFound, TooDeep)),
        Operation(taxonomy.delete_category, _ORDERING, (CategoryNotFound, CategoryInUse)),
        Operation(taxonomy.list_brands, ANYONE),
        Operation(taxonomy.create_brand, _ORDERING, (SlugTaken, IdReused)),
        Operation(taxonomy.edit_brand, _ORDERING, (BrandNotFound, SlugTaken)),
        Operation(attributes.list_attributes, ANYONE, (CategoryNotFound,)),
        Operation(attributes.create_attribute, _ORDERING, (ChoicesUnclear, CodeTaken, CategoryNotFound, IdReused)),
        Operation(attributes.edit_attribute, _ORDERING, (AttributeNotFound, ChoicesUnclear)),
    )


def _goods(browsing: Browsing, editing: Editing) -> tuple[Operation, ...]:
    unclear = (VariantsUnclear, AttributesUnclear, StatusUnclear)
    writing = (SlugTaken, SkuTaken, *unclear, CategoryNotFound, BrandNotFound, IdReused)
    return (
        Operation(browsing.list_products, ANYONE),
        Operation(browsing.list_seller_products, any_of(Role.SELLER), (NoShop,)),
        Operation(browsing.show_product, ANYONE, (ProductNotFound,)),
        Operation(browsing.list_variants, ANYONE, (ProductNotFound,)),
        Operation(editing.create_product, _SELLING, (NoShop, *writing)),
        Operation(editing.edit_product, _SELLING, (ProductNotFound, VariantInUse, *writing)),
        Operation(editing.set_price, _SELLING, (VariantNotFound, VariantsUnclear)),
        Operation(editing.set_stock, _SELLING, (VariantNotFound,)),
    )


def _variants(variants: Variants) -> tuple[Operation, ...]:
    naming = (SkuTaken, VariantsUnclear)
    return (
        Operation(variants.add, _SELLING, (ProductNotFound, *naming, IdReused)),
        Operation(variants.edit, _SELLING, (VariantNotFound, *naming)),
        Operation(variants.remove, _SELLING, (VariantNotFound, VariantInUse, LastVariant)),
    )


def _showing(publishing: Publishing, moderating: Moderating) -> tuple[Operation, ...]:
    deciding = (ProductNotFound, NotInReview, SubmissionOutdated)
    return (
        Operation(publishing.show_standing, any_of(Role.SELLER, Role.ADMIN, Role.MANAGER), (ProductNotFound,)),
        Operation(publishing.publish, _SELLING, (ProductNotFound, PlanUnclear, AttributesUnclear)),
        Operation(publishing.unpublish, _SELLING, (ProductNotFound, PlanUnclear)),
        Operation(publishing.archive, _SELLING, (ProductNotFound,)),
        Operation(moderating.list_waiting, _ORDERING),
        Operation(moderating.approve, _ORDERING, (*deciding, CategoryNotFound)),
        Operation(moderating.reject, _ORDERING, deciding),
        Operation(moderating.show_policy, _ORDERING),
        Operation(moderating.set_policy, _ORDERING),
        Operation(moderating.show_seller, _ORDERING),
        Operation(moderating.set_seller, _ORDERING, (SellerNotFound,)),
    )

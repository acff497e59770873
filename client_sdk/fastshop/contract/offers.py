"""Several sellers offer one product: each with a product of their own, which says of which it is an offer."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from fastshop.contract.base import GET, POST, Command, Conflict, Count, Cursor, Invalid, Limit, Money, Page
from fastshop.contract.catalog import Gtin, Price, Seller, Sku


class VariantOffer(Struct, frozen=True):
    """What one seller asks for a variant. ``id`` is what a cart takes: the seller's own variant.

    ``variant_id`` is the variant of the product that it is an offer of; the product's own seller's are themselves.
    """

    id: UUID
    variant_id: UUID
    product_id: UUID
    seller: Seller
    sku: str
    price: Money
    stock: int


class MakeOffer(Command[VariantOffer], frozen=True, tag="catalog.make_offer"):
    """Offer in the caller's shop what another sells: a variant picked by its id, or the one with this GTIN.

    The offer begins as a copy of title, pictures and all else, and is a product of the caller's shop from then on:
    it is edited, unpublished and archived as such. Sent again with the same id it answers the same.
    """

    http: ClassVar = POST("/offers")
    offer_id: UUID
    sku: Sku
    price: Price
    stock: Count = 0
    variant_id: UUID | None = None
    gtin: Gtin = ""


class ListOffers(Command[Page[VariantOffer]], frozen=True, tag="catalog.list_offers"):
    """Who sells a product, variant by variant in its order, the best offer of each first; or a ``variant_id`` of it.

    The best: what is in stock before what is not, then the lower price, then who has offered it longer. An offer in
    another currency than the product's comes after those in its own. Asked of an offer, it is its product's list, and
    of an offer's variant that of the variant it is an offer of.
    """

    http: ClassVar = GET("/products/{product_id}/offers")
    product_id: UUID
    variant_id: UUID | None = None
    cursor: Cursor = ""
    limit: Limit = 20


@dataclass(eq=False)
class OfferUnclear(Invalid):
    """An offer names either the variant or its GTIN."""

    code: ClassVar[str] = "catalog.offer_unclear"
    sentence: ClassVar[str] = "Name the variant or its GTIN, one of the two."
    field: str = "variant_id"


@dataclass(eq=False)
class AlreadyOffered(Conflict):
    """The caller's shop sells it already: ``offer_id`` is its variant."""

    code: ClassVar[str] = "catalog.already_offered"
    sentence: ClassVar[str] = "Your shop sells this already."
    offer_id: UUID

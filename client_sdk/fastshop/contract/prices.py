"""Price lists by currency and customer group with tiers, the history of prices, and taxes."""

from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.base import (
    DELETE,
    GET,
    POST,
    PUT,
    Command,
    Conflict,
    Done,
    Line,
    Money,
    NotFound,
    Quantity,
    Time,
)
from fastshop.contract.catalog import Price
from fastshop.contract.pricing import GroupName

TaxClass = Annotated[str, Meta(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$", max_length=50)]
Place = Annotated[str, Meta(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$", description="ISO 3166-1 or 3166-2")]


class PriceTier(Struct, frozen=True):
    """What a unit of a variant costs from so many units on, in a currency, for a group (null: everybody)."""

    id: UUID
    variant_id: UUID
    price: Money
    customer_group: str | None
    min_quantity: int
    valid_from: Time | None
    valid_until: Time | None


class ListPriceTiers(Command[tuple[PriceTier, ...]], frozen=True, tag="prices.list_tiers"):
    """The price list of a variant of the caller's shop, beside the price of the variant itself."""

    http: ClassVar = GET("/price-tiers")
    variant_id: UUID


class CreatePriceTier(Command[PriceTier], frozen=True, tag="prices.create_tier"):
    """Add a price to a variant's list. Sent again with the same id it answers the same."""

    http: ClassVar = POST("/price-tiers")
    tier_id: UUID
    variant_id: UUID
    price: Price
    customer_group: GroupName | None = None
    min_quantity: Quantity = 1
    valid_from: Time | None = None
    valid_until: Time | None = None


class EditPriceTier(Command[PriceTier], frozen=True, tag="prices.edit_tier"):
    """Change a price of a list, and when it holds."""

    http: ClassVar = PUT("/price-tiers/{tier_id}")
    tier_id: UUID
    price: Price
    valid_from: Time | None = None
    valid_until: Time | None = None


class DeletePriceTier(Command[Done], frozen=True, tag="prices.delete_tier"):
    """Take a price off a list."""

    http: ClassVar = DELETE("/price-tiers/{tier_id}")
    tier_id: UUID


class PricePoint(Struct, frozen=True):
    """What a variant cost from a moment on."""

    price: Money
    since: Time


class PriceHistory(Struct, frozen=True):
    """What a variant cost in the last year, the latest first.

    ``lowest`` is the lowest price of the 30 days before the present price came to hold, where that was a reduction
    (Directive 98/6/EC, Article 6a), otherwise of the last 30 days.
    """

    variant_id: UUID
    points: tuple[PricePoint, ...]
    lowest: Money


class ShowPriceHistory(Command[PriceHistory], frozen=True, tag="prices.show_history"):
    """What a variant that is for sale has cost."""

    http: ClassVar = GET("/variants/{variant_id}/price-history")
    variant_id: UUID


class Rate(Struct, frozen=True, forbid_unknown_fields=True):
    """A tax on goods of a class; ``rate`` is in millionths: 190000 is 19 %."""

    name: Line
    rate: Annotated[int, Meta(ge=0, le=1_000_000)]
    tax_class: TaxClass = "standard"
    valid_from: Time | None = None
    valid_until: Time | None = None


class Zone(Struct, frozen=True):
    """Where the same taxes hold. ``inclusive``: prices contain them."""

    id: UUID
    name: str
    places: tuple[str, ...]
    inclusive: bool
    rates: tuple[Rate, ...]


class ListTaxZones(Command[tuple[Zone, ...]], frozen=True, tag="taxes.list_zones"):
    """All tax zones with their rates."""

    http: ClassVar = GET("/tax-zones")


class SaveTaxZone(Command[Zone], frozen=True, tag="taxes.save_zone"):
    """Add a tax zone, or replace the one with this id. A place is in one zone only."""

    http: ClassVar = PUT("/tax-zones/{zone_id}")
    zone_id: UUID
    name: Line
    places: Annotated[tuple[Place, ...], Meta(min_length=1, max_length=300)]
    rates: Annotated[tuple[Rate, ...], Meta(max_length=100)]
    inclusive: bool


class DeleteTaxZone(Command[Done], frozen=True, tag="taxes.delete_zone"):
    """Remove a tax zone: no tax is charged there."""

    http: ClassVar = DELETE("/tax-zones/{zone_id}")
    zone_id: UUID


@dataclass(eq=False)
class TierNotFound(NotFound):
    """There is no such price in a list, or it is not the caller's."""

    code: ClassVar[str] = "prices.tier_not_found"
    sentence: ClassVar[str] = "There is no such price."


@dataclass(eq=False)
class TierTaken(Conflict):
    """The list has a price for this currency, group and number of units that begins at the same time."""

    code: ClassVar[str] = "prices.tier_taken"
    sentence: ClassVar[str] = "There is a price for this currency, group and number of units already."


@dataclass(eq=False)
class ZoneNotFound(NotFound):
    """There is no such tax zone."""

    code: ClassVar[str] = "taxes.zone_not_found"
    sentence: ClassVar[str] = "There is no such tax zone."


@dataclass(eq=False)
class PlaceTaken(Conflict):
    """Another tax zone has a place."""

    code: ClassVar[str] = "taxes.place_taken"
    sentence: ClassVar[str] = "{place} is in another tax zone."
    place: str
    field: str = "places"

"""The taxes in a price that was agreed on as a whole, such as a flash sale's: they do not change what is paid.

Who is exempt pays that price too, and none of it is tax.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import Money
from fastshop.contract.pricing import NoTax, Tax
from server.domains.pricing import queries, taxes
from server.domains.pricing.engine.taxing import Taxable, tax, zone_of
from server.domains.pricing.engine.words import Basket, Customer, Exemption, TaxZone
from server.domains.pricing.queries import Taxation
from server.kernel.database import Database


class Paid(Struct, frozen=True):
    """What somebody pays for units, taxes included, and where they go."""

    customer_id: UUID
    address: PostalAddress | None
    total: Money


class Contained(NamedTuple):
    """The taxes in a price, or why there are none where somebody is exempt."""

    taxes: tuple[Tax, ...]
    untaxed: NoTax | None = None


class ContainedTaxes:
    """Takes the taxes out of prices."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, variant_id: UUID, at: datetime, sales: Sequence[Paid]) -> list[Contained]:
        """The taxes in each sale of a variant; none where nobody has said where it goes. One look for all."""
        taxation = await queries.taxation(self._database, variant_id)
        exempt = await queries.exemptions(self._database, {sale.customer_id for sale in sales})
        zones = [replace(taxes.in_engine(zone), inclusive=True) for zone in await taxes.zones(self._database)]
        return [_contained(taxation, at, zones, sale, exempt.get(sale.customer_id, ())) for sale in sales]


def _contained(
    taxation: Taxation, at: datetime, zones: Sequence[TaxZone], sale: Paid, exemptions: tuple[Exemption, ...]
) -> Contained:
    seller_id, currency, place = taxation.seller_id, sale.total.currency, sale.address
    untaxed = {seller_id: taxation.untaxed_for} if taxation.untaxed_for else {}
    customer = Customer(
        country=place.country if place else "", region=place.region if place else "", exemptions=exemptions
    )
    basket = Basket(currency=currency, at=at, items=(), customer=customer, untaxed_sellers=untaxed)
    taxed = tax(basket, zone_of(zones, customer), [Taxable(seller_id, taxation.tax_class, sale.total.amount)])[0]
    found = tuple(Tax(name, rate, Money(part, currency)) for name, rate, part in taxed.taxes)
    return Contained(found, taxed.untaxed)

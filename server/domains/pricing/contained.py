"""The taxes in a price that was agreed on as a whole, such as a flash sale's: they do not change what is paid."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import Money
from fastshop.contract.pricing import Tax
from server.domains.pricing import queries, taxes
from server.domains.pricing.engine.taxing import Taxable, tax, zone_of
from server.domains.pricing.engine.words import Basket, Customer, TaxZone
from server.kernel.database import Database


class Paid(Struct, frozen=True):
    """What somebody pays for units, taxes included, and where they go."""

    address: PostalAddress | None
    total: Money


class ContainedTaxes:
    """Takes the taxes out of prices."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, variant_id: UUID, at: datetime, sales: Sequence[Paid]) -> list[tuple[Tax, ...]]:
        """The taxes in each sale of a variant; none where nobody has said where it goes."""
        seller_id, tax_class = await queries.taxation(self._database, variant_id)
        zones = [replace(taxes.in_engine(zone), inclusive=True) for zone in await taxes.zones(self._database)]
        return [_contained(Taxable(seller_id, tax_class, sale.total.amount), at, zones, sale) for sale in sales]


def _contained(amount: Taxable, at: datetime, zones: Sequence[TaxZone], sale: Paid) -> tuple[Tax, ...]:
    if sale.address is None:
        return ()
    customer = Customer(country=sale.address.country, region=sale.address.region)
    basket = Basket(currency=sale.total.currency, at=at, items=(), customer=customer)
    taxed = tax(basket, zone_of(zones, customer), [amount])[0]
    return tuple(Tax(name, rate, Money(part, sale.total.currency)) for name, rate, part in taxed.taxes)

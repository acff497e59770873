"""The taxes of the pricing engine as orders ask for them."""

from datetime import datetime
from uuid import UUID

from fastshop.contract.addresses import PostalAddress
from fastshop.contract.orders import OrderLine
from fastshop.contract.pricing import NoTax, Tax
from server.domains.pricing.contained import ContainedTaxes, Paid


class OrderTaxes:
    """See `server.domains.orders.ports.Taxes`."""

    def __init__(self, taxes: ContainedTaxes) -> None:
        self._taxes = taxes

    async def contained(
        self, customer_id: UUID, address: PostalAddress, at: datetime, line: OrderLine
    ) -> tuple[tuple[Tax, ...], NoTax | None]:
        """See the port."""
        (found,) = await self._taxes.of(line.variant_id, at, [Paid(customer_id, address, line.total)])
        return found

"""The taxes of the pricing engine as flash sales ask for them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from fastshop.contract.addresses import PostalAddress
from fastshop.contract.flash_sales import Claim
from fastshop.contract.pricing import NoTax, Tax
from server.domains.pricing.contained import ContainedTaxes, Paid


class SaleTaxes:
    """See `server.domains.flash_sales.ports.Taxes`."""

    def __init__(self, taxes: ContainedTaxes) -> None:
        self._taxes = taxes

    async def contained(
        self, variant_id: UUID, at: datetime, sales: Sequence[tuple[Claim, PostalAddress | None]]
    ) -> Sequence[tuple[tuple[Tax, ...], NoTax | None]]:
        """See the port."""
        paid = [Paid(claim.customer_id, address, claim.total) for claim, address in sales]
        return await self._taxes.of(variant_id, at, paid)

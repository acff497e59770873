"""Claims as what payments pay for: kept for one payment, at the price that was claimed."""

from uuid import UUID

from actors.flash_sale import KIND, StartPayment
from actors.runtime.ports import Asking
from fastshop.contract.base import Money
from fastshop.contract.flash_sales import ClaimNotFound
from fastshop.contract.payments import NotPayable
from server.domains.flash_sales.buying import Buying
from server.kernel.caller import Caller
from server.kernel.database import Database, Transaction

_SALE = """
SELECT sale.id, sale.limit_by FROM flash_sale_claims claim JOIN flash_sales sale ON sale.id = claim.sale_id
WHERE claim.id = $1
"""
_KEPT_FOR = "SELECT 1 FROM flash_sale_claims WHERE id = $1 AND payment_id = $2 AND state = 'paying'"


class PayableClaims:
    """Things of the kind ``claim``."""

    def __init__(self, database: Database, actors: Asking, buying: Buying) -> None:
        self._database = database
        self._actors = actors
        self._buying = buying

    async def start(self, thing_id: UUID, payment_id: UUID, caller: Caller) -> Money:
        """Keep the units for this payment; what they cost. Refused as `flash_sales.pay` is.

        Where the sale counts by card or address, both must be told beforehand: `NotPayable`.
        """
        row = await self._database.fetch_one(_SALE, thing_id)
        if row is None or caller.user_id is None:
            raise ClaimNotFound
        if row["limit_by"]:
            raise NotPayable
        message = StartPayment(thing_id, caller.user_id, payment_id)
        return (await self._actors.ask(KIND, row["id"], message)).total

    async def settle(self, thing_id: UUID) -> None:
        """Its payment may have an outcome: record it."""
        await self._buying.settle_claim(thing_id)

    async def waits_for(self, transaction: Transaction, thing_id: UUID, payment_id: UUID) -> bool:
        """Whether its units are kept for this payment. Once they are not, they never are again."""
        return await transaction.connection.fetchval(_KEPT_FOR, thing_id, payment_id) is not None

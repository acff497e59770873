"""How often one may be declined: nobody tries out stolen cards on a hold (SEC-12)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from fastshop.contract.base import RateLimited
from fastshop.contract.payments import PaymentDeclined
from server.domains.flash_sales.ports import Attempts

# In tries, seconds. Whoever has that many cards declined is not looking for their own.
_DECLINED = (20, 600)


class Tries:
    """Counts the cards that were declined when somebody paid for claims."""

    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts

    @asynccontextmanager
    async def paying(self, person: UUID) -> AsyncIterator[None]:
        """One more try to pay, which counts when the card is declined. Refused: `RateLimited`."""
        key = f"claims paid by {person}"
        if wait := await self._attempts.spend(key, *_DECLINED):
            raise RateLimited(wait)
        try:
            yield
        except PaymentDeclined:
            raise
        except BaseException:
            await self._attempts.give_back(key)
            raise
        await self._attempts.give_back(key)

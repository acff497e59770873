"""Extra limits on what moves money: who tries out cards or amounts has few tries."""

from fastshop.contract.base import RateLimited
from server.domains.payments.ports import Attempts
from server.kernel.caller import Caller

# In tries, seconds. A person pays seldom; an address may be many people's.
_PER_PERSON = (20, 60)
_PER_ADDRESS = (100, 60)


class Throttle:
    """Counts what one person, and one address, asks of payments."""

    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts

    async def spend(self, caller: Caller) -> None:
        """Use up a try. Refused when there is none left: `RateLimited`."""
        wait = 0
        if caller.user_id is not None:
            wait = await self._attempts.spend(f"payments by {caller.user_id}", *_PER_PERSON)
        if not wait and caller.address:
            wait = await self._attempts.spend(f"payments from {caller.address}", *_PER_ADDRESS)
        if wait:
            raise RateLimited(wait)

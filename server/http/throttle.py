"""How often one may ask over HTTP (SEC-08). What is dear or can be guessed at has further limits of its own."""

from fastshop.contract.base import RateLimited
from server.domains.accounts.ports import Attempts
from server.kernel.caller import Caller
from server.kernel.networks import network

_MINUTE = 60


class Throttle:
    """Counts requests of a minute: a person's together, with all their devices and keys; guests' by their network."""

    def __init__(self, attempts: Attempts, *, signed_in: int, guests: int) -> None:
        self._attempts = attempts
        self._signed_in = signed_in
        self._guests = guests

    async def admit(self, caller: Caller) -> None:
        """Count a request. Refused beyond the limit: `RateLimited`. A limit of 0 is none."""
        if caller.user_id is None:
            whose, limit = f"guest:{network(caller.address)}", self._guests
        else:
            whose, limit = f"person:{caller.user_id}", self._signed_in
        wait = await self._attempts.spend(f"http:{whose}", limit, _MINUTE) if limit else 0
        if wait:
            raise RateLimited(wait)

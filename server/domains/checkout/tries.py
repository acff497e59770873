"""How often one may begin a checkout and try to pay: nobody holds all the goods for free, nobody tries out cards."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastshop.contract.base import RateLimited
from server.domains.checkout.ports import Attempts
from server.kernel.caller import Caller
from server.kernel.networks import network

# In tries, seconds. Units are held for so long. An address may be many people's; what was bought does not count.
_BEGUN_BY_PERSON = (30, 15 * 60)
_BEGUN_FROM_ADDRESS = (200, 15 * 60)
# Who pays often without success is trying out cards.
_PAID = (100, 600)
# Whoever transfers the money has units held for days before any came.
_TRANSFERRED_BY_PERSON = (10, 24 * 3600)
_TRANSFERRED_FROM_ADDRESS = (50, 24 * 3600)


class Tries:
    """Counts what is begun and what is paid: by person, or else by address."""

    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts

    @asynccontextmanager
    async def holding(self, caller: Caller) -> AsyncIterator[None]:
        """One more checkout that holds units; given back if anything is raised inside. Refused: `RateLimited`."""
        await self._spend(_begun(caller), _BEGUN_BY_PERSON if caller.user_id else _BEGUN_FROM_ADDRESS)
        try:
            yield
        except BaseException:
            await self._attempts.give_back(_begun(caller))
            raise

    @asynccontextmanager
    async def paying(self, caller: Caller) -> AsyncIterator[None]:
        """One more try to pay, given back if nothing is raised inside. Refused: `RateLimited`."""
        await self._spend(_paid(caller), _PAID)
        yield
        await self._attempts.give_back(_paid(caller))

    async def transferring(self, caller: Caller) -> None:
        """One more transfer that is waited for. Refused: `RateLimited`."""
        allowed = _TRANSFERRED_BY_PERSON if caller.user_id else _TRANSFERRED_FROM_ADDRESS
        await self._spend(f"transfers promised by {_who(caller)}", allowed)

    async def bought(self, caller: Caller) -> None:
        """What was held is theirs: it does not count any more."""
        await self._attempts.give_back(_begun(caller))

    async def _spend(self, key: str, allowed: tuple[int, int]) -> None:
        if wait := await self._attempts.spend(key, *allowed):
            raise RateLimited(wait)


def _begun(caller: Caller) -> str:
    return f"checkouts begun by {_who(caller)}"


def _paid(caller: Caller) -> str:
    return f"checkouts paid by {_who(caller)}"


def _who(caller: Caller) -> object:
    return caller.user_id or network(caller.address)

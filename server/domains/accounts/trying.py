"""Tries are few: at passwords, at tokens, at having mail sent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastshop.contract.base import RateLimited
from server.domains.accounts.ports import Attempts
from server.kernel.networks import network

# OWASP: a few tries for one account, more for one address, which many people may share. A try that succeeds is none,
# but counts until it has. In tries, seconds.
_TRIES_PER_ACCOUNT = (10, 15 * 60)
_TRIES_PER_ADDRESS = (200, 15 * 60)


@dataclass(frozen=True, slots=True)
class Allowance:
    """How often something may be done in a while: ``count`` times in ``seconds``."""

    what: str
    count: int
    seconds: int


class Trying:
    """Lets people try, so often."""

    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts

    @asynccontextmanager
    async def password(self, email: str, address: str) -> AsyncIterator[None]:
        """A try at the password of an account, given back if nothing is raised inside. Refused: `RateLimited`."""
        tries = f"login:account:{email}", f"login:address:{network(address)}"
        waits = await asyncio.gather(
            self._attempts.spend(tries[0], *_TRIES_PER_ACCOUNT), self._attempts.spend(tries[1], *_TRIES_PER_ADDRESS)
        )
        if any(waits):
            raise RateLimited(max(waits))
        yield
        await asyncio.gather(*(self._attempts.give_back(one) for one in tries))

    async def spend(self, allowance: Allowance, whose: object) -> None:
        """Use up one of the times that somebody may do this. Refused: `RateLimited`."""
        wait = await self._attempts.spend(f"{allowance.what}:{whose}", allowance.count, allowance.seconds)
        if wait:
            raise RateLimited(wait)

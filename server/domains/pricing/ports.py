"""What prices depend on that others know."""

from typing import Protocol
from uuid import UUID

from server.domains.pricing.engine.words import Customer


class Customers(Protocol):
    """Who knows the customers."""

    async def customer(self, user_id: UUID | None) -> Customer:
        """What prices depend on of a person, but where they are; None is a guest."""
        ...


class Attempts(Protocol):
    """Counts tries, so that nobody has endless ones."""

    async def spend(self, what: str, allowed: int, seconds: int) -> int:
        """Use up one of the tries ``allowed`` in ``seconds``; 0 when there was one, else seconds until the next."""
        ...

    async def give_back(self, what: str) -> None:
        """Count a spent try as never made."""
        ...

"""What prices depend on that others know."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from fastshop.contract.base import Unavailable
from server.domains.pricing.engine.words import Customer


@dataclass(eq=False)
class RegisterAway(Unavailable):
    """The register of VAT numbers cannot say now. The job tries again."""

    code = "vat_register_away"
    sentence = "The register of VAT numbers does not answer."


class VatRegister(Protocol):
    """Who knows which VAT numbers are registered."""

    async def knows(self, number: str) -> bool:
        """Whether a number of the EU, in its compact form, is registered now. Refused: `RegisterAway`."""
        ...


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

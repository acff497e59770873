"""What sellers need from outside."""

from collections.abc import Collection
from typing import Protocol
from uuid import UUID

from fastshop.contract.base import Page
from fastshop.contract.catalog import ProductCard, Rating
from server.kernel.database import Transaction


class Person(Protocol):
    """Somebody with an account."""

    @property
    def email(self) -> str:
        """Their address, as addresses are compared."""
        ...

    @property
    def seller_id(self) -> UUID | None:
        """The seller they work for, as its owner or not."""
        ...


class People(Protocol):
    """Who knows the people."""

    async def hold(self, transaction: Transaction, user_id: UUID) -> Person:
        """A person, who starts working for nobody else until the transaction ends."""
        ...

    async def make_owner(self, transaction: Transaction, user_id: UUID, seller_id: UUID) -> None:
        """Let a person who is held own a seller."""
        ...

    async def changed(self, user_ids: Collection[UUID]) -> None:
        """After the commit: these people may do something else now, on all their devices."""
        ...


class Goods(Protocol):
    """Who knows what a seller sells."""

    async def rating(self, seller_id: UUID) -> Rating:
        """What reviews say of all its products."""
        ...

    async def for_sale(self, seller_id: UUID, cursor: str, limit: int) -> Page[ProductCard]:
        """What it has for sale now, the newest first."""
        ...

    async def tell(self, seller_id: UUID) -> None:
        """Tell the watchers of its products what those are now."""
        ...


class Sales(Protocol):
    """Who knows the flash sales."""

    async def call_off(self, seller_id: UUID) -> None:
        """Call off what a seller has planned or running."""
        ...


class Attempts(Protocol):
    """Counts tries, so that nobody has endless ones."""

    async def spend(self, what: str, allowed: int, seconds: int) -> int:
        """Use up one of the tries ``allowed`` in ``seconds``; 0 when there was one, else seconds until the next."""
        ...

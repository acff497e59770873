"""What reviews need of others."""

from collections.abc import Collection
from typing import Protocol
from uuid import UUID

from fastshop.contract.catalog import Rating
from server.kernel.database import Transaction


class Ratings(Protocol):
    """The products, and the stars that are kept with them."""

    async def lock(self, transaction: Transaction, product_id: UUID) -> None:
        """Nobody else rates or edits the product until the transaction ends."""
        ...

    async def lock_for_sale(self, transaction: Transaction, product_id: UUID) -> Collection[UUID]:
        """The same for a product that is for sale; whoever offers it. Refused otherwise: `ProductNotFound`."""
        ...

    async def family(self, product_id: UUID) -> Collection[UUID]:
        """The product with all others that offer the same."""
        ...

    async def count(self, transaction: Transaction, product_id: UUID, was: int | None, now: int | None) -> None:
        """One review moved from so many stars to so many; None where it did not count, or counts no more."""
        ...

    async def of(self, product_id: UUID) -> Rating:
        """What reviews say of a product that is for sale. Refused otherwise: `ProductNotFound`."""
        ...


class Purchases(Protocol):
    """What people have bought."""

    async def bought(self, customer_id: UUID, product_ids: Collection[UUID], asked: UUID) -> UUID | None:
        """Which of these products the customer has an order with, not cancelled: the one asked for, or the latest."""
        ...

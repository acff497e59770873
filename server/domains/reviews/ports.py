"""What reviews need of others."""

from typing import Protocol
from uuid import UUID

from fastshop.contract.catalog import Rating
from server.kernel.database import Transaction


class Ratings(Protocol):
    """The products, and the stars that are kept with them."""

    async def lock(self, transaction: Transaction, product_id: UUID) -> None:
        """Nobody else rates or edits the product until the transaction ends."""
        ...

    async def lock_for_sale(self, transaction: Transaction, product_id: UUID) -> UUID:
        """The same for a product that is for sale; its seller. Refused otherwise: `ProductNotFound`."""
        ...

    async def count(self, transaction: Transaction, product_id: UUID, was: int | None, now: int | None) -> None:
        """One review moved from so many stars to so many; None where it did not count, or counts no more."""
        ...

    async def of(self, product_id: UUID) -> Rating:
        """What reviews say of a product that is for sale. Refused otherwise: `ProductNotFound`."""
        ...


class Purchases(Protocol):
    """What people have bought."""

    async def has_bought(self, customer_id: UUID, product_id: UUID) -> bool:
        """Whether the customer has an order, not cancelled, with this product in it."""
        ...

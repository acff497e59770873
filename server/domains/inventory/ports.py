"""What stock by location needs of the goods."""

from typing import Protocol
from uuid import UUID

from server.kernel.database import Transaction


class Units(Protocol):
    """All units of a variant, wherever they are."""

    async def lock(self, transaction: Transaction, variant_id: UUID) -> UUID | None:
        """Whose the variant is; its level stays as it is until the transaction ends, but for who locked it."""
        ...

    async def move(self, transaction: Transaction, variant_id: UUID, quantity: int, why: bytes) -> bool:
        """Add units or, below zero, take them; ``why`` is what the ledger says of it. False: there are fewer."""
        ...

    async def alert(self, transaction: Transaction, variant_id: UUID) -> None:
        """Tell the seller when the variant is low now and was not before."""
        ...

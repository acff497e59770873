"""Whom people work for: the seller that they own, or the one whose staff they are."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from fastshop.contract.accounts import WrongCredentials
from server.domains.accounts.ending import Ending
from server.kernel.database import Transaction

_HOLD = "SELECT email, seller_id FROM users WHERE id = $1 FOR UPDATE"
_WORKS_FOR = "SELECT seller_id FROM seller_staff WHERE user_id = $1"
_MAKE_OWNER = """
UPDATE users SET seller_id = $2, roles = CASE WHEN 'seller' = any(roles) THEN roles ELSE roles || '{seller}' END
WHERE id = $1
"""


class Shopkeeper(NamedTuple):
    """Somebody with an account, and the seller they work for."""

    email: str
    seller_id: UUID | None


class Shopkeepers:
    """Lets people own sellers."""

    def __init__(self, ending: Ending) -> None:
        self._ending = ending

    async def hold(self, transaction: Transaction, user_id: UUID) -> Shopkeeper:
        """A person, who starts working for nobody else until the transaction ends. Refused: `WrongCredentials`."""
        row = await transaction.connection.fetchrow(_HOLD, user_id)
        if row is None:
            raise WrongCredentials
        # In a statement of its own: the lock may have waited for whoever has just joined a seller.
        joined = await transaction.connection.fetchval(_WORKS_FOR, user_id)
        return Shopkeeper(row["email"], row["seller_id"] or joined)

    async def make_owner(self, transaction: Transaction, user_id: UUID, seller_id: UUID) -> None:
        """Let a person who is held own a seller."""
        await transaction.connection.execute(_MAKE_OWNER, user_id, seller_id)

    async def changed(self, user_ids: Collection[UUID]) -> None:
        """After the commit: these people may do something else now, on all their devices."""
        await self._ending.changed(user_ids)

"""Who asks about what came of an order: somebody with an account, or whoever has the key of a guest's order."""

from typing import Any, Protocol
from uuid import UUID

from msgspec import Struct

from fastshop.contract.accounts import Role
from fastshop.contract.orders import GUEST_ORDER
from fastshop.contract.returns import ReturnSide
from server.kernel.caller import Caller
from server.kernel.channel import hashed
from server.kernel.database import Database

_ORDER = "SELECT id FROM orders WHERE guest_key_hash = $1"
_HASH = "SELECT guest_key_hash FROM orders WHERE id = $1"


class Matter(Protocol):
    """A return or a dispute."""

    @property
    def order_id(self) -> UUID:
        """What it is about."""
        ...

    @property
    def customer_id(self) -> UUID | None:
        """Who bought; None for a guest."""
        ...

    @property
    def seller_id(self) -> UUID:
        """Who sold."""
        ...


class Asker(Struct, frozen=True):
    """Who asks. ``guests_order`` is the order whose key they have, where it is a guest's."""

    caller: Caller
    guests_order: UUID | None = None

    @property
    def person(self) -> UUID | None:
        """As whom it is written down; None for a guest, even one who is signed in as somebody."""
        return None if self.guests_order is not None else self.caller.user_id

    def bought(self, order_id: UUID, customer_id: UUID | None) -> bool:
        """Whether this customer's order, or a guest's, is theirs."""
        if customer_id is None:
            return self.guests_order == order_id
        return self.caller.user_id == customer_id

    def side_of(self, matter: Matter) -> ReturnSide | None:
        """As whom they stand to a matter; None for strangers. Who is a side of it is no manager of it."""
        if self.bought(matter.order_id, matter.customer_id):
            return ReturnSide.CUSTOMER
        if self.caller.seller_id == matter.seller_id:
            return ReturnSide.SELLER
        return ReturnSide.MANAGER if self.caller.is_any(Role.ADMIN, Role.MANAGER) else None


async def asker(database: Database, caller: Caller, order_key: UUID | None) -> Asker:
    """Who asks. A key that opens nothing adds nothing."""
    return Asker(caller) if order_key is None else Asker(caller, await order_of(database, order_key))


async def order_of(database: Database, order_key: UUID) -> UUID | None:
    """The guest's order that this is the key of."""
    row: Any = await database.fetch_one(_ORDER, hashed(order_key))
    return None if row is None else row["id"]


async def guests_channels(database: Database, matter: Matter) -> tuple[str, ...]:
    """Where a guest watches what happens to it; none for who has an account."""
    if matter.customer_id is not None:
        return ()
    row = await database.fetch_one(_HASH, matter.order_id)
    assert row is not None
    return (GUEST_ORDER.of(row["guest_key_hash"]),)

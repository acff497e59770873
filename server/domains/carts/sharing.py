"""Links to carts: whoever knows one may look and copy, and never learns whose it is."""

from uuid import UUID, uuid5

from actors.user import UserActor
from fastshop.contract.base import IdReused
from fastshop.contract.carts import (
    Cart,
    CartEmpty,
    CartShare,
    CopyCart,
    ShareCart,
    SharedCart,
    ShareNotFound,
    ShowSharedCart,
    UnshareCart,
)
from server.domains.carts import rows, rules
from server.domains.carts.editing import Editing
from server.domains.carts.ports import Goods
from server.domains.carts.reading import Reading, address
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database

# An empty cart may have no row to refer to.
_SHARE = """
INSERT INTO cart_shares (id, cart_id, created_at)
SELECT $1, $2, $3 WHERE EXISTS (SELECT FROM cart_items WHERE cart_id = $2)
ON CONFLICT (id) DO NOTHING RETURNING created_at
"""
_SHARED = "SELECT cart_id, created_at FROM cart_shares WHERE id = $1"
_UNSHARE = "DELETE FROM cart_shares WHERE id = $1 AND cart_id = $2 RETURNING created_at"
# After a guest has signed in the link shows where the goods went.
_FOLLOWED = """
SELECT coalesce(carts.moved_to, carts.id) AS cart_id
FROM cart_shares share JOIN carts ON carts.id = share.cart_id WHERE share.id = $1
"""


class Sharing:
    """Links to carts."""

    def __init__(self, database: Database, reading: Reading, editing: Editing, goods: Goods, clock: Clock) -> None:
        self._database = database
        self._reading = reading
        self._editing = editing
        self._goods = goods
        self._clock = clock

    async def share(self, command: ShareCart, caller: Caller) -> CartShare:
        """Make a link."""
        cart_id, share_id = address(command.cart_id, caller), command.share_id
        await self._reading.check(cart_id, caller)
        made = await self._database.fetch_one(_SHARE, share_id, cart_id, self._clock.now())
        known = made or await self._database.fetch_one(_SHARED, share_id)
        if known is None:
            raise CartEmpty
        if made is None and known["cart_id"] != cart_id:
            raise IdReused
        return CartShare(share_id, known["created_at"])

    async def unshare(self, command: UnshareCart, caller: Caller) -> CartShare:
        """End a link."""
        cart_id = address(command.cart_id, caller)
        await self._reading.check(cart_id, caller)
        ended = await self._database.fetch_one(_UNSHARE, command.share_id, cart_id)
        if ended is None:
            raise ShareNotFound
        return CartShare(command.share_id, ended["created_at"])

    async def shared(self, command: ShowSharedCart, _caller: Caller) -> SharedCart:
        """What a link shows."""
        cart = await self._behind(command.share_id)
        return rules.shared(cart.contents(), await self._goods.offers(cart.lines))

    async def copy(self, command: CopyCart, caller: Caller) -> Cart:
        """Put what a link shows into one's own cart."""
        lines = (await self._behind(command.share_id)).contents().lines
        edit_ids = [uuid5(command.copy_id, str(line.variant_id)) for line in lines]
        return await self._editing.copy(lines, edit_ids, command.cart_id, caller)

    async def _behind(self, share_id: UUID) -> UserActor:
        async with self._database.reading():
            found = await self._database.fetch_one(_FOLLOWED, share_id)
            if found is None:
                raise ShareNotFound
            cart, _ = await rows.read(self._database, found["cart_id"])
            return cart

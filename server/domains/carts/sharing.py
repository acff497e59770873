"""Links to carts: whoever knows one may look and copy, and never learns whose it is."""

from uuid import UUID, uuid5

from actors.user import UserActor
from fastshop.contract.base import IdReused
from fastshop.contract.carts import (
    MOST_SHARES,
    Cart,
    CartEmpty,
    CartShare,
    CopyCart,
    ListCartShares,
    ShareCart,
    SharedCart,
    ShareNotFound,
    ShowSharedCart,
    TooManyShares,
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
# What shows a cart: links to it and, where it is a person's, to those that they had as a guest. These are no more that
# guest's to see: they show the person's.
_THEIRS = "cart_id IN (SELECT id FROM carts WHERE id = $1 AND moved_to IS NULL OR moved_to = $1)"
_LIST = f"SELECT id, created_at FROM cart_shares WHERE {_THEIRS} ORDER BY created_at DESC, id"  # noqa: S608 - a constant
_SHARED = "SELECT cart_id, created_at FROM cart_shares WHERE id = $1"
_UNSHARE = f"DELETE FROM cart_shares WHERE id = $2 AND {_THEIRS} RETURNING created_at"  # noqa: S608 - a constant
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
        await self._check_room(cart_id, share_id)
        made = await self._database.fetch_one(_SHARE, share_id, cart_id, self._clock.now())
        known = made or await self._database.fetch_one(_SHARED, share_id)
        if known is None:
            raise CartEmpty
        if made is None and known["cart_id"] != cart_id:
            raise IdReused
        return CartShare(share_id, known["created_at"])

    async def shares(self, command: ListCartShares, caller: Caller) -> tuple[CartShare, ...]:
        """The links that show the cart."""
        cart_id = address(command.cart_id, caller)
        await self._reading.check(cart_id, caller)
        return tuple(CartShare(**row) for row in await self._database.fetch(_LIST, cart_id))

    async def unshare(self, command: UnshareCart, caller: Caller) -> CartShare:
        """End a link."""
        cart_id = address(command.cart_id, caller)
        await self._reading.check(cart_id, caller)
        ended = await self._database.fetch_one(_UNSHARE, cart_id, command.share_id)
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

    async def _check_room(self, cart_id: UUID, share_id: UUID) -> None:
        """Refuse one link too many; one that is there already is no other. Refused: `TooManyShares`."""
        shares = [row["id"] for row in await self._database.fetch(_LIST, cart_id)]
        if len(shares) >= MOST_SHARES and share_id not in shares:
            raise TooManyShares(MOST_SHARES)

    async def _behind(self, share_id: UUID) -> UserActor:
        async with self._database.reading():
            found = await self._database.fetch_one(_FOLLOWED, share_id)
            if found is None:
                raise ShareNotFound
            cart, _ = await rows.read(self._database, found["cart_id"])
            return cart

"""Looking at carts, without waking anybody."""

from datetime import datetime, timedelta
from uuid import UUID

from actors.user import UserActor
from fastshop.contract.base import Page
from fastshop.contract.cart_recovery import LETTERS_WITHIN_DAYS
from fastshop.contract.carts import AbandonedCart, Cart, CartNeeded, CartNotFound, CartState, ListAbandoned, ShowCart
from server.domains.carts import rows, rules
from server.domains.carts.ports import Goods
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database
from server.kernel.page import decode_cursor, page_of

_OWNER = "SELECT id FROM users WHERE id = $1"
_ABANDONED = """
SELECT user_id, (SELECT count(*) FROM cart_items WHERE cart_id = carts.id) AS lines, changed_at, abandoned_at,
    coalesce((SELECT name FROM users WHERE id = user_id), '') AS name, letter.*, carts.id
FROM carts, LATERAL (
    SELECT count(*) AS letters, max(sent_at) AS reminded_at FROM cart_letters
    WHERE cart_id = carts.id AND written_at > $4
) letter
WHERE abandoned_at IS NOT NULL AND ($1::timestamptz IS NULL OR (abandoned_at, carts.id) < ($1, $2))
    AND EXISTS (SELECT FROM cart_items WHERE cart_id = carts.id)
ORDER BY abandoned_at DESC, carts.id DESC LIMIT $3
"""


class Reading:
    """Carts as they are now."""

    def __init__(self, database: Database, goods: Goods, clock: Clock) -> None:
        self._database = database
        self._goods = goods
        self._clock = clock

    async def show(self, command: ShowCart, caller: Caller) -> Cart:
        """The caller's cart, or a guest's."""
        cart_id = address(command.cart_id, caller)
        cart, _ = await rows.read(self._database, cart_id)
        if cart.owner is not None and cart.owner != caller.user_id:
            raise CartNotFound
        return await self._priced(cart)

    async def check(self, cart_id: UUID, caller: Caller) -> None:
        """Refuse whoever asks for the cart of another person: `CartNotFound`."""
        if cart_id != caller.user_id and await self._database.fetch_one(_OWNER, cart_id) is not None:
            raise CartNotFound

    async def state(self, cart_id: UUID) -> CartState:
        """What a watcher starts from; inside a reading."""
        return CartState(time=self._clock.now(), cart=await self._read(cart_id))

    async def abandoned(self, command: ListAbandoned, _caller: Caller) -> Page[AbandonedCart]:
        """Carts that were left."""
        after, cart_id = decode_cursor(command.cursor, tuple[datetime, UUID]) or (None, None)
        counted = self._clock.now() - timedelta(days=LETTERS_WITHIN_DAYS)
        found = await self._database.fetch(_ABANDONED, after, cart_id, command.limit + 1, counted)
        kept, following = page_of(found, command.limit, lambda row: (row["abandoned_at"], row["id"]))
        return Page(tuple(AbandonedCart(*row[:-1]) for row in kept), following)

    async def _read(self, cart_id: UUID) -> Cart:
        cart, _ = await rows.read(self._database, cart_id)
        return await self._priced(cart)

    async def _priced(self, cart: UserActor) -> Cart:
        return rules.cart(cart.contents(), await self._goods.offers(cart.lines))


def address(cart_id: UUID | None, caller: Caller) -> UUID:
    """Which cart is meant. Refused for a guest who names none: `CartNeeded`."""
    named = cart_id or caller.user_id
    if named is None:
        raise CartNeeded
    return named

"""What is written about a cart that was left, and sending it.

What sellers call their goods stands in one line each: nobody but the shop lays out a letter.
"""

from contextlib import suppress
from uuid import UUID

from actors.user import UserActor
from fastshop.contract.cart_recovery import CartInUse, CartLetterWritten, NobodyToRemind
from fastshop.contract.carts import Cart, CartNotFound
from server.domains.carts import rows, rules
from server.domains.carts.ports import Goods
from server.domains.carts.recovering import PURPOSE, Recovering
from server.kernel.clock import Clock
from server.kernel.database import Database
from server.kernel.keyed import Keyed
from server.kernel.mail import Mail, Mailer
from server.kernel.writing import amount, flat

# The page on which letters are ended or wanted again.
CHOICE = "/cart/reminders"
# Where a mail program ends them: not below a page, which the router would not find any more.
END = "/letters/carts/end"
# So many goods are named.
_MOST_NAMED = 10

_UNSENT = "SELECT cart_id FROM cart_letters WHERE id = $1 AND sent_at IS NULL"
_SENT = "UPDATE cart_letters SET sent_at = $2 WHERE id = $1"


class CartLetters:
    """Sends letters. Refused while mail cannot be sent: `MailDelayed`."""

    def __init__(
        self,
        database: Database,
        recovering: Recovering,
        goods: Goods,
        mailer: Mailer,
        keyed: Keyed,
        clock: Clock,
        origin: str,
    ) -> None:
        self._database = database
        self._recovering = recovering
        self._goods = goods
        self._mailer = mailer
        self._keyed = keyed
        self._clock = clock
        self._origin = origin

    async def send(self, event: CartLetterWritten) -> None:
        """Send a letter, unless its reason is gone: the cart is taken up again, ordered, or no letters are wanted."""
        letter = await self._database.fetch_one(_UNSENT, event.letter_id)
        if letter is None:
            return
        with suppress(CartNotFound, CartInUse, NobodyToRemind):
            found = await self._recovering.reachable(letter["cart_id"])
            cart = await self._priced((await rows.read(self._database, letter["cart_id"]))[0])
            if cart.units:
                await self._mailer.send(self._mail(cart, event.letter_id, found.email))
                await self._database.fetch(_SENT, event.letter_id, self._clock.now())

    async def _priced(self, cart: UserActor) -> Cart:
        return rules.cart(cart.contents(), await self._goods.offers(cart.lines))

    def _mail(self, cart: Cart, letter_id: UUID, to: str) -> Mail:
        token = self._keyed.named(PURPOSE, letter_id)
        text, end = self._text(cart, token), f"{self._origin}{END}/{token}"
        return Mail(letter_id, to, "Your cart is waiting for you", text, end)

    def _text(self, cart: Cart, token: str) -> str:
        named = [
            f"{line.quantity} × {flat(line.title)}: {amount(line.total.amount, line.total.currency)}"
            for line in cart.lines
            if line.total is not None
        ]
        more = len(named) - _MOST_NAMED
        goods = "\n".join([*named[:_MOST_NAMED], *([f"and {more} more"] if more > 0 else [])])
        return (
            f"You have left something in your cart:\n\n{goods}\n\n"
            "Nothing is reserved, and prices are those of today. Go on here, on any device:\n\n"
            f"{self._origin}/cart/restore#token={token}\n\n"
            "Whoever has this link sees the cart. Do you want no such letters? Say so here:\n\n"
            f"{self._origin}{CHOICE}#token={token}\n"
        )

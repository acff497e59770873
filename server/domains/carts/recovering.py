"""Carts that were left are written about, and come back by the letter's link.

A letter is a row, written once for what asks for it; a job sends it if its reason still holds then. The row names
nobody: whom to write to is looked up when it is sent.
"""

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from actors.runtime.ports import Asking
from actors.user import KIND, MergeGuestCart
from fastshop.contract.base import IdReused
from fastshop.contract.cart_recovery import (
    LETTERS_WITHIN_DAYS,
    MOST_LETTERS,
    CartInUse,
    CartLetter,
    CartLetterWritten,
    CartReminders,
    ChooseReminders,
    EnoughLetters,
    LetterInvalid,
    NobodyToRemind,
    RecoverCart,
    RestoreCart,
)
from fastshop.contract.carts import Cart, CartAbandoned, CartNotFound, ShowCart
from server.domains.carts import rows
from server.domains.carts.queries import Standing, standing
from server.domains.carts.reading import Reading, address
from server.kernel.audit import note
from server.kernel.caller import GUEST, Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.keyed import Keyed

_WITHIN = timedelta(days=LETTERS_WITHIN_DAYS)
PURPOSE = "cart letter"

# Whoever else writes about this cart waits: the letters are counted one after another.
_LOCK = "SELECT FROM carts WHERE id = $1 FOR UPDATE"
_FOUND = "SELECT cart_id, written_at, sent_at FROM cart_letters WHERE id = $1"
_WRITE = "INSERT INTO cart_letters (id, cart_id, addressee, asked_by, written_at) VALUES ($1, $2, $3, $4, $5)"
_BEHIND = """
SELECT letter.id, addressee, coalesce(moved_to, carts.id) AS cart_id
FROM cart_letters letter JOIN carts ON carts.id = letter.cart_id WHERE letter.id = $1 AND written_at > $2
"""
_RESTORED = "UPDATE cart_letters SET restored_at = coalesce(restored_at, $2), restored_into = $3 WHERE id = $1"
_REFUSED = "SELECT FROM cart_letter_refusals WHERE addressee = $1"
_REFUSE = "INSERT INTO cart_letter_refusals (addressee, refused_at) VALUES ($1, $2) ON CONFLICT DO NOTHING"
_WANT = "DELETE FROM cart_letter_refusals WHERE addressee = $1"


class Recovering:
    """Letters about carts, and the way back from them."""

    def __init__(self, database: Database, actors: Asking, reading: Reading, keyed: Keyed, clock: Clock) -> None:
        self._database = database
        self._actors = actors
        self._reading = reading
        self._keyed = keyed
        self._clock = clock

    async def left(self, event: CartAbandoned) -> None:
        """A cart was left: write to whose it is, where that may be."""
        letter_id = uuid5(event.cart_id, event.time.isoformat())
        with suppress(CartNotFound, CartInUse, EnoughLetters, NobodyToRemind):
            async with self._database.transaction() as transaction:
                await self._write(transaction, letter_id, event.cart_id, None)

    async def recover(self, command: RecoverCart, caller: Caller) -> CartLetter:
        """Write by hand."""
        async with self._database.transaction() as transaction:
            letter = await self._write(transaction, command.letter_id, command.cart_id, caller.person)
            subject = str(command.cart_id)
            await note(transaction, self._clock.now(), caller, "carts.recover", subject, letter=str(letter.id))
            return letter

    async def reachable(self, cart_id: UUID) -> Standing:
        """A cart that may be written about now. Refused: `CartNotFound`, `CartInUse`, `NobodyToRemind`."""
        found = await standing(self._database, cart_id, self._clock.now() - _WITHIN)
        if found is None:
            raise CartNotFound
        if not found.is_left:
            raise CartInUse
        if not found.email or await self._database.fetch_one(_REFUSED, self._addressee(found)) is not None:
            raise NobodyToRemind
        return found

    async def restore(self, command: RestoreCart, caller: Caller) -> Cart:
        """Bring a cart into the caller's on this device."""
        letter, target = await self._behind(command.token), address(command.cart_id, caller)
        if letter["cart_id"] != target:
            source, _ = await rows.read(self._database, letter["cart_id"])
            await self._actors.ask(KIND, target, MergeGuestCart(caller.user_id, source.contents().lines))
        shown = await self._reading.show(ShowCart(cart_id=target), caller)
        await self._database.fetch(_RESTORED, letter["id"], self._clock.now(), target)
        return shown

    async def choose(self, command: ChooseReminders, _caller: Caller) -> CartReminders:
        """End letters, or have them again."""
        addressee = (await self._behind(command.token))["addressee"]
        if command.wanted:
            await self._database.fetch(_WANT, addressee)
        else:
            await self._database.fetch(_REFUSE, addressee, self._clock.now())
        return CartReminders(command.wanted)

    async def end(self, token: str) -> CartReminders:
        """End letters for whom the one with this token was sent to. Refused: `LetterInvalid`."""
        return await self.choose(ChooseReminders(token=token, wanted=False), GUEST)

    async def _write(
        self, transaction: Transaction, letter_id: UUID, cart_id: UUID, asked_by: UUID | None
    ) -> CartLetter:
        await transaction.connection.execute(_LOCK, cart_id)
        known = await self._database.fetch_one(_FOUND, letter_id)
        if known is not None:
            if known["cart_id"] != cart_id:
                raise IdReused
            return CartLetter(letter_id, known["written_at"], known["sent_at"])
        found, now = await self.reachable(cart_id), self._clock.now()
        if asked_by is not None and found.user_id is None:
            raise CartNotFound  # who knows the id of a guest's cart has the cart: it is told to nobody
        if found.letters >= MOST_LETTERS:
            raise EnoughLetters(MOST_LETTERS, LETTERS_WITHIN_DAYS)
        await transaction.connection.execute(_WRITE, letter_id, cart_id, self._addressee(found), asked_by, now)
        transaction.emit(CartLetterWritten(time=now, letter_id=letter_id))
        return CartLetter(letter_id, now, None)

    async def _behind(self, token: str) -> Any:
        """The letter with this token, and the cart that its goods are in now. Refused: `LetterInvalid`."""
        letter_id = self._keyed.subject_of(PURPOSE, token)
        row = letter_id and await self._database.fetch_one(_BEHIND, letter_id, self._clock.now() - _WITHIN)
        if row is None:
            raise LetterInvalid
        return row

    def _addressee(self, found: Standing) -> str:
        """Who is written to, in a word that no address can be read from."""
        return found.user_id.hex if found.user_id else self._keyed.of("cart letters", found.email)

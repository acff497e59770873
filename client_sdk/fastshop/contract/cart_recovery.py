"""Carts that were left: letters that remind of them, the way back to one, and what came of it.

A cart is written about four hours after its last edit, after a day and after three days: to the verified address of its
owner, or to the one that a guest has given at the checkout. Every letter leads to the page that ends them.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.base import GET, POST, PUT, Command, Conflict, Event, Money, NotFound, Time
from fastshop.contract.carts import Cart, GuestCart

# However often it is left and taken up again, and however often somebody asks for a letter by hand.
MOST_LETTERS = 3
LETTERS_WITHIN_DAYS = 30
# An order is the work of a letter if it was begun in these days after it.
RECOVERED_WITHIN_DAYS = 7

LetterToken = Annotated[str, Meta(min_length=1, max_length=200, description="out of the letter's link")]


class CartLetter(Struct, frozen=True):
    """A letter about a cart that was left. ``sent_at`` null: it is on its way, or its reason is gone."""

    id: UUID
    written_at: Time
    sent_at: Time | None


class CartReminders(Struct, frozen=True):
    """Whether letters about carts are wanted."""

    wanted: bool


class CartRecovery(Struct, frozen=True):
    """What became of letters that were sent in a time: a table of the office.

    ``carts`` were written about with ``letters``; ``restored`` counts carts that were brought back by a letter's link,
    ``orders`` and ``revenue`` (one for each currency, shipping and taxes with it) what was ordered from them in time.
    ``refusals`` counts who wants no such letters, at all times. ``waiting``: carts that are left now.
    """

    since: Time
    carts: int
    letters: int
    restored: int
    orders: int
    revenue: tuple[Money, ...]
    refusals: int
    waiting: int


class RecoverCart(Command[CartLetter], frozen=True, tag="carts.recover"):
    """Remind a person of the cart they have left, by hand; it has their id. Sent again it answers the same."""

    http: ClassVar = POST("/carts/{cart_id}/recover")
    cart_id: UUID
    letter_id: UUID


class RestoreCart(Command[Cart], frozen=True, tag="carts.restore"):
    """Bring a cart back on this device: what a letter is about comes into the cart of who follows its link.

    Goods in both keep the larger quantity. Followed again it changes nothing.
    """

    http: ClassVar = POST("/cart/restore")
    token: LetterToken
    cart_id: GuestCart = None


class ChooseReminders(Command[CartReminders], frozen=True, tag="carts.choose_reminders"):
    """Say whether letters about carts are wanted, by one of them: it speaks for whom it was sent to."""

    http: ClassVar = PUT("/cart/reminders")
    token: LetterToken
    wanted: bool


class ShowRecovery(Command[CartRecovery], frozen=True, tag="carts.recovery"):
    """What the letters of the last days have brought."""

    http: ClassVar = GET("/carts/recovery")
    days: Annotated[int, Meta(ge=1, le=366)] = 30


class CartLetterWritten(Event, frozen=True, tag="carts.letter_written"):
    """A letter about a cart is to be sent."""

    letter_id: UUID


@dataclass(eq=False)
class CartInUse(Conflict):
    """The cart is empty, somebody is still busy with it, or what was in it was ordered."""

    code: ClassVar[str] = "carts.in_use"
    sentence: ClassVar[str] = "This cart was not left: there is nothing to remind of."


@dataclass(eq=False)
class NobodyToRemind(Conflict):
    """No verified address is known, the account is disabled, or no such letters are wanted there."""

    code: ClassVar[str] = "carts.nobody_to_remind"
    sentence: ClassVar[str] = "Nobody may be written to about this cart."


@dataclass(eq=False)
class EnoughLetters(Conflict):
    """About one cart so many letters are sent, and no more for a while."""

    code: ClassVar[str] = "carts.enough_letters"
    sentence: ClassVar[str] = "About this cart {most} letters went out in the last {days} days. That is enough."
    most: int
    days: int


@dataclass(eq=False)
class LetterInvalid(NotFound):
    """No letter of ours has this link, or it is older than 30 days."""

    code: ClassVar[str] = "carts.letter_invalid"
    sentence: ClassVar[str] = "This link is too old, or not whole."

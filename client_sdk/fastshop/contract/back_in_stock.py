"""Being told when what is sold out is there again: asked for once, told once."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from fastshop.contract.accounts import Email
from fastshop.contract.base import DELETE, GET, POST, Command, Conflict, Done, Event, Invalid, Time


class BackInStockWish(Struct, frozen=True):
    """Somebody wants to be told when a variant is in stock again."""

    id: UUID
    product_id: UUID
    variant_id: UUID
    asked_at: Time


class AskBackInStock(Command[BackInStockWish], frozen=True, tag="back_in_stock.ask"):
    """Ask to be told once when a sold out variant is there again: by mail, and live for who is signed in.

    A guest says the ``email`` to write to; whoever is signed in is written to at their account's. Sent again it answers
    the same. Whoever waits for the variant already is told once all the same.
    """

    http: ClassVar = POST("/products/{product_id}/back-in-stock")
    product_id: UUID
    wish_id: UUID
    variant_id: UUID
    email: Email | None = None


class ListBackInStock(Command[tuple[BackInStockWish, ...]], frozen=True, tag="back_in_stock.list"):
    """What the caller waits for, the latest first, two hundred at most."""

    http: ClassVar = GET("/back-in-stock")


class WithdrawBackInStock(Command[Done], frozen=True, tag="back_in_stock.withdraw"):
    """Be told no more. A guest's wish is known by its id alone; of a wish that is not there nothing is said."""

    http: ClassVar = DELETE("/back-in-stock/{wish_id}")
    wish_id: UUID


class Restocked(Event, frozen=True, tag="back_in_stock.restocked"):
    """A variant that somebody waited for is there again; a job writes to who asked."""

    product_id: UUID
    variant_id: UUID


class BackInStock(Event, frozen=True, tag="back_in_stock.told"):
    """What this person waited for is there again. Told once."""

    wish_id: UUID
    product_id: UUID
    variant_id: UUID
    title: str
    slug: str


@dataclass(eq=False)
class StillInStock(Conflict):
    """There is no need to wait: ``left`` units are there."""

    code: ClassVar[str] = "back_in_stock.still_there"
    sentence: ClassVar[str] = "It is in stock."
    left: int


@dataclass(eq=False)
class RecipientNeeded(Invalid):
    """A guest says an e-mail to be written to."""

    code: ClassVar[str] = "back_in_stock.recipient_needed"
    sentence: ClassVar[str] = "To which e-mail address shall we write?"
    field: str = "email"

"""How the shop does: what was sold, what it kept of that, who has come. Counted when somebody asks."""

from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from fastshop.contract.base import GET, Command, Money, Time

Days = Annotated[int, Meta(ge=1, le=366, description="so many days until now, the first one whole (UTC)")]


class FiguresOfDay(Struct, frozen=True):
    """A day (UTC), from ``begins`` on. ``revenue`` is what was paid for its orders, ``refunded`` what went back in it.

    ``commission`` is what the shop kept of sales, less what it gave back of them. One amount for each currency.
    """

    begins: Time
    orders: int
    new_people: int
    revenue: tuple[Money, ...]
    refunded: tuple[Money, ...]
    commission: tuple[Money, ...]


class Figures(Struct, frozen=True):
    """The figures of some days, the oldest first, and of all of them together. ``people`` have an account now.

    ``fulfilled`` is how many of the sellers' parts that had to be sent were, in basis points, as in
    `orders.performance`; null while there is nothing to tell from.
    """

    asked_at: Time
    people: int
    orders: int
    new_people: int
    revenue: tuple[Money, ...]
    refunded: tuple[Money, ...]
    commission: tuple[Money, ...]
    fulfilled: int | None
    days: tuple[FiguresOfDay, ...]


class ShowFigures(Command[Figures], frozen=True, tag="ledger.figures"):
    """How the shop did in the last days: for managers and admins."""

    http: ClassVar = GET("/figures")
    days: Days = 30

"""The cart: one for a person on all their devices, one for each guest who begins one. Nothing is reserved by it.

A person's cart has their id. A guest's has one that the guest's program made at random: who knows it has the cart, so
it is kept like a password. Devices edit it offline too: every edit has an id and the moment it was made, and says what
its device had seen by then. Adding wins over a removal that did not know of it; of two quantities the later one stays.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.base import (
    DELETE,
    GET,
    POST,
    PUT,
    Channel,
    ChannelKind,
    Command,
    Conflict,
    Cursor,
    Event,
    Invalid,
    Limit,
    Money,
    NotFound,
    Page,
    Time,
)

MOST_LINES = 100
MOST_SHARES = 20
MOST_UNITS = 999

CartQuantity = Annotated[int, Meta(ge=1, le=MOST_UNITS)]
GuestCart = Annotated[UUID | None, Meta(description="a guest's cart; none for the caller's own")]
EditedAt = Annotated[Time | None, Meta(description="when the edit was made on the device; none for now")]
Revision = Annotated[int, Meta(ge=0, le=2**53)]
Seen = Annotated[
    Revision | None, Meta(description="the `revision` that the device had seen; none for whatever it is now")
]


class Notice(StrEnum):
    """What is to be told about a line.

    ``PRICE_CHANGED``: it costs something else than when it was put in. ``SHORT``: there are fewer in stock. ``GONE``:
    it is not sold any more.
    """

    PRICE_CHANGED = "price_changed"
    SHORT = "short"
    GONE = "gone"


class CartLine(Struct, frozen=True):
    """Goods in a cart. ``price`` is what one costs now, ``noted`` what it did when it was put in.

    Where the goods are ``GONE``, ``price`` and ``total`` are null.
    """

    variant_id: UUID
    quantity: int
    noted: Money
    product_id: UUID | None = None
    seller_id: UUID | None = None
    title: str = ""
    image_url: str = ""
    sku: str = ""
    options: dict[str, str] = {}
    price: Money | None = None
    total: Money | None = None
    stock: int = 0
    notices: tuple[Notice, ...] = ()


class LeftOutReason(StrEnum):
    """Why an edit was left out: the goods are not sold (any more), or the cart is full."""

    GONE = "gone"
    FULL = "full"


class LeftOut(Struct, frozen=True):
    """An edit that did not come into the cart."""

    edit_id: UUID
    variant_id: UUID
    reason: LeftOutReason


class Cart(Struct, frozen=True):
    """A cart at the catalog's present prices. ``revision`` rises with every edit.

    ``units`` and ``totals`` (one for each currency) count what is still sold. ``moved`` says that the guest signed in:
    the goods are in the account's cart. ``left_out`` are edits of the command that is answered.
    """

    id: UUID
    revision: int = 0
    lines: tuple[CartLine, ...] = ()
    units: int = 0
    totals: tuple[Money, ...] = ()
    moved: bool = False
    left_out: tuple[LeftOut, ...] = ()


class SharedCart(Struct, frozen=True):
    """Somebody's cart as a link shows it: what is in it now, not whose it is."""

    lines: tuple[CartLine, ...]
    units: int
    totals: tuple[Money, ...]


class CartShare(Struct, frozen=True):
    """A link to a cart. Whoever knows ``id`` may look."""

    id: UUID
    created_at: Time


class AbandonedCart(Struct, frozen=True):
    """A cart that was left with goods in it. ``user_id`` is null for a guest's, ``name`` whose it is.

    ``letters`` counts those of the last 30 days that remind of it, ``reminded_at`` is when the last one went out.
    """

    user_id: UUID | None
    lines: int
    changed_at: Time
    abandoned_at: Time
    name: str = ""
    letters: int = 0
    reminded_at: Time | None = None


class EditKind(StrEnum):
    """What an edit does: put units in, say how many there are, take the goods out."""

    ADD = "add"
    SET = "set"
    REMOVE = "remove"


class CartEdit(Struct, frozen=True, forbid_unknown_fields=True):
    """An edit made on a device. Sent twice it counts once. A removal has no use for ``quantity``."""

    id: UUID
    kind: EditKind
    variant_id: UUID
    edited_at: Time
    quantity: CartQuantity = 1


Edits = Annotated[tuple[CartEdit, ...], Meta(min_length=1, max_length=200)]


class ShowCart(Command[Cart], frozen=True, tag="carts.show"):
    """The caller's cart, or a guest's. One that nobody has put anything in is empty."""

    http: ClassVar = GET("/cart")
    cart_id: GuestCart = None


class AddToCart(Command[Cart], frozen=True, tag="carts.add"):
    """Put units of a variant into the cart, on top of those in it."""

    http: ClassVar = POST("/cart/items")
    edit_id: UUID
    variant_id: UUID
    quantity: CartQuantity = 1
    cart_id: GuestCart = None


class SetQuantity(Command[Cart], frozen=True, tag="carts.set_quantity"):
    """Say how many units of a variant are in the cart."""

    http: ClassVar = PUT("/cart/items/{variant_id}")
    variant_id: UUID
    edit_id: UUID
    quantity: CartQuantity
    edited_at: EditedAt = None
    seen: Seen = None
    cart_id: GuestCart = None


class RemoveFromCart(Command[Cart], frozen=True, tag="carts.remove"):
    """Take a variant out of the cart. What was added on a device unseen by this one stays."""

    http: ClassVar = DELETE("/cart/items/{variant_id}")
    variant_id: UUID
    edit_id: UUID
    seen: Seen = None
    cart_id: GuestCart = None


class ClearCart(Command[Cart], frozen=True, tag="carts.clear"):
    """Take everything out that this device has seen."""

    http: ClassVar = DELETE("/cart")
    edit_id: UUID
    seen: Seen = None
    cart_id: GuestCart = None


class EditCart(Command[Cart], frozen=True, tag="carts.edit"):
    """What was done on a device while it was offline, in its order. What does not fit is left out and told."""

    http: ClassVar = POST("/cart/edits")
    edits: Edits
    seen: Seen = None
    cart_id: GuestCart = None


class MergeCart(Command[Cart], frozen=True, tag="carts.merge"):
    """Bring a guest's cart into the caller's own. Goods in both keep the larger quantity. Sent twice it counts once.

    Where not all find room, those that were edited last do. The others are told in ``left_out`` and stay in the guest's
    cart, which can be brought along again once there is room.
    """

    http: ClassVar = POST("/cart/merge")
    cart_id: UUID


class ShareCart(Command[CartShare], frozen=True, tag="carts.share"):
    """Make a link that shows the cart. Its id is the caller's to make, at random: who knows it may look."""

    http: ClassVar = POST("/cart/shares")
    share_id: UUID
    cart_id: GuestCart = None


class ListCartShares(Command[tuple[CartShare, ...]], frozen=True, tag="carts.shares"):
    """The links that show the cart, the latest first: also those that a guest made before signing in."""

    http: ClassVar = GET("/cart/shares")
    cart_id: GuestCart = None


class UnshareCart(Command[CartShare], frozen=True, tag="carts.unshare"):
    """End a link to the cart."""

    http: ClassVar = DELETE("/cart/shares/{share_id}")
    share_id: UUID
    cart_id: GuestCart = None


class ShowSharedCart(Command[SharedCart], frozen=True, tag="carts.shared"):
    """What a link shows."""

    http: ClassVar = GET("/cart/shared/{share_id}")
    share_id: UUID


class CopyCart(Command[Cart], frozen=True, tag="carts.copy"):
    """Put what a link shows into one's own cart, on top of what is in it. Sent twice it counts once."""

    http: ClassVar = POST("/cart/shared/{share_id}/copy")
    share_id: UUID
    copy_id: UUID
    cart_id: GuestCart = None


class ListAbandoned(Command[Page[AbandonedCart]], frozen=True, tag="carts.abandoned"):
    """Carts that were left with goods in them, the latest first."""

    http: ClassVar = GET("/carts/abandoned")
    cursor: Cursor = ""
    limit: Limit = 20


class CartState(Event, frozen=True, tag="carts.state"):
    """The cart as it is now."""

    cart: Cart


class CartAbandoned(Event, frozen=True, tag="cart.abandoned"):
    """Nobody has touched a cart with goods in it for a while. It is told three times at most until somebody does."""

    cart_id: UUID
    user_id: UUID | None
    variants: tuple[UUID, ...]
    nth: int = 1


class CartExpired(Event, frozen=True, tag="cart.expired"):
    """Nobody has touched a cart for so long that it was emptied."""

    cart_id: UUID
    user_id: UUID | None


CART = Channel(
    "cart:{cart_id}",
    ChannelKind.STATE,
    "One cart, live on every tab and device. A person's only they may watch; a guest's whoever knows its id.",
    CartState,
    (CartState,),
)


@dataclass(eq=False)
class CartNeeded(Invalid):
    """A guest has no cart of their own to mean: the id of one must be named."""

    code: ClassVar[str] = "carts.needed"
    sentence: ClassVar[str] = "Say which cart, or sign in."
    field: str = "cart_id"


@dataclass(eq=False)
class CartNotFound(NotFound):
    """There is no such cart, or it is somebody else's."""

    code: ClassVar[str] = "carts.not_found"
    sentence: ClassVar[str] = "There is no such cart."


@dataclass(eq=False)
class CartMoved(Conflict):
    """The guest has signed in: the goods are in the account's cart, and edits go there."""

    code: ClassVar[str] = "carts.moved"
    sentence: ClassVar[str] = "What was in this cart is in your account's cart now."


@dataclass(eq=False)
class CartFull(Conflict):
    """The cart has as many different goods as it may have."""

    code: ClassVar[str] = "carts.full"
    sentence: ClassVar[str] = "The cart is full: it takes {most} different goods."
    most: int


@dataclass(eq=False)
class CartEmpty(Conflict):
    """There is nothing in the cart."""

    code: ClassVar[str] = "carts.empty"
    sentence: ClassVar[str] = "There is nothing in this cart."


@dataclass(eq=False)
class TooManyShares(Conflict):
    """As many links show the cart as may. End one first."""

    code: ClassVar[str] = "carts.too_many_shares"
    sentence: ClassVar[str] = "{most} links show this cart already. End one of them first."
    most: int


@dataclass(eq=False)
class ShareNotFound(NotFound):
    """There is no such link (any more)."""

    code: ClassVar[str] = "carts.share_not_found"
    sentence: ClassVar[str] = "This link shows no cart."

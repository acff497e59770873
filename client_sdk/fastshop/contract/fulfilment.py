"""What happens to an order once it is placed: accepted or rejected, sent in parts, delivered; cancelled, corrected.

Every change carries an id that its program made: sent twice it counts once. It names the ``version`` it builds on: of
two people who act at once one wins, and the other is told `OrderChanged`. Money for what is cancelled goes back by
itself, to the cent: the parts of an order add up to what was paid for it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import GET, POST, PUT, Command, Conflict, Count, Cursor, Invalid, Limit, NotFound, Page
from fastshop.contract.carts import Cart
from fastshop.contract.orders import Order
from fastshop.contract.seller_orders import ChangeNote, LineUnits, OrderState, SellerOrder, TimelineEntry

OrderVersion = Annotated[int, Meta(ge=1, le=2**31 - 1, description="the order's `version` that this builds on")]
PartVersion = Annotated[int, Meta(ge=1, le=2**31 - 1, description="the `version` of the seller's part")]
Units = Annotated[tuple[LineUnits, ...], Meta(max_length=100, description="none for all that is left")]
Reason = Annotated[str, Meta(min_length=1, max_length=1000)]


class NewQuantity(Struct, frozen=True, forbid_unknown_fields=True):
    """How many units of a line are wanted from now on; 0 for none."""

    line_id: UUID
    quantity: Count


class NewStatus(StrEnum):
    """What a manager may have happen to all parts of an order that allow it."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class OrderTracking(Struct, frozen=True):
    """Where an order is: its parts, with their parcels."""

    order_id: UUID
    number: str
    state: OrderState
    parts: tuple[SellerOrder, ...]


class SellerPerformance(Struct, frozen=True):
    """How a seller does, over orders of the last 90 days. Rates are in basis points: 9750 is 97.5 %.

    ``fulfilled`` is how many of the parts that had to be sent were, ``accepted`` how many were not rejected or left
    lying, ``cancelled`` how many units the seller did not send. They and ``score`` (0 to 100, of 60 % fulfilment,
    20 % acceptance, 20 % reviews) are null while there is nothing to tell from. ``stars`` times 100 is the mean rating.
    """

    seller_id: UUID
    orders: int
    accepted: int | None
    fulfilled: int | None
    cancelled: int | None
    stars: int | None
    reviews: int
    score: int | None


class CancelOrder(Command[Order], frozen=True, tag="orders.cancel"):
    """Cancel units that are not sent, or all that the caller still may. Their money goes back.

    A customer may until the seller has accepted them; a seller their own, a manager or an admin any, until they are
    sent.
    """

    http: ClassVar = POST("/orders/{order_id}/cancel")
    order_id: UUID
    change_id: UUID
    version: OrderVersion
    lines: Units = ()
    note: ChangeNote = ""


class CancelGuestOrder(Command[Order], frozen=True, tag="orders.cancel_guest"):
    """Cancel units of a guest's order, by its key, as a customer may."""

    http: ClassVar = POST("/guest-orders/{order_key}/cancel")
    order_key: UUID
    change_id: UUID
    version: OrderVersion
    lines: Units = ()
    note: ChangeNote = ""


class EditOrder(Command[Order], frozen=True, tag="orders.edit"):
    """Lower quantities, whose difference goes back, and correct the address, as long as cancelling would be allowed.

    Quantities are never raised, and the address stays in its country and state: nothing becomes dearer. A seller
    corrects the address only of an order that is all theirs. Where nobody has said the address yet it may be said until
    something is sent; the taxes that the price contains are known from then on.
    """

    http: ClassVar = PUT("/orders/{order_id}")
    order_id: UUID
    change_id: UUID
    version: OrderVersion
    lines: Annotated[tuple[NewQuantity, ...], Meta(max_length=100)] = ()
    address: PostalAddress | None = None
    note: ChangeNote = ""


class EditGuestOrder(Command[Order], frozen=True, tag="orders.edit_guest"):
    """Lower quantities of a guest's order and correct its address, by its key, as a customer may: see `orders.edit`."""

    http: ClassVar = PUT("/guest-orders/{order_key}")
    order_key: UUID
    change_id: UUID
    version: OrderVersion
    lines: Annotated[tuple[NewQuantity, ...], Meta(max_length=100)] = ()
    address: PostalAddress | None = None
    note: ChangeNote = ""


class NoteOnOrder(Command[Order], frozen=True, tag="orders.note"):
    """Write a note into the timeline: to one seller of the order, or to all. A seller's is for the customer."""

    http: ClassVar = POST("/orders/{order_id}/notes")
    order_id: UUID
    change_id: UUID
    note: Reason
    seller_id: UUID | None = None


class ListOrderEvents(Command[Page[TimelineEntry]], frozen=True, tag="orders.events"):
    """What happened to an order since it was placed, the oldest first; to a seller what concerns them."""

    http: ClassVar = GET("/orders/{order_id}/events")
    order_id: UUID
    cursor: Cursor = ""
    limit: Limit = 50


class ListGuestOrderEvents(Command[Page[TimelineEntry]], frozen=True, tag="orders.events_guest"):
    """What happened to a guest's order, by its key."""

    http: ClassVar = GET("/guest-orders/{order_key}/events")
    order_key: UUID
    cursor: Cursor = ""
    limit: Limit = 50


class TrackOrder(Command[OrderTracking], frozen=True, tag="orders.track"):
    """Where an order is."""

    http: ClassVar = GET("/orders/{order_id}/tracking")
    order_id: UUID


class SetOrderStatus(Command[Order], frozen=True, tag="orders.set_status"):
    """Accept, cancel or call delivered whatever of an order can be."""

    http: ClassVar = PUT("/orders/{order_id}/status")
    order_id: UUID
    change_id: UUID
    version: OrderVersion
    status: NewStatus
    note: ChangeNote = ""


class Reorder(Command[Cart], frozen=True, tag="orders.reorder"):
    """Put what was ordered into the caller's cart again. What is not sold any more is told in ``left_out``."""

    http: ClassVar = POST("/orders/{order_id}/reorder")
    order_id: UUID
    change_id: UUID


class ShowSellerOrder(Command[Order], frozen=True, tag="orders.show_for_seller"):
    """The caller's shop's part of an order."""

    http: ClassVar = GET("/seller/orders/{order_id}")
    order_id: UUID


class AcceptOrder(Command[Order], frozen=True, tag="orders.accept"):
    """Accept the part of an order that is the caller's shop's: it will be sent."""

    http: ClassVar = POST("/seller/orders/{order_id}/accept")
    order_id: UUID
    change_id: UUID
    version: PartVersion
    note: ChangeNote = ""


class RejectOrder(Command[Order], frozen=True, tag="orders.reject"):
    """Refuse a part that was not accepted: all of it is cancelled, and its money goes back."""

    http: ClassVar = POST("/seller/orders/{order_id}/reject")
    order_id: UUID
    change_id: UUID
    version: PartVersion
    note: Reason


class ShipOrder(Command[Order], frozen=True, tag="orders.ship"):
    """Say that a parcel is on its way: so many units, or all that are left. The part must be accepted."""

    http: ClassVar = POST("/seller/orders/{order_id}/ship")
    order_id: UUID
    shipment_id: UUID
    version: PartVersion
    lines: Units = ()
    carrier: Annotated[str, Meta(max_length=100)] = ""
    tracking_number: Annotated[str, Meta(max_length=100)] = ""
    note: ChangeNote = ""


class DeliverOrder(Command[Order], frozen=True, tag="orders.deliver"):
    """Say that a parcel has arrived, or all that are on their way."""

    http: ClassVar = POST("/seller/orders/{order_id}/deliver")
    order_id: UUID
    change_id: UUID
    version: PartVersion
    parcel_id: UUID | None = None
    note: ChangeNote = ""


class ShowPerformance(Command[SellerPerformance], frozen=True, tag="orders.performance"):
    """How a seller does."""

    http: ClassVar = GET("/sellers/{seller_id}/performance")
    seller_id: UUID


@dataclass(eq=False)
class OrderChanged(Conflict):
    """Somebody changed it meanwhile: it is at ``version`` now. Look again, and decide again."""

    code: ClassVar[str] = "orders.changed"
    sentence: ClassVar[str] = "The order has changed meanwhile. Look again."
    version: int


@dataclass(eq=False)
class NotInThisState(Conflict):
    """The order, or the part of it that is meant, is not where this can be done: ``state`` says where it is."""

    code: ClassVar[str] = "orders.not_in_this_state"
    sentence: ClassVar[str] = "This cannot be done now: it is {state}."
    state: str


@dataclass(eq=False)
class OrderGivenBack(Conflict):
    """All money of the order went back: nothing of it is to be sent. Cancel it, and the units are in stock again."""

    code: ClassVar[str] = "orders.given_back"
    sentence: ClassVar[str] = "The money of this order went back. Do not send it."


@dataclass(eq=False)
class UnknownLine(NotFound):
    """The order has no such line, or it is another seller's."""

    code: ClassVar[str] = "orders.unknown_line"
    sentence: ClassVar[str] = "There is no such line in this order."
    line_id: UUID


@dataclass(eq=False)
class TooManyUnits(Conflict):
    """Only ``left`` units of this line are left to be sent or cancelled."""

    code: ClassVar[str] = "orders.too_many_units"
    sentence: ClassVar[str] = "Only {left} units of this line are left."
    line_id: UUID
    left: int


@dataclass(eq=False)
class LineNamedTwice(Invalid):
    """A line is named twice."""

    code: ClassVar[str] = "orders.line_named_twice"
    sentence: ClassVar[str] = "Name each line once."
    line_id: UUID
    field: str = "lines"


@dataclass(eq=False)
class OnlyLower(Conflict):
    """A quantity may be lowered only: ``quantity`` is what it is. Order what is missing anew."""

    code: ClassVar[str] = "orders.only_lower"
    sentence: ClassVar[str] = "A quantity can only be lowered: it is {quantity}. Order what is missing anew."
    line_id: UUID
    quantity: int


@dataclass(eq=False)
class AddressElsewhere(Conflict):
    """Taxes and shipping were worked out for where it goes: the address must stay in its country and state."""

    code: ClassVar[str] = "orders.address_elsewhere"
    sentence: ClassVar[str] = "The address must stay in its country and state. Cancel, and order anew."
    field: str = "address"


@dataclass(eq=False)
class AddressFixed(Conflict):
    """What was bought was limited by address: it goes where it was said to go, or is cancelled."""

    code: ClassVar[str] = "orders.address_fixed"
    sentence: ClassVar[str] = "This offer was limited by address: the order can only go where you said."
    field: str = "address"


@dataclass(eq=False)
class NothingChanges(Invalid):
    """Nothing is asked for that is not so already."""

    code: ClassVar[str] = "orders.nothing_changes"
    sentence: ClassVar[str] = "This changes nothing."


@dataclass(eq=False)
class SellerNotInOrder(NotFound):
    """No line of the order is this seller's."""

    code: ClassVar[str] = "orders.seller_not_in_order"
    sentence: ClassVar[str] = "This seller has no part in the order."


@dataclass(eq=False)
class ParcelNotFound(NotFound):
    """This part of the order has no such parcel."""

    code: ClassVar[str] = "orders.parcel_not_found"
    sentence: ClassVar[str] = "There is no such parcel."

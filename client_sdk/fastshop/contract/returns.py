"""Returns: goods that come back (a return merchandise authorisation), and the money or the other goods for them.

A return is of one seller's lines of one order: requested, approved or rejected, sent, received, then refunded or
exchanged. Units are never returned twice, and never more goes back for a line than was paid for it. What came in an
exchange may be returned as well.

Whoever has the key of a guest's order asks as its customer.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import (
    GET,
    POST,
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
    Quantity,
    Time,
)
from fastshop.contract.evidence import EvidenceAdded, EvidenceMade
from fastshop.contract.sides import GuestOrderKey as GuestOrderKey
from fastshop.contract.sides import ReturnSide as ReturnSide

ReturnWords = Annotated[str, Meta(max_length=2000)]
ReturnReply = Annotated[str, Meta(min_length=1, max_length=2000)]
TrackingNumber = Annotated[str, Meta(min_length=1, max_length=100, description="the carrier's number of the parcel")]


class ReturnReason(StrEnum):
    """Why goods come back. ``UNWANTED``: the customer has changed their mind."""

    DAMAGED = "damaged"
    DEFECTIVE = "defective"
    WRONG_ITEM = "wrong_item"
    NOT_AS_DESCRIBED = "not_as_described"
    ARRIVED_LATE = "arrived_late"
    UNWANTED = "unwanted"
    OTHER = "other"


class ReturnState(StrEnum):
    """Where a return stands. ``REFUNDING``: the money is on its way.

    Rejected, cancelled, refunded and exchanged are final.
    """

    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    SENT = "sent"
    RECEIVED = "received"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    EXCHANGED = "exchanged"


class WantedReturn(Struct, frozen=True, forbid_unknown_fields=True):
    """Units of an order's line that are to go back; ``exchange_for`` another variant of the same product, or money.

    ``replaced_in`` is the return in whose exchange these units came, where they did.
    """

    line_id: UUID
    quantity: Quantity
    exchange_for: UUID | None = None
    replaced_in: UUID | None = None


class ReceivedUnits(Struct, frozen=True, forbid_unknown_fields=True):
    """How many units of a line came, and how many of them can be sold again: those go back into stock."""

    line_id: UUID
    quantity: Annotated[int, Meta(ge=0, le=1_000_000)]
    resellable: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


class ReturnLine(Struct, frozen=True):
    """Units of a line on their way back. ``received`` is null until they came, ``resellable`` went back into stock.

    ``worth`` is what was paid for them: discount, tax and all.
    """

    line_id: UUID
    variant_id: UUID
    title: str
    quantity: int
    exchange_for: UUID | None
    worth: Money
    received: int | None
    resellable: int
    replaced_in: UUID | None = None


class Return(Struct, frozen=True):
    """A return. ``number`` is what is written on the parcel.

    ``decision`` is why it was rejected; ``tracking`` is the customer's parcel, ``replacement_tracking`` the seller's.
    ``worth`` is that of its lines, ``refunded`` what goes back; ``failure`` is the gateway's code where a refund
    failed: another may be tried. ``customer_id`` is null for a guest. ``send_to`` is where the goods go, once it is
    approved and as far as the seller has said it.
    """

    id: UUID
    number: str
    order_id: UUID
    seller_id: UUID
    customer_id: UUID | None
    state: ReturnState
    reason: ReturnReason
    words: str
    lines: tuple[ReturnLine, ...]
    decision: str
    tracking: str
    replacement_tracking: str
    worth: Money
    refunded: Money
    refund_id: UUID | None
    failure: str
    requested_at: Time
    updated_at: Time
    send_to: PostalAddress | None = None


class RequestReturn(Command[Return], frozen=True, tag="returns.request"):
    """Ask to give units of one seller of an order back, or to have them exchanged. They must have been delivered.

    An exchange is for something of the same price or less; a difference is given back. Sent again with the same id it
    answers the same return as it is now.
    """

    http: ClassVar = POST("/returns")
    return_id: UUID
    order_id: UUID
    lines: Annotated[tuple[WantedReturn, ...], Meta(min_length=1, max_length=100)]
    reason: ReturnReason
    words: ReturnWords = ""
    order_key: GuestOrderKey = None


class ListReturns(Command[Page[Return]], frozen=True, tag="returns.list"):
    """The caller's returns, the newest first: as a customer, as a seller those to their shop, as a manager all.

    ``seller_id`` leaves those to one seller, which is the caller's own where they ask as a seller.
    """

    http: ClassVar = GET("/returns")
    side: ReturnSide = ReturnSide.CUSTOMER
    state: ReturnState | None = None
    order_id: UUID | None = None
    seller_id: UUID | None = None
    cursor: Cursor = ""
    limit: Limit = 20


class ListGuestReturns(Command[Page[Return]], frozen=True, tag="returns.list_guest"):
    """The returns of a guest's order, the newest first."""

    http: ClassVar = GET("/guest-orders/{order_key}/returns")
    order_key: UUID
    cursor: Cursor = ""
    limit: Limit = 20


class ShowReturn(Command[Return], frozen=True, tag="returns.show"):
    """One return: to its customer, its seller, managers and admins."""

    http: ClassVar = GET("/returns/{return_id}")
    return_id: UUID
    order_key: GuestOrderKey = None


class ApproveReturn(Command[Return], frozen=True, tag="returns.approve"):
    """Authorise a return: the customer may send the goods. For its seller, or a manager."""

    http: ClassVar = POST("/returns/{return_id}/approve")
    return_id: UUID


class RejectReturn(Command[Return], frozen=True, tag="returns.reject"):
    """Refuse a return whose goods did not come, and why. The customer may open a dispute about it."""

    http: ClassVar = POST("/returns/{return_id}/reject")
    return_id: UUID
    reason: ReturnReply


class CancelReturn(Command[Return], frozen=True, tag="returns.cancel"):
    """Keep the goods after all. Its customer may, until they are received."""

    http: ClassVar = POST("/returns/{return_id}/cancel")
    return_id: UUID
    order_key: GuestOrderKey = None


class SendReturn(Command[Return], frozen=True, tag="returns.send"):
    """Say that the parcel is on its way to the seller. Its customer may, once the return is approved."""

    http: ClassVar = POST("/returns/{return_id}/send")
    return_id: UUID
    tracking: TrackingNumber
    order_key: GuestOrderKey = None


class ReceiveReturn(Command[Return], frozen=True, tag="returns.receive"):
    """Say which units came, and which of them can be sold again. Lines that are not named came whole, none resellable.

    What did not come is the customer's again: they may return it anew.
    """

    http: ClassVar = POST("/returns/{return_id}/receive")
    return_id: UUID
    lines: Annotated[tuple[ReceivedUnits, ...], Meta(max_length=100)] = ()


class RefundReturn(Command[Return], frozen=True, tag="returns.refund"):
    """Give the money for what was received back: all of it, or a part. A return that was to be an exchange as well.

    Where the customer has withdrawn from all of the seller's part within 14 days, as unwanted, all of it includes what
    was paid for sending, at most as the cheapest way that was offered (Directive 2011/83/EU, Art. 13).
    """

    http: ClassVar = POST("/returns/{return_id}/refund")
    return_id: UUID
    refund_id: UUID
    amount: Money | None = None


class ExchangeReturn(Command[Return], frozen=True, tag="returns.exchange"):
    """Set aside the other goods for what was received, and give a difference in price back under ``refund_id``.

    Refused where they are not in stock: then refund.
    """

    http: ClassVar = POST("/returns/{return_id}/exchange")
    return_id: UUID
    refund_id: UUID


class ShipReplacement(Command[Return], frozen=True, tag="returns.ship_replacement"):
    """Say that the other goods of an exchange are on their way."""

    http: ClassVar = POST("/returns/{return_id}/ship")
    return_id: UUID
    tracking: TrackingNumber


class ReturnRequested(Event, frozen=True, tag="returns.requested"):
    """A customer asked to give units back. The log is kept for ever, so it has no words: look at the return."""

    rma: Return


class ReturnMoved(Event, frozen=True, tag="returns.moved"):
    """A return came into another state, or the parcel with the replacement left.

    It is as it was just then, without ``words``, ``decision`` and ``send_to``.
    """

    rma: Return


RETURN = Channel(
    "return:{return_id}",
    ChannelKind.LOG,
    "A return, live. Its customer, its seller, managers and admins may watch.",
    Return,
    (ReturnRequested, ReturnMoved, EvidenceAdded, EvidenceMade),
)


@dataclass(eq=False)
class ReturnNotFound(NotFound):
    """There is no such return, or it is not the caller's to see or decide."""

    code: ClassVar[str] = "returns.not_found"
    sentence: ClassVar[str] = "There is no such return."


@dataclass(eq=False)
class LineNotBought(NotFound):
    """The caller has bought no such line."""

    code: ClassVar[str] = "returns.line_not_bought"
    sentence: ClassVar[str] = "You have no order with this line."
    line_id: UUID


@dataclass(eq=False)
class LinesUnclear(Invalid):
    """A line is named twice, is not one of this return, or more came of it than were to come or can be sold again."""

    code: ClassVar[str] = "returns.lines_unclear"
    sentence: ClassVar[str] = "{reason}"
    reason: str
    field: str = "lines"


@dataclass(eq=False)
class SellersDiffer(Invalid):
    """The lines are of several sellers: return to each by itself."""

    code: ClassVar[str] = "returns.sellers_differ"
    sentence: ClassVar[str] = "These are goods of several sellers: return to each by itself."
    field: str = "lines"


@dataclass(eq=False)
class TooManyReturned(Conflict):
    """Only ``left`` units of this line can be returned: the others have not come, or go back already."""

    code: ClassVar[str] = "returns.too_many"
    sentence: ClassVar[str] = "Only {left} units of this line can be returned."
    line_id: UUID
    left: int


@dataclass(eq=False)
class ReturnTooLate(Conflict):
    """Goods could be returned until ``until``."""

    code: ClassVar[str] = "returns.too_late"
    sentence: ClassVar[str] = "These goods could be returned until {until}."
    until: Time


@dataclass(eq=False)
class CannotExchange(Conflict):
    """There is no such exchange. ``reason`` says why.

    ``other_product``, ``dearer``, ``not_sold``, ``out_of_stock``, ``not_asked``; ``replaced_before``: what came in an
    exchange is exchanged for the same only.
    """

    code: ClassVar[str] = "returns.cannot_exchange"
    sentence: ClassVar[str] = "This cannot be exchanged for that ({reason})."
    variant_id: UUID
    reason: str


@dataclass(eq=False)
class ReturnStands(Conflict):
    """That cannot be done with a return in this ``state``."""

    code: ClassVar[str] = "returns.wrong_state"
    sentence: ClassVar[str] = "This cannot be done: the return is {state}."
    state: ReturnState


@dataclass(eq=False)
class RefundAboveReturn(Conflict):
    """More than can go back for what was received: ``most`` in minor units of ``currency``, and at least 1."""

    code: ClassVar[str] = "returns.refund_too_large"
    sentence: ClassVar[str] = "At most {most} {currency} (minor units) can go back."
    most: int
    currency: str

"""Disputes between a customer and a seller: both are heard, a manager decides, and the decision is carried out.

(What a customer's bank questions is a chargeback: `payments.disputes`.)
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.base import (
    GET,
    POST,
    Channel,
    ChannelKind,
    Command,
    Conflict,
    Cursor,
    Event,
    Forbidden,
    Invalid,
    Limit,
    Money,
    NotFound,
    Page,
    Time,
)
from fastshop.contract.evidence import EvidenceAdded, EvidenceMade
from fastshop.contract.sides import GuestOrderKey, ReturnSide

DisputeWords = Annotated[str, Meta(min_length=1, max_length=5000)]


class DisputeReason(StrEnum):
    """What a dispute is about. ``RETURN``: a return that was refused, left lying or refunded in part."""

    NOT_ARRIVED = "not_arrived"
    NOT_AS_DESCRIBED = "not_as_described"
    DEFECTIVE = "defective"
    RETURN = "return"
    OTHER = "other"


class OrderDisputeState(StrEnum):
    """Where a dispute stands. ``REFUNDING``: decided, the money is on its way. ``RESOLVED`` is final."""

    OPEN = "open"
    REFUNDING = "refunding"
    RESOLVED = "resolved"


class DisputeReply(Struct, frozen=True):
    """What one side said. ``author_id`` is null for a guest."""

    id: UUID
    side: ReturnSide
    author_id: UUID | None
    words: str
    at: Time


class OrderDispute(Struct, frozen=True):
    """A dispute about a line of an order, or about a return.

    Until ``answer_by`` the side ``waits_for`` may answer; it is decided once the seller has, or that time is over.
    ``at_stake`` is what could still go back for it when it was opened. ``refund`` is what the decision gives back,
    ``decision`` why; ``failure`` is the gateway's code where it could not be given back: then it is open again.
    ``customer_id`` is null for a guest.
    """

    id: UUID
    order_id: UUID
    line_id: UUID | None
    return_id: UUID | None
    seller_id: UUID
    customer_id: UUID | None
    state: OrderDisputeState
    reason: DisputeReason
    waits_for: ReturnSide
    answer_by: Time
    at_stake: Money
    refund: Money
    refund_id: UUID | None
    decision: str
    decided_by: UUID | None
    failure: str
    opened_at: Time
    updated_at: Time
    replies: tuple[DisputeReply, ...] = ()


class OpenDispute(Command[OrderDispute], frozen=True, tag="disputes.open"):
    """Open a dispute about one of the caller's lines, or about one of their returns, once for each.

    A return must be rejected or refunded, or nothing must have happened to it for three days.
    """

    http: ClassVar = POST("/disputes")
    dispute_id: UUID
    reason: DisputeReason
    words: DisputeWords
    line_id: UUID | None = None
    return_id: UUID | None = None
    order_key: GuestOrderKey = None


class ListOrderDisputes(Command[Page[OrderDispute]], frozen=True, tag="disputes.list"):
    """The caller's disputes without what was said, the newest first: as a customer, a seller, or as a manager all."""

    http: ClassVar = GET("/disputes")
    side: ReturnSide = ReturnSide.CUSTOMER
    state: OrderDisputeState | None = None
    cursor: Cursor = ""
    limit: Limit = 20


class ListGuestDisputes(Command[Page[OrderDispute]], frozen=True, tag="disputes.list_guest"):
    """The disputes about a guest's order without what was said, the newest first."""

    http: ClassVar = GET("/guest-orders/{order_key}/disputes")
    order_key: UUID
    cursor: Cursor = ""
    limit: Limit = 20


class ShowDispute(Command[OrderDispute], frozen=True, tag="disputes.show"):
    """One dispute with all that was said: to its customer, its seller, managers and admins."""

    http: ClassVar = GET("/disputes/{dispute_id}")
    dispute_id: UUID
    order_key: GuestOrderKey = None


class ReplyToDispute(Command[OrderDispute], frozen=True, tag="disputes.reply"):
    """Say something, as long as it is not decided. When one side has, the other has three days."""

    http: ClassVar = POST("/disputes/{dispute_id}/reply")
    dispute_id: UUID
    reply_id: UUID
    words: DisputeWords
    order_key: GuestOrderKey = None


class ResolveDispute(Command[OrderDispute], frozen=True, tag="disputes.resolve"):
    """Decide: give so much back, or nothing, and why. For managers and admins who are not a side of it.

    The seller must have been heard, or the time to answer be over. A return that is not over ends with the decision.
    """

    http: ClassVar = POST("/disputes/{dispute_id}/resolve")
    dispute_id: UUID
    refund_id: UUID
    amount: Money
    decision: DisputeWords


class DisputeOpened(Event, frozen=True, tag="disputes.opened"):
    """A customer opened a dispute. The log is kept for ever, so it has no words: look at the dispute."""

    dispute: OrderDispute


class DisputeReplied(Event, frozen=True, tag="disputes.replied"):
    """Somebody said something. What they said, and the dispute's ``replies``, shows the dispute."""

    dispute: OrderDispute
    reply: DisputeReply


class DisputeMoved(Event, frozen=True, tag="disputes.moved"):
    """A dispute was decided, or the money that it gives back has gone. It comes without ``decision`` and replies."""

    dispute: OrderDispute


DISPUTE = Channel(
    "dispute:{dispute_id}",
    ChannelKind.LOG,
    "A dispute, live. Its customer, its seller, managers and admins may watch.",
    OrderDispute,
    (DisputeOpened, DisputeReplied, DisputeMoved, EvidenceAdded, EvidenceMade),
)


class MatterQueue(Event, frozen=True, tag="disputes.matters"):
    """How many returns and disputes are not over. It is told anew whenever something happens to one."""

    returns: int
    disputes: int


MATTERS = Channel(
    "matters",
    ChannelKind.STATE,
    "How many returns and disputes are not over, live. Managers and admins may watch.",
    MatterQueue,
)


@dataclass(eq=False)
class DisputeNotFound(NotFound):
    """There is no such dispute, or it is not the caller's."""

    code: ClassVar[str] = "disputes.not_found"
    sentence: ClassVar[str] = "There is no such dispute."


@dataclass(eq=False)
class SubjectUnclear(Invalid):
    """A dispute is about one line, or about one return."""

    code: ClassVar[str] = "disputes.subject_unclear"
    sentence: ClassVar[str] = "Name the line or the return that this is about."
    field: str = "line_id"


@dataclass(eq=False)
class AlreadyDisputed(Conflict):
    """There is a dispute about this already."""

    code: ClassVar[str] = "disputes.already"
    sentence: ClassVar[str] = "There is a dispute about this already."
    dispute_id: UUID


@dataclass(eq=False)
class DisputeTooSoon(Conflict):
    """The seller has until ``until`` to go on with the return."""

    code: ClassVar[str] = "disputes.too_soon"
    sentence: ClassVar[str] = "Give the seller until {until}."
    until: Time


@dataclass(eq=False)
class DisputeOver(Conflict):
    """It is decided: nothing is added."""

    code: ClassVar[str] = "disputes.over"
    sentence: ClassVar[str] = "This dispute is decided."


@dataclass(eq=False)
class NotHeard(Conflict):
    """The seller has not answered, and has until ``until``."""

    code: ClassVar[str] = "disputes.not_heard"
    sentence: ClassVar[str] = "The seller has until {until} to answer."
    until: Time


@dataclass(eq=False)
class Partial(Forbidden):
    """Who is a side of a dispute does not decide it."""

    code: ClassVar[str] = "disputes.partial"
    sentence: ClassVar[str] = "You are a side of this dispute: somebody else decides it."


@dataclass(eq=False)
class RefundAboveStake(Conflict):
    """More than can still go back for it: ``most`` in minor units of ``currency``."""

    code: ClassVar[str] = "disputes.refund_too_large"
    sentence: ClassVar[str] = "At most {most} {currency} (minor units) can go back."
    most: int
    currency: str

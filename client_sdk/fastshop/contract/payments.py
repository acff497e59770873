"""Payments: what was charged, with which outcome."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.base import (
    GET,
    POST,
    Command,
    Conflict,
    Cursor,
    Event,
    Invalid,
    Limit,
    Line,
    Money,
    NotFound,
    Page,
    Time,
    Unavailable,
)

# The payment method of who transfers the money themselves.
BANK_TRANSFER = "bank_transfer"

PaymentMethod = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=255,
        description="A payment method's token from the gateway. The simulated gateway takes its test card numbers.",
    ),
]

NewOrSaved = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=255,
        description="A payment method's token from the gateway, or the id of one that the caller has saved.",
    ),
]

PaysWith = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=255,
        description=(
            "A payment method's token from the gateway, the id of one that the caller has saved, or `bank_transfer`."
        ),
    ),
]
KeepMethod = Annotated[
    bool,
    Meta(description="Save the method for next time, as soon as the money came. A guest has nothing saved."),
]

PaysFor = Annotated[
    str,
    Meta(
        pattern=r"^[a-z_]{1,30}:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        max_length=70,
        description="What is to be paid: its kind and its id, e.g. `claim:01935e8a-...`.",
    ),
]


class PaymentState(StrEnum):
    """Where a payment stands. ``PENDING``: asked of the gateway, outcome not known yet.

    A payment whose units were lost by then is ``REFUNDING`` until the gateway has given the money back; so is one that
    was refunded whole, and some of that did not arrive.
    """

    PENDING = "pending"
    NEEDS_ACTION = "needs_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


class Payment(Struct, frozen=True):
    """A payment. ``action_url`` is where the customer confirms it with their bank, while it needs that.

    ``failure`` is the gateway's reason, empty while there is none. ``returned`` is what went back of it by refunds of a
    part, or is on its way back, in minor units. ``user_id`` is null for a guest's. ``awaited_until`` is how long
    money is waited for that the customer transfers to the shop themselves; null for any other payment.
    """

    id: UUID
    user_id: UUID | None
    amount: Money
    status: PaymentState
    payment_method: str
    failure: str
    action_url: str
    created_at: Time
    updated_at: Time
    returned: int = 0
    awaited_until: Time | None = None


class RefundState(StrEnum):
    """Where a refund stands. A bank may send back what had succeeded: then it has failed."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class PaymentRefund(Struct, frozen=True):
    """Money of a payment that goes back. ``reason`` is why, ``failure`` the gateway's code if it could not.

    ``seller_id`` is out of whose share of the sale; null where an admin gave back of the whole. ``owed``: the gateway
    could not, the shop keeps the money for the customer, and somebody has to send it in another way.
    """

    id: UUID
    payment_id: UUID
    amount: Money
    reason: str
    state: RefundState
    failure: str
    created_at: Time
    updated_at: Time
    seller_id: UUID | None = None
    owed: bool = False


class PaymentIntent(Struct, frozen=True):
    """A payment that the customer's browser is to complete with the gateway's own page elements.

    ``client_secret`` is what those are given, with the gateway's ``public_key`` (empty: the simulated gateway).
    """

    payment: Payment
    client_secret: str
    public_key: str


class ShownGateway(Struct, frozen=True):
    """Who moves the money: ``simulated`` or ``stripe``. With its ``public_key`` a browser takes cards itself.

    ``transfers``: a checkout may also be paid by a bank transfer to the shop's own account.
    """

    name: str
    public_key: str
    transfers: bool = False


class Receipt(Struct, frozen=True):
    """A payment, what it paid for, and what went back of it."""

    payment: Payment
    pays_for: str
    refunds: tuple[PaymentRefund, ...]


class DisputeState(StrEnum):
    """Where a dispute stands. Won: the shop keeps the money."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Dispute(Struct, frozen=True):
    """A payment that its customer's bank questions. ``id`` is the gateway's, ``reason`` its code."""

    id: str
    payment_id: UUID
    amount: Money
    state: DisputeState
    reason: str
    created_at: Time
    updated_at: Time


class CreateIntent(Command[PaymentIntent], frozen=True, tag="payments.create_intent"):
    """Begin a payment that the browser completes. The shop says what it costs; the same id is the same payment."""

    http: ClassVar = POST("/payments/create-intent")
    payment_id: UUID
    pays_for: PaysFor
    keep_method: KeepMethod = False


class ConfirmPayment(Command[Payment], frozen=True, tag="payments.confirm"):
    """Conclude a payment that the browser has completed: what it pays for is ordered when the money came.

    With a ``payment_method`` the shop has it charged itself: a card that the caller has saved, or any method where the
    gateway has no elements for the browser. One that is declined leaves the payment open for another where the gateway
    does.
    """

    http: ClassVar = POST("/payments/confirm")
    payment_id: UUID
    payment_method: NewOrSaved | None = None


class RefundPayment(Command[PaymentRefund], frozen=True, tag="payments.refund"):
    """Give money of a payment back: so much of it, or all that is left. The reason is kept."""

    http: ClassVar = POST("/payments/{payment_id}/refund")
    payment_id: UUID
    refund_id: UUID
    reason: Line
    amount: Money | None = None


class ListRefunds(Command[Page[PaymentRefund]], frozen=True, tag="payments.list_refunds"):
    """The refunds in one state, the newest first. What failed is for somebody to look into: that money went nowhere."""

    http: ClassVar = GET("/payments/refunds")
    state: RefundState = RefundState.FAILED
    cursor: Cursor = ""
    limit: Limit = 20


class SendRefundByHand(Command[PaymentRefund], frozen=True, tag="payments.send_by_hand"):
    """Say that money which is ``owed`` to a customer was sent in another way, as by a bank transfer.

    Who gives it back on the gateway's own pages instead need not say so: the gateway does. Said again it changes
    nothing.
    """

    http: ClassVar = POST("/payments/{payment_id}/refunds/{refund_id}/by-hand")
    payment_id: UUID
    refund_id: UUID
    reference: Line


class ShowGateway(Command[ShownGateway], frozen=True, tag="payments.gateway"):
    """How one pays here."""

    http: ClassVar = GET("/payments/gateway")


class ShowReceipt(Command[Receipt], frozen=True, tag="payments.receipt"):
    """The receipt of one of the caller's own payments; of any for managers and admins.

    Over HTTP it is a PDF of a payment that was made, unless ``Accept`` names ``application/json``.
    """

    http: ClassVar = GET("/payments/{payment_id}/receipt")
    payment_id: UUID


class ListDisputes(Command[Page[Dispute]], frozen=True, tag="payments.disputes"):
    """The payments that banks question, the newest first."""

    http: ClassVar = GET("/payments/disputes")
    cursor: Cursor = ""
    limit: Limit = 20


class ShowPayment(Command[Payment], frozen=True, tag="payments.show"):
    """One of the caller's own payments; any for managers and admins."""

    http: ClassVar = GET("/payments/{payment_id}")
    payment_id: UUID


class ListPayments(Command[Page[Payment]], frozen=True, tag="payments.list"):
    """The caller's own payments, the newest first; those of a state, those made from ``since`` until ``until``."""

    http: ClassVar = GET("/payments/history")
    status: PaymentState | None = None
    since: Time | None = None
    until: Time | None = None
    cursor: Cursor = ""
    limit: Limit = 20


class PaymentNeedsAction(Event, frozen=True, tag="payments.needs_action"):
    """A payment waits for the customer: they confirm it with their bank at its ``action_url``."""

    payment: Payment


class PaymentPartRefunded(Event, frozen=True, tag="payments.part_refunded"):
    """Money of a payment went back: an admin gave it back, here or at the gateway, or what it paid for is not sent."""

    payment: Payment
    refund: PaymentRefund


class PaymentRefundFailed(Event, frozen=True, tag="payments.refund_failed"):
    """Money of a payment did not arrive where it was paid from. The shop owes it and sends it in another way."""

    payment: Payment
    refund: PaymentRefund


class PaymentDisputeLost(Event, frozen=True, tag="payments.dispute_lost"):
    """A bank has decided that the customer keeps the money. Told to what the shop does then."""

    dispute: Dispute


class PaymentRefunded(Event, frozen=True, tag="payments.refunded"):
    """The money of a payment went back, whole, because what it was for was gone when it came."""

    payment: Payment


@dataclass(eq=False)
class GatewayUnavailable(Unavailable):
    """Who moves the money does not answer. Nothing was charged; send the same command again."""

    code: ClassVar[str] = "payments.gateway_unavailable"
    sentence: ClassVar[str] = "The payment cannot be made right now. Try again in a moment."


@dataclass(eq=False)
class PaymentNotFound(NotFound):
    """There is no such payment, or it is not the caller's."""

    code: ClassVar[str] = "payments.not_found"
    sentence: ClassVar[str] = "There is no such payment."


@dataclass(eq=False)
class PaymentDeclined(Conflict):
    """The bank said no. The hold stays: another card may be tried. ``reason`` is the gateway's code."""

    code: ClassVar[str] = "payments.declined"
    sentence: ClassVar[str] = "The payment was declined ({reason}). Try another card."
    reason: str


@dataclass(eq=False)
class NotPayable(Conflict):
    """There is nothing to be paid under this name, or it cannot be paid in this way."""

    code: ClassVar[str] = "payments.not_payable"
    sentence: ClassVar[str] = "This cannot be paid here."


@dataclass(eq=False)
class NotRefundable(Conflict):
    """Nothing of the payment can go back: it did not succeed, or all of it goes back already."""

    code: ClassVar[str] = "payments.not_refundable"
    sentence: ClassVar[str] = "Nothing of this payment can be given back: it is {state}."
    state: str


@dataclass(eq=False)
class RefundTooLarge(Conflict):
    """More than is left of the payment. ``left`` is in minor units of its ``currency``."""

    code: ClassVar[str] = "payments.refund_too_large"
    sentence: ClassVar[str] = "Only {left} {currency} (minor units) of this payment can go back."
    left: int
    currency: str


@dataclass(eq=False)
class GatewayUnknown(NotFound):
    """No gateway of this name is in use here."""

    code: ClassVar[str] = "payments.gateway_unknown"
    sentence: ClassVar[str] = "No such gateway is in use."


@dataclass(eq=False)
class SignatureWrong(Invalid):
    """The message is not the gateway's, or too old."""

    code: ClassVar[str] = "payments.signature_wrong"
    sentence: ClassVar[str] = "The signature is not right."

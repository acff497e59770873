"""Payments: what was charged, with which outcome."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.base import (
    GET,
    Command,
    Conflict,
    Cursor,
    Event,
    Limit,
    Line,
    Money,
    NotFound,
    Page,
    Time,
    Unavailable,
)

PaymentMethod = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=255,
        description="A payment method's token from the gateway. The simulated gateway takes its test card numbers.",
    ),
]


class DeliveryAddress(Struct, frozen=True, forbid_unknown_fields=True):
    """Where something goes. ``country`` is its ISO 3166 code."""

    name: Line
    street: Line
    city: Line
    country: Annotated[str, Meta(pattern="^[A-Z]{2}$", max_length=2)]
    postal_code: Annotated[str, Meta(max_length=20)] = ""
    extra: Annotated[str, Meta(max_length=200)] = ""


class PaymentState(StrEnum):
    """Where a payment stands. ``PENDING``: asked of the gateway, outcome not known yet.

    A payment whose units were lost by then is ``REFUNDING`` until the gateway has given the money back.
    """

    PENDING = "pending"
    NEEDS_ACTION = "needs_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


class Payment(Struct, frozen=True):
    """A payment. ``action_url`` is where the customer confirms it with their bank, while it needs that.

    ``failure`` is the gateway's reason, empty while there is none.
    """

    id: UUID
    user_id: UUID
    amount: Money
    status: PaymentState
    payment_method: str
    failure: str
    action_url: str
    created_at: Time
    updated_at: Time


class ShowPayment(Command[Payment], frozen=True, tag="payments.show"):
    """One of the caller's own payments; any for managers and admins."""

    http: ClassVar = GET("/payments/{payment_id}")
    payment_id: UUID


class ListPayments(Command[Page[Payment]], frozen=True, tag="payments.list"):
    """The caller's own payments, the newest first."""

    http: ClassVar = GET("/payments/history")
    status: PaymentState | None = None
    cursor: Cursor = ""
    limit: Limit = 20


class PaymentNeedsAction(Event, frozen=True, tag="payments.needs_action"):
    """A payment waits for the customer: they confirm it with their bank at its ``action_url``."""

    payment: Payment


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

"""Payments. Card data never comes here: ``payment_method`` is the gateway's token (PCI DSS)."""

from decimal import Decimal

from piccolo.columns import (
    JSONB,
    UUID,
    Boolean,
    ForeignKey,
    Integer,
    LazyTableReference,
    Numeric,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table


class PaymentRow(Table, tablename="payments"):
    """A payment; ``user_id`` is null for a guest's. ``stripe_payment_id`` is the gateway's own id, whichever it is.

    ``reference`` is what it pays for, e.g. ``claim:0193...``; ``method_key`` is a keyed hash of the method.
    ``returned`` is what went back of it, or is on its way, by refunds of a part. ``method_id`` is the saved method that
    it is paid with; with ``keep_method`` the one that it is paid with is saved. ``awaited_until`` is how long a
    transfer is waited for. ``refund_tries`` is how often the gateway could not give it back whole.
    """

    id = UUID(primary_key=True, default=None)
    user_id = ForeignKey(LazyTableReference("User", app_name="fastshop"), null=True, on_delete=OnDelete.restrict)
    amount = Numeric(digits=(15, 2))
    currency = Varchar(length=3)
    status = Varchar(length=20)
    payment_method = Varchar(length=255)
    stripe_payment_id = Varchar(length=255, default="")
    reference = Varchar(length=200, default="")
    failure = Varchar(length=200, default="")
    action_url = Varchar(length=2000, default="")
    method_key = Text(default="")
    refund_id = UUID(null=True, default=None)
    refund_tries = Integer(default=0)
    returned = Numeric(digits=(15, 2), default=Decimal())
    method_id = UUID(null=True, default=None)
    keep_method = Boolean(default=False)
    awaited_until = Timestamptz(null=True, default=None)
    created_at = Timestamptz()
    updated_at = Timestamptz()

    payments_amount_not_negative = Check("amount >= 0")


class MethodRow(Table, tablename="payment_methods"):
    """A saved method: ``pending``, ``saved``, ``failed`` or ``removed``. At most one saved one is the default.

    ``reference`` is the gateway's name for it, ``payment_id`` the payment that kept it. Of the method that was given,
    and of the card, there are only keyed hashes.
    """

    id = UUID(primary_key=True, default=None)
    user_id = ForeignKey(LazyTableReference("User", app_name="fastshop"), null=False, on_delete=OnDelete.restrict)
    payment_id = ForeignKey(PaymentRow, null=True, unique=True, on_delete=OnDelete.no_action)
    state = Text()
    method_key = Text(default="")
    reference = Text(default="")
    card_key = Text(default="")
    brand = Text(default="")
    last4 = Text(default="")
    exp_month = Integer(default=0)
    exp_year = Integer(default=0)
    is_default = Boolean(default=False)
    failure = Text(default="")
    created_at = Timestamptz()
    updated_at = Timestamptz()


class RefundRow(Table, tablename="payment_refunds"):
    """Money of a payment that goes back, and why.

    ``seller_id``: out of this seller's share, for ``lines`` (`LineRefund`); ``tax`` is in it. ``owed``: it has failed,
    and the money is kept for the customer until it was sent in another way.
    """

    id = UUID(primary_key=True, default=None)
    payment_id = ForeignKey(PaymentRow, null=False, on_delete=OnDelete.no_action)
    amount = Numeric(digits=(15, 2))
    currency = Text()
    reason = Text()
    asked_by = ForeignKey(LazyTableReference("User", app_name="fastshop"), null=True, on_delete=OnDelete.no_action)
    state = Text()
    failure = Text(default="")
    seller_id = ForeignKey(
        LazyTableReference("SellerRow", app_name="fastshop"), null=True, on_delete=OnDelete.no_action
    )
    tax = Numeric(digits=(15, 2), default=Decimal())
    lines = JSONB(default="[]")
    owed = Boolean(default=False)
    created_at = Timestamptz()
    updated_at = Timestamptz()


class TransferRow(Table, tablename="bank_transfers"):
    """A bank transfer: ``awaited``, ``received``, ``closed`` or ``late``.

    ``told``: what it pays for knows that it came, or was cancelled.
    """

    payment_id = UUID(primary_key=True, default=None)
    amount = Numeric(digits=(15, 2))
    currency = Text()
    reference = Text(unique=True)
    state = Text()
    told = Boolean(default=False)
    cancelled_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz()
    updated_at = Timestamptz()


class TransferBackRow(Table, tablename="bank_transfers_back"):
    """Money of a transfer that is to be sent back, by the refund's id: ``pending``, ``succeeded`` or ``failed``."""

    id = UUID(primary_key=True, default=None)
    payment_id = ForeignKey(TransferRow, null=False, on_delete=OnDelete.no_action)
    amount = Numeric(digits=(15, 2))
    currency = Text()
    state = Text()
    created_at = Timestamptz()
    updated_at = Timestamptz()


class DisputeRow(Table, tablename="payment_disputes"):
    """A payment that its customer's bank questions, by the gateway's id."""

    id = Text(primary_key=True)
    payment_id = ForeignKey(PaymentRow, null=False, on_delete=OnDelete.no_action)
    amount = Numeric(digits=(15, 2))
    currency = Text()
    state = Text()
    reason = Text()
    created_at = Timestamptz()
    updated_at = Timestamptz()

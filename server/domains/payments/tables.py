"""Payments. Card data never comes here: ``payment_method`` is the gateway's token (PCI DSS)."""

from piccolo.columns import UUID, ForeignKey, LazyTableReference, Numeric, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table


class PaymentRow(Table, tablename="payments"):
    """A payment. ``stripe_payment_id`` is the gateway's own id for it, whichever the gateway is.

    ``reference`` is what it pays for, e.g. ``claim:0193...``; ``method_key`` is a keyed hash of the method.
    """

    id = UUID(primary_key=True, default=None)
    user_id = ForeignKey(LazyTableReference("User", app_name="fastshop"), null=False, on_delete=OnDelete.restrict)
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
    created_at = Timestamptz()
    updated_at = Timestamptz()

    payments_amount_not_negative = Check("amount >= 0")

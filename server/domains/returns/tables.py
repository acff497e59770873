"""Returns and disputes as rows."""

from decimal import Decimal

from piccolo.columns import UUID, Boolean, ForeignKey, Integer, LazyTableReference, Numeric, Text, Timestamptz
from piccolo.columns.base import OnDelete
from piccolo.table import Table


class ReturnRow(Table, tablename="returns"):
    """A return. While ``refund_open`` its refund has no outcome; where that fails the state is ``resumes`` again."""

    id = UUID(primary_key=True, default=None)
    number = Text(unique=True)
    order_id = ForeignKey(LazyTableReference("OrderRow", app_name="fastshop"), null=False, on_delete=OnDelete.restrict)
    seller_id = ForeignKey(
        LazyTableReference("SellerRow", app_name="fastshop"), null=False, on_delete=OnDelete.restrict
    )
    customer_id = ForeignKey(LazyTableReference("User", app_name="fastshop"), null=True, on_delete=OnDelete.restrict)
    state = Text()
    reason = Text()
    words = Text()
    decision = Text(default="")
    decided_by = ForeignKey(LazyTableReference("User", app_name="fastshop"), on_delete=OnDelete.set_null)
    tracking = Text(default="")
    replacement_tracking = Text(default="")
    currency = Text()
    refunded = Numeric(digits=(15, 2), default=Decimal())
    refund_id = UUID(null=True, default=None, unique=True)
    refund_open = Boolean(default=False)
    resumes = Text(default="")
    failure = Text(default="")
    requested_at = Timestamptz()
    updated_at = Timestamptz()


class ReturnLineRow(Table, tablename="return_lines"):
    """Units of a line on their way back. ``exchange_price`` is as it was when the exchange was asked for.

    ``replaced_in`` is the return in whose exchange these units came, where they did.
    """

    return_id = ForeignKey(ReturnRow, null=False, on_delete=OnDelete.cascade)
    line_id = ForeignKey(LazyTableReference("OrderItem", app_name="fastshop"), null=False, on_delete=OnDelete.restrict)
    variant_id = UUID(default=None)
    title = Text()
    quantity = Integer()
    exchange_for = UUID(null=True, default=None)
    exchange_price = Numeric(digits=(15, 2), null=True, default=None)
    worth = Numeric(digits=(15, 2))
    received = Integer(null=True, default=None)
    resellable = Integer(default=0)
    replaced_in = ForeignKey(ReturnRow, null=True, default=None, on_delete=OnDelete.restrict)


class LineRefundRow(Table, tablename="line_refunds"):
    """What of a refund is for a line; ``discount`` the shop has back. The rows of a refund that failed are removed."""

    refund_id = UUID(default=None)
    line_id = ForeignKey(LazyTableReference("OrderItem", app_name="fastshop"), null=False, on_delete=OnDelete.restrict)
    amount = Numeric(digits=(15, 2))
    tax = Numeric(digits=(15, 2))
    discount = Numeric(digits=(15, 2), default=Decimal())


class ShippingRefundRow(Table, tablename="shipping_refunds"):
    """That what was paid for sending a seller's part goes back: once. It is removed where its refund failed."""

    refund_id = UUID(default=None)
    order_id = ForeignKey(LazyTableReference("OrderRow", app_name="fastshop"), null=False, on_delete=OnDelete.restrict)
    seller_id = ForeignKey(
        LazyTableReference("SellerRow", app_name="fastshop"), null=False, on_delete=OnDelete.restrict
    )


class OrderDisputeRow(Table, tablename="order_disputes"):
    """A dispute about a line or about a return."""

    id = UUID(primary_key=True, default=None)
    order_id = ForeignKey(LazyTableReference("OrderRow", app_name="fastshop"), null=False, on_delete=OnDelete.restrict)
    line_id = ForeignKey(LazyTableReference("OrderItem", app_name="fastshop"), unique=True, on_delete=OnDelete.restrict)
    return_id = ForeignKey(ReturnRow, unique=True, on_delete=OnDelete.restrict)
    seller_id = ForeignKey(
        LazyTableReference("SellerRow", app_name="fastshop"), null=False, on_delete=OnDelete.restrict
    )
    customer_id = ForeignKey(LazyTableReference("User", app_name="fastshop"), null=True, on_delete=OnDelete.restrict)
    state = Text()
    reason = Text()
    waits_for = Text()
    answer_by = Timestamptz()
    currency = Text()
    at_stake = Numeric(digits=(15, 2))
    refund = Numeric(digits=(15, 2), default=Decimal())
    refund_id = UUID(null=True, default=None, unique=True)
    refund_open = Boolean(default=False)
    decision = Text(default="")
    decided_by = ForeignKey(LazyTableReference("User", app_name="fastshop"), on_delete=OnDelete.set_null)
    failure = Text(default="")
    opened_at = Timestamptz()
    updated_at = Timestamptz()


class EvidenceRow(Table, tablename="evidence"):
    """A picture that one side shows of a return or of a dispute. ``upload_id`` is the file as it was sent."""

    id = UUID(primary_key=True, default=None)
    return_id = ForeignKey(ReturnRow, null=True, default=None, on_delete=OnDelete.cascade)
    dispute_id = ForeignKey(OrderDisputeRow, null=True, default=None, on_delete=OnDelete.cascade)
    side = Text()
    author_id = ForeignKey(LazyTableReference("User", app_name="fastshop"), null=True, on_delete=OnDelete.set_null)
    upload_id = UUID(default=None)
    state = Text()
    words = Text()
    reason = Text(default="")
    added_at = Timestamptz()


class DisputeReplyRow(Table, tablename="dispute_replies"):
    """What was said in a dispute; the first is what it was opened with, and has its id."""

    id = UUID(primary_key=True, default=None)
    dispute_id = ForeignKey(OrderDisputeRow, null=False, on_delete=OnDelete.cascade)
    side = Text()
    author_id = ForeignKey(LazyTableReference("User", app_name="fastshop"), null=True, on_delete=OnDelete.restrict)
    words = Text()
    at = Timestamptz()

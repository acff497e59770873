"""Orders and their lines. What a line says of its product is a copy: it is what was bought."""

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
from piccolo.table import Table


class OrderRow(Table, tablename="orders"):
    """An order. ``payment_id`` is unique: a payment buys one order (promise N7).

    A guest's has ``email`` in place of a customer, and ``guest_key``, by which it is shown. ``total`` is what was paid.
    """

    id = UUID(primary_key=True, default=None)
    number = Varchar(length=20, unique=True)
    customer_id = ForeignKey(LazyTableReference("User", app_name="fastshop"), null=True, on_delete=OnDelete.restrict)
    status = Varchar(length=20)
    total = Numeric(digits=(15, 2))
    currency = Varchar(length=3)
    payment_id = ForeignKey(
        LazyTableReference("PaymentRow", app_name="fastshop"),
        null=True,
        default=None,
        unique=True,
        on_delete=OnDelete.restrict,
    )
    placed_at = Timestamptz()
    email = Text(default="")
    guest_key = UUID(null=True, default=None, unique=True)
    address = JSONB(null=True, default=None)
    taxes_included = Boolean(default=False)


class OrderItem(Table, tablename="order_items"):
    """A line of an order."""

    id = UUID(primary_key=True, default=None)
    order_id = ForeignKey(OrderRow, null=False, on_delete=OnDelete.restrict)
    seller_id = ForeignKey(
        LazyTableReference("SellerRow", app_name="fastshop"), null=False, on_delete=OnDelete.restrict
    )
    product_id = ForeignKey(
        LazyTableReference("ProductRow", app_name="fastshop"), null=False, on_delete=OnDelete.restrict
    )
    variant_id = ForeignKey(
        LazyTableReference("VariantRow", app_name="fastshop"), null=False, on_delete=OnDelete.restrict
    )
    title = Varchar(length=200)
    sku = Varchar(length=100)
    options = JSONB(default="{}")
    quantity = Integer()
    unit_price = Numeric(digits=(15, 2))
    total = Numeric(digits=(15, 2))
    discount = Numeric(digits=(15, 2), default=Decimal())
    taxes = JSONB(default="[]")


class OrderShippingRow(Table, tablename="order_shipping"):
    """How one seller's part of an order is sent, and what that cost."""

    order_id = ForeignKey(OrderRow, null=False, on_delete=OnDelete.restrict)
    seller_id = ForeignKey(
        LazyTableReference("SellerRow", app_name="fastshop"), null=False, on_delete=OnDelete.restrict
    )
    option = Text()
    name = Text()
    price = Numeric(digits=(15, 2))
    total = Numeric(digits=(15, 2))
    discount = Numeric(digits=(15, 2), default=Decimal())
    taxes = JSONB(default="[]")

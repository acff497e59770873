"""Orders and their lines. What a line says of its product is a copy: it is what was bought."""

from decimal import Decimal

from piccolo.columns import (
    JSONB,
    UUID,
    BigSerial,
    Boolean,
    Bytea,
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

    ``status`` is what the previous release reads, ``state`` what this one does; ``version`` counts the changes.
    A guest's has ``email`` in place of a customer, and ``guest_key``: letters say it, and its hash, which a trigger
    writes, is what the order is found by. ``total`` is what was paid.
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
    guest_key_hash = Text(null=True, default=None)
    address = JSONB(null=True, default=None)
    address_fixed = Boolean(default=False)
    taxes_included = Boolean(default=False)
    state = Text(default="paid")
    version = Integer(default=1)


class OrderItem(Table, tablename="order_items"):
    """A line of an order; a trigger makes its seller's part. The counts of units are checked by the database."""

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
    shop_discount = Numeric(digits=(15, 2), default=Decimal())
    untaxed = JSONB(null=True, default=None)
    cancelled = Integer(default=0)
    shipped = Integer(default=0)
    delivered = Integer(default=0)
    returned = Integer(default=0)


class OrderShippingRow(Table, tablename="order_shipping"):
    """How one seller's part of an order is sent, and what that cost; ``standard`` the cheapest way would have."""

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
    shop_discount = Numeric(digits=(15, 2), default=Decimal())
    standard = Numeric(digits=(15, 2), null=True, default=None)
    untaxed = JSONB(null=True, default=None)


class SellerOrderRow(Table, tablename="seller_orders"):
    """One seller's part of an order. The times are those of the first acceptance, parcel and of all being delivered.

    ``return_days`` are the seller's as they were when it was placed; a trigger writes them.
    """

    order_id = ForeignKey(OrderRow, null=False, on_delete=OnDelete.restrict)
    seller_id = ForeignKey(
        LazyTableReference("SellerRow", app_name="fastshop"), null=False, on_delete=OnDelete.restrict
    )
    state = Text(default="placed")
    version = Integer(default=1)
    accepted_at = Timestamptz(null=True, default=None)
    shipped_at = Timestamptz(null=True, default=None)
    delivered_at = Timestamptz(null=True, default=None)
    return_days = Integer(null=True, default=None)


class ShipmentRow(Table, tablename="shipments"):
    """A parcel of one seller's part of an order."""

    id = UUID(primary_key=True, default=None)
    order_id = UUID(default=None)
    seller_id = UUID(default=None)
    carrier = Text(default="")
    tracking_number = Text(default="")
    shipped_at = Timestamptz()
    delivered_at = Timestamptz(null=True, default=None)


class ShipmentItemRow(Table, tablename="shipment_items"):
    """Units in a parcel."""

    shipment_id = ForeignKey(ShipmentRow, null=False, on_delete=OnDelete.restrict)
    line_id = ForeignKey(OrderItem, null=False, on_delete=OnDelete.restrict)
    quantity = Integer()


class OrderEntryRow(Table, tablename="order_entries"):
    """The timeline. ``id`` is the change's, one for each kind and seller; ``fingerprint`` is what was asked."""

    seq = BigSerial(primary_key=True)
    id = UUID(default=None)
    order_id = ForeignKey(OrderRow, null=False, on_delete=OnDelete.restrict)
    seller_id = ForeignKey(LazyTableReference("SellerRow", app_name="fastshop"), null=True, on_delete=OnDelete.restrict)
    kind = Text()
    side = Text()
    actor_id = ForeignKey(LazyTableReference("User", app_name="fastshop"), null=True, on_delete=OnDelete.set_null)
    lines = JSONB(default="[]")
    shipment_id = UUID(null=True, default=None)
    amount = Numeric(digits=(15, 2), null=True, default=None)
    note = Text(default="")
    fingerprint = Bytea()
    at = Timestamptz()

"""Orders and their lines. What a line says of its product is a copy: it is what was bought."""

from piccolo.columns import JSONB, UUID, ForeignKey, Integer, LazyTableReference, Numeric, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table


class OrderRow(Table, tablename="orders"):
    """An order. ``payment_id`` is unique: a payment buys one order (promise N7)."""

    id = UUID(primary_key=True, default=None)
    number = Varchar(length=20, unique=True)
    customer_id = ForeignKey(LazyTableReference("User", app_name="fastshop"), null=False, on_delete=OnDelete.restrict)
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

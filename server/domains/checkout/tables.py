"""Checkouts, the codes of carts, flat rates of shipping."""

from piccolo.columns import (
    JSON,
    UUID,
    Array,
    BigInt,
    Boolean,
    ForeignKey,
    Integer,
    LazyTableReference,
    Text,
    Timestamptz,
)
from piccolo.columns.base import OnDelete
from piccolo.table import Table


class CheckoutRow(Table, tablename="checkouts"):
    """A checkout. ``checkout`` is all of it as its owner sees it; the columns are what others look for.

    ``revision`` is the cart's when it began, ``held`` says that its units are out of stock for it. ``emptied``: what
    was ordered is out of the cart.
    """

    id = UUID(primary_key=True, default=None)
    user_id = ForeignKey(LazyTableReference("User", app_name="fastshop"), null=True, on_delete=OnDelete.restrict)
    cart_id = UUID(default=None)
    revision = BigInt()
    status = Text()
    held = Boolean()
    expires_at = Timestamptz()
    paying_since = Timestamptz(null=True, default=None)
    order_id = UUID(null=True, default=None)
    emptied = Boolean(default=False)
    checkout = JSON()
    created_at = Timestamptz()


class CartCodesRow(Table, tablename="cart_codes"):
    """The codes that were entered for a cart."""

    cart_id = UUID(primary_key=True, default=None)
    codes = Array(base_column=Text())


class ShippingRateRow(Table, tablename="shipping_rates"):
    """What a way of sending costs from a seller, or from all who set none. ``amount`` is in minor units."""

    seller_id = ForeignKey(
        LazyTableReference("SellerRow", app_name="fastshop"), null=True, default=None, on_delete=OnDelete.cascade
    )
    code = Text()
    currency = Text()
    name = Text()
    amount = BigInt()
    days_least = Integer()
    days_most = Integer()

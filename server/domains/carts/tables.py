"""Carts and what is in them."""

from piccolo.columns import JSONB, UUID, BigInt, ForeignKey, Integer, LazyTableReference, Timestamptz
from piccolo.table import Table


class CartRow(Table, tablename="carts"):
    """A cart. ``version`` is what a commit builds on; ``revision`` counts the edits. A person's has their id."""

    id = UUID(primary_key=True, default=None)
    user_id = ForeignKey(LazyTableReference("User", app_name="fastshop"), null=True, unique=True)
    revision = BigInt(default=0)
    version = BigInt()
    changed_at = Timestamptz(null=True, default=None)
    abandoned_at = Timestamptz(null=True, default=None)
    moved_to = ForeignKey(LazyTableReference("User", app_name="fastshop"), null=True)


class CartItemRow(Table, tablename="cart_items"):
    """Goods in a cart. ``marks`` are the edits that they come from."""

    cart_id = ForeignKey(CartRow, null=False)
    # No foreign key: goods that vanish are told in the cart.
    variant_id = UUID(default=None)
    quantity = Integer()
    added_at = Timestamptz()
    marks = JSONB()


class CartEditRow(Table, tablename="cart_edits"):
    """An edit that was worked in, so that it counts once. The latest are kept."""

    cart_id = ForeignKey(CartRow, null=False)
    edit_id = UUID(default=None)
    revision = BigInt()
    edited_at = Timestamptz()


class CartShareRow(Table, tablename="cart_shares"):
    """A link to a cart. Who knows its id may look."""

    id = UUID(primary_key=True, default=None)
    cart_id = ForeignKey(CartRow, null=False)
    created_at = Timestamptz()

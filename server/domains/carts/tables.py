"""Carts and what is in them."""

from piccolo.columns import JSONB, UUID, BigInt, ForeignKey, Integer, LazyTableReference, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table


class CartRow(Table, tablename="carts"):
    """A cart. ``version`` is what a commit builds on; ``revision`` counts the edits. A person's has their id.

    ``told`` counts how often it was told of since it was left at ``abandoned_at``.
    """

    id = UUID(primary_key=True, default=None)
    user_id = ForeignKey(LazyTableReference("User", app_name="fastshop"), null=True, unique=True)
    revision = BigInt(default=0)
    version = BigInt()
    changed_at = Timestamptz(null=True, default=None)
    abandoned_at = Timestamptz(null=True, default=None)
    moved_to = ForeignKey(LazyTableReference("User", app_name="fastshop"), null=True)
    told = Integer(default=0)


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


class CartLetterRow(Table, tablename="cart_letters"):
    """A letter about a cart that was left. ``asked_by`` is who asked for it by hand.

    ``addressee`` is a person's id or the keyed hash of a guest's address. ``order_id`` is what was ordered thanks to
    it, for ``amount`` in minor units.
    """

    id = UUID(primary_key=True, default=None)
    cart_id = ForeignKey(CartRow, null=False)
    addressee = Varchar(length=32)
    asked_by = ForeignKey(
        LazyTableReference("User", app_name="fastshop"), null=True, default=None, on_delete=OnDelete.set_null
    )
    written_at = Timestamptz()
    sent_at = Timestamptz(null=True, default=None)
    restored_at = Timestamptz(null=True, default=None)
    restored_into = UUID(null=True, default=None)
    order_id = UUID(null=True, default=None, unique=True)
    ordered_at = Timestamptz(null=True, default=None)
    amount = BigInt(null=True, default=None)
    currency = Varchar(length=3, null=True, default=None)


class CartLetterRefusalRow(Table, tablename="cart_letter_refusals"):
    """Somebody who wants no letters about carts, by the word that stands for them in `CartLetterRow`."""

    addressee = Varchar(length=32, primary_key=True)
    refused_at = Timestamptz()

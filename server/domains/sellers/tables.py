"""Sellers as rows."""

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    Boolean,
    ForeignKey,
    Integer,
    LazyTableReference,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.table import Table


class SellerRow(Table, tablename="sellers"):
    """A shop in the marketplace. Its owner is the user with its id. ``invoice_address`` stands on its invoices.

    ``untaxed_for`` is why it charges no tax, empty where it does.
    """

    id = UUID(primary_key=True, default=None)
    name = Varchar(length=200)
    slug = Varchar(length=100, unique=True)
    description = Text(default="")
    created_at = Timestamptz()
    country = Varchar(length=2, default="")
    tax_number = Varchar(length=40, default="")
    contact_email = Varchar(length=254, default="")
    contact_phone = Varchar(length=40, default="")
    return_days = Integer(default=14)
    handling_days = Integer(default=2)
    low_stock_mail = Boolean(default=True)
    invoice_address = JSONB(null=True, default=None)
    new_order_mail = Boolean(default=True)
    suspended_at = Timestamptz(null=True, default=None)
    suspended_for = Varchar(length=200, default="")
    untaxed_for = Varchar(length=200, default="")


class SellerApplicationRow(Table, tablename="seller_applications"):
    """Somebody who wants to sell. One of a person is open, and one with a slug, by partial unique indexes."""

    id = UUID(primary_key=True, default=None)
    user_id = ForeignKey(LazyTableReference("User", app_name="fastshop"), null=False, on_delete=OnDelete.cascade)
    name = Varchar(length=80)
    slug = Varchar(length=100)
    description = Text()
    country = Varchar(length=2)
    tax_number = Varchar(length=40)
    contact_email = Varchar(length=254)
    contact_phone = Varchar(length=40)
    state = Varchar(length=10, default="open")
    reason = Varchar(length=200, default="")
    created_at = Timestamptz()
    decided_at = Timestamptz(null=True, default=None)
    decided_by = UUID(null=True, default=None)


class SellerStaff(Table, tablename="seller_staff"):
    """Somebody who works for a seller with these rights. Whoever owns one has no row here."""

    user_id = ForeignKey(
        LazyTableReference("User", app_name="fastshop"), primary_key=True, null=False, on_delete=OnDelete.cascade
    )
    seller_id = ForeignKey(SellerRow, null=False, on_delete=OnDelete.no_action)
    rights = Array(base_column=Varchar(length=20))
    since = Timestamptz()


class SellerInvitation(Table, tablename="seller_invitations"):
    """A mail that asks somebody to work for a seller. It ended when it was accepted or withdrawn."""

    id = UUID(primary_key=True, default=None)
    seller_id = ForeignKey(SellerRow, null=False, on_delete=OnDelete.no_action)
    email = Varchar(length=254)
    rights = Array(base_column=Varchar(length=20))
    invited_by = UUID(null=False)
    created_at = Timestamptz()
    expires_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)
    accepted_by = UUID(null=True, default=None)

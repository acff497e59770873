"""Invoices as they were made. Both tables are append-only: the database refuses to change what was issued."""

from piccolo.columns import JSONB, UUID, Bytea, ForeignKey, Integer, LazyTableReference, Text, Timestamptz
from piccolo.columns.base import OnDelete
from piccolo.table import Table


class InvoiceSeries(Table, tablename="invoice_series"):
    """A seller's last number of a kind. Its row is locked while a number is taken, so none is taken twice or lost."""

    seller_id = ForeignKey(
        LazyTableReference("SellerRow", app_name="fastshop"), null=False, on_delete=OnDelete.restrict
    )
    kind = Text()
    last = Integer()


class InvoiceRow(Table, tablename="invoices"):
    """An invoice or a credit note. ``facts`` are all that is written on it; ``source`` is what it is for, once."""

    id = UUID(primary_key=True, default=None)
    seller_id = ForeignKey(
        LazyTableReference("SellerRow", app_name="fastshop"), null=False, on_delete=OnDelete.restrict
    )
    order_id = ForeignKey(LazyTableReference("OrderRow", app_name="fastshop"), null=False, on_delete=OnDelete.restrict)
    kind = Text()
    serial = Integer()
    source = Text()
    facts = JSONB()
    issued_at = Timestamptz()


class InvoiceFile(Table, tablename="invoice_files"):
    """The PDF of an invoice, since somebody first asked for it."""

    invoice_id = ForeignKey(InvoiceRow, primary_key=True, null=False, on_delete=OnDelete.restrict)
    content = Bytea()

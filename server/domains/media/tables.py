"""Pictures that sellers sent. Where they are shown is a row of `product_media`, with the same id."""

from piccolo.columns import UUID, Boolean, ForeignKey, Integer, LazyTableReference, Text, Timestamptz
from piccolo.columns.base import OnDelete
from piccolo.table import Table


class MediaRow(Table, tablename="media"):
    """A picture. Without ``product_id`` it was taken away: its files go, and then the row.

    ``exempt``: an admin sent it, so it needs no review. ``upload_id`` is the file as it was sent, until the picture is
    made; ``width`` and ``height`` are of the widest.
    """

    id = UUID(primary_key=True, default=None)
    product_id = ForeignKey(
        LazyTableReference("ProductRow", app_name="fastshop"), null=True, default=None, on_delete=OnDelete.set_null
    )
    upload_id = ForeignKey(
        LazyTableReference("Upload", app_name="fastshop"), null=True, default=None, on_delete=OnDelete.restrict
    )
    exempt = Boolean(default=False)
    state = Text()
    reason = Text(default="")
    alt = Text(default="")
    url = Text(default="")
    width = Integer(default=0)
    height = Integer(default=0)
    created_at = Timestamptz()
    updated_at = Timestamptz()

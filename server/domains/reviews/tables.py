"""Reviews as rows."""

from piccolo.columns import UUID, Boolean, ForeignKey, Integer, LazyTableReference, Text, Timestamptz
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table


class ReviewRow(Table, tablename="reviews"):
    """A review. ``helpful`` repeats how many votes it has, so that lists are sorted by an index."""

    id = UUID(primary_key=True, default=None)
    product_id = ForeignKey(
        LazyTableReference("ProductRow", app_name="fastshop"), null=False, on_delete=OnDelete.cascade
    )
    customer_id = ForeignKey(LazyTableReference("User", app_name="fastshop"), null=False, on_delete=OnDelete.no_action)
    stars = Integer()
    text = Text()
    verified = Boolean()
    helpful = Integer(default=0)
    state = Text(default="shown")
    reason = Text(default="")
    moderated_by = ForeignKey(LazyTableReference("User", app_name="fastshop"), on_delete=OnDelete.no_action)
    moderated_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz()
    updated_at = Timestamptz()

    reviews_once = Unique(["product_id", "customer_id"])

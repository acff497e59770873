"""Groups of customers as rows."""

from piccolo.columns import ForeignKey, LazyTableReference, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table


class CustomerGroupRow(Table, tablename="customer_groups"):
    """A group. Price lists and promotions name it without referring to it."""

    name = Varchar(length=50, primary_key=True)
    title = Varchar(length=200)


class CustomerGroupMember(Table, tablename="customer_group_members"):
    """Somebody in a group. The key is both columns."""

    user_id = ForeignKey(
        LazyTableReference("User", app_name="fastshop"), primary_key=True, null=False, on_delete=OnDelete.cascade
    )
    group_name = ForeignKey(CustomerGroupRow, null=False, on_delete=OnDelete.no_action)
    since = Timestamptz()

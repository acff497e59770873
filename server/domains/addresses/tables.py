"""Books of addresses."""

from piccolo.columns import UUID, Boolean, ForeignKey, LazyTableReference, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table


class AddressRow(Table, tablename="addresses"):
    """An address in somebody's book, as its country writes it. At most one of each person is the default."""

    id = UUID(primary_key=True, default=None)
    user_id = ForeignKey(LazyTableReference("User", app_name="fastshop"), null=False, on_delete=OnDelete.cascade)
    name = Varchar(length=200)
    country = Varchar(length=2)
    street = Varchar(length=300)
    city = Varchar(length=100)
    postal_code = Varchar(length=20)
    country_area = Varchar(length=100)
    city_area = Varchar(length=100)
    sorting_code = Varchar(length=20)
    company = Varchar(length=100)
    phone = Varchar(length=40)
    is_default = Boolean(default=False)
    created_at = Timestamptz()
    updated_at = Timestamptz(null=True, default=None)

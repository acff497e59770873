"""Stock by location as rows. Triggers of the migration write the movements and keep them."""

from piccolo.columns import UUID, BigSerial, Boolean, ForeignKey, Integer, LazyTableReference, Text, Timestamptz
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table


class WarehouseRow(Table, tablename="warehouses"):
    """Where a seller keeps goods."""

    id = UUID(primary_key=True, default=None)
    seller_id = ForeignKey(
        LazyTableReference("SellerRow", app_name="fastshop"), null=False, on_delete=OnDelete.no_action
    )
    name = Text()
    created_at = Timestamptz()

    warehouses_name = Unique(["seller_id", "name"])


class MovementRow(Table, tablename="stock_movements"):
    """Units that came or left. ``command_id`` is the client's id of what was asked for, where somebody asked."""

    id = BigSerial(primary_key=True)
    variant_id = UUID(default=None)
    warehouse_id = ForeignKey(WarehouseRow, on_delete=OnDelete.no_action)
    quantity = Integer()
    reason = Text()
    note = Text(default="")
    command_id = UUID(null=True, default=None)
    moved_by = UUID(null=True, default=None)
    at = Timestamptz()


class ThresholdRow(Table, tablename="stock_thresholds"):
    """When a variant is low, and whether that was told."""

    variant_id = ForeignKey(
        LazyTableReference("VariantRow", app_name="fastshop"),
        primary_key=True,
        null=False,
        on_delete=OnDelete.cascade,
    )
    threshold = Integer()
    low = Boolean(default=False)

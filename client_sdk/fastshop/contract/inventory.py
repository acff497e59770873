"""Stock by location: warehouses, levels, the ledger of movements, thresholds."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.base import (
    GET,
    POST,
    PUT,
    Command,
    Conflict,
    Count,
    Cursor,
    Limit,
    Line,
    NotFound,
    Page,
    Quantity,
    Time,
)

Step = Annotated[int, Meta(ge=-1_000_000, le=1_000_000, description="units that came, or below zero that left")]
Note = Annotated[str, Meta(max_length=500)]


class Warehouse(Struct, frozen=True):
    """Where a seller keeps goods."""

    id: UUID
    seller_id: UUID
    name: str


class LocationLevel(Struct, frozen=True):
    """Units in a warehouse."""

    warehouse_id: UUID
    on_hand: int


class StockLevels(Struct, frozen=True):
    """The units of a variant that nobody has been promised: all, by warehouse, and those that no warehouse has.

    ``title`` is its product's, ``seller`` its shop's name. ``threshold``: at so many or fewer stock is low; null where
    nobody asked to be told.
    """

    variant_id: UUID
    on_hand: int
    unplaced: int
    locations: tuple[LocationLevel, ...]
    threshold: int | None
    product_id: UUID
    title: str
    options: dict[str, str]
    sku: str
    seller: str


class StockState(StrEnum):
    """Which variants are listed: all, those at their threshold or below, those that nobody can have."""

    ALL = "all"
    LOW = "low"
    OUT = "out"


class MovementReason(StrEnum):
    """Why units came or left."""

    RECEIVED = "received"
    ADJUSTED = "adjusted"
    SOLD = "sold"
    RETURNED = "returned"
    TRANSFERRED = "transferred"


class AdjustReason(StrEnum):
    """Why a person moves units by hand."""

    RECEIVED = "received"
    ADJUSTED = "adjusted"
    RETURNED = "returned"


class StockMovement(Struct, frozen=True):
    """A line of the ledger. ``warehouse_id`` is null for unplaced units; movements never change."""

    number: int
    variant_id: UUID
    warehouse_id: UUID | None
    quantity: int
    reason: MovementReason
    note: str
    moved_by: UUID | None
    at: Time


class ListWarehouses(Command[tuple[Warehouse, ...]], frozen=True, tag="inventory.list_warehouses"):
    """The warehouses of the caller's shop, by name."""

    http: ClassVar = GET("/warehouses")


class CreateWarehouse(Command[Warehouse], frozen=True, tag="inventory.create_warehouse"):
    """Add a warehouse to the caller's shop. Sent again with the same id it answers the same."""

    http: ClassVar = POST("/warehouses")
    warehouse_id: UUID
    name: Line


class EditWarehouse(Command[Warehouse], frozen=True, tag="inventory.edit_warehouse"):
    """Change what a warehouse of the caller's shop is called."""

    http: ClassVar = PUT("/warehouses/{warehouse_id}")
    warehouse_id: UUID
    name: Line


class ListStock(Command[Page[StockLevels]], frozen=True, tag="inventory.list"):
    """The stock of the caller's shop, variant by variant, but for archived products; by id.

    Managers and admins see all shops, or that of ``seller_id``, which is for them alone.
    """

    http: ClassVar = GET("/inventory")
    state: StockState = StockState.ALL
    seller_id: UUID | None = None
    cursor: Cursor = ""
    limit: Limit = 50


class ShowStock(Command[StockLevels], frozen=True, tag="inventory.show"):
    """Where the units of a variant of the caller's shop are."""

    http: ClassVar = GET("/inventory/{variant_id}")
    variant_id: UUID


class AdjustStock(Command[StockLevels], frozen=True, tag="inventory.adjust"):
    """Say that units came or left, where and why. Sent again with the same id it moves nothing more."""

    http: ClassVar = POST("/inventory/adjust")
    movement_id: UUID
    variant_id: UUID
    quantity: Step
    reason: AdjustReason
    warehouse_id: UUID | None = None
    note: Note = ""


class TransferStock(Command[StockLevels], frozen=True, tag="inventory.transfer"):
    """Move units from one warehouse to another; null stands for unplaced. Sent again it moves nothing more."""

    http: ClassVar = POST("/stock-transfers")
    transfer_id: UUID
    variant_id: UUID
    quantity: Quantity
    from_id: UUID | None = None
    to_id: UUID | None = None
    note: Note = ""


class ListStockMovements(Command[Page[StockMovement]], frozen=True, tag="inventory.list_movements"):
    """What came and left of a variant of the caller's shop, the newest first."""

    http: ClassVar = GET("/inventory/movements")
    variant_id: UUID
    cursor: Cursor = ""
    limit: Limit = 50


class SetThreshold(Command[StockLevels], frozen=True, tag="inventory.set_threshold"):
    """Ask to be told when so many units or fewer are left; null: no more."""

    http: ClassVar = PUT("/inventory/thresholds")
    variant_id: UUID
    threshold: Count | None


class ListLowStock(Command[Page[StockLevels]], frozen=True, tag="inventory.list_low"):
    """The variants of the caller's shop at or below their threshold, by id."""

    http: ClassVar = GET("/inventory/low-stock")
    cursor: Cursor = ""
    limit: Limit = 50


@dataclass(eq=False)
class WarehouseNotFound(NotFound):
    """There is no such warehouse, or it is not of the variant's shop."""

    code: ClassVar[str] = "inventory.warehouse_not_found"
    sentence: ClassVar[str] = "There is no such warehouse."


@dataclass(eq=False)
class NameTaken(Conflict):
    """Another warehouse of the shop has this name."""

    code: ClassVar[str] = "inventory.name_taken"
    sentence: ClassVar[str] = "Another of your warehouses is called “{name}”."
    name: str
    field: str = "name"


@dataclass(eq=False)
class TooFewUnits(Conflict):
    """There are fewer units than should leave, or more than can be counted would be there."""

    code: ClassVar[str] = "inventory.not_enough"
    sentence: ClassVar[str] = "There are not so many units."
    field: str = "quantity"

"""Two shops with warehouses, on the catalog's marketplace."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
import pytest

from fastshop.contract.catalog import StockLow
from fastshop.contract.inventory import (
    AdjustReason,
    AdjustStock,
    CreateWarehouse,
    ListStockMovements,
    SetThreshold,
    ShowStock,
    StockLevels,
    TransferStock,
)
from fastshop.contract.orders import SELLER
from fastshop.ids import new_id
from server.domains.inventory.reading import Reading
from server.domains.inventory.service import Inventory
from server.kernel import log
from server.kernel.caller import Caller
from tests.domains.catalog.conftest import OURS, THEIRS, Market, market, variant

__all__ = ["market"]


@dataclass
class Depot:
    """A variant of ours with ten units, two warehouses of ours, one of theirs."""

    market: Market
    inventory: Inventory
    reading: Reading
    variant_id: UUID
    north: UUID
    south: UUID
    foreign: UUID

    async def adjust(self, quantity: int, warehouse_id: UUID | None = None, **fields: Any) -> StockLevels:
        caller = fields.pop("caller", OURS)
        told: dict[str, Any] = {"movement_id": new_id(), "variant_id": self.variant_id, "reason": AdjustReason.RECEIVED}
        told |= fields
        return await self.inventory.adjust(AdjustStock(quantity=quantity, warehouse_id=warehouse_id, **told), caller)

    async def transfer(self, quantity: int, start: UUID | None, end: UUID | None, **fields: Any) -> StockLevels:
        told = {"transfer_id": new_id(), "variant_id": self.variant_id} | fields
        return await self.inventory.transfer(TransferStock(quantity=quantity, from_id=start, to_id=end, **told), OURS)

    async def levels(self) -> tuple[int, int, int, int]:
        """All, unplaced, in the north, in the south."""
        shown = await self.reading.show(ShowStock(variant_id=self.variant_id), OURS)
        there = {place.warehouse_id: place.on_hand for place in shown.locations}
        return shown.on_hand, shown.unplaced, there.get(self.north, 0), there.get(self.south, 0)

    async def movements(self) -> list[tuple[str, int, UUID | None]]:
        """The ledger, the oldest first, read in pages of one."""
        found: list[tuple[str, int, UUID | None]] = []
        cursor = ""
        while True:
            command = ListStockMovements(variant_id=self.variant_id, cursor=cursor, limit=1)
            page = await self.reading.list_movements(command, OURS)
            found += [(each.reason.value, each.quantity, each.warehouse_id) for each in page.items]
            if page.next is None:
                return found[::-1]
            cursor = page.next

    async def take(self, quantity: int) -> bool:
        async with self.market.database.transaction() as transaction:
            return await self.market.stock.take(transaction, self.variant_id, quantity)

    async def threshold(self, threshold: int | None, caller: Caller = OURS) -> StockLevels:
        return await self.inventory.set_threshold(SetThreshold(variant_id=self.variant_id, threshold=threshold), caller)

    async def alerts(self) -> list[tuple[int, int]]:
        """Of which stock, at which threshold our shop was told."""
        async with self.market.database.reading() as connection:
            found = await log.after(connection, SELLER.of(OURS.seller_id), 0, 1000)
        told = [msgspec.json.decode(each.data, type=StockLow) for each in found]
        return [(each.on_hand, each.threshold) for each in told]


@pytest.fixture
async def depot(market: Market) -> Depot:
    reading = Reading(market.database)
    inventory = Inventory(market.database, reading, market.stock, market.clock)
    product = await market.create(variants=(variant("S", stock=10),))
    made = []
    for caller, name in ((OURS, "North"), (OURS, "South"), (THEIRS, "North")):
        made.append(await inventory.create_warehouse(CreateWarehouse(warehouse_id=new_id(), name=name), caller))
    return Depot(market, inventory, reading, product.variants[0].id, *(each.id for each in made))

"""Moving stock between and through locations. Whoever moves a variant holds its row, so movements take turns."""

from uuid import UUID

import asyncpg
import msgspec

from fastshop.contract.base import IdReused
from fastshop.contract.inventory import (
    AdjustStock,
    CreateWarehouse,
    EditWarehouse,
    MovementReason,
    NameTaken,
    SetThreshold,
    StockLevels,
    TooFewUnits,
    TransferStock,
    Warehouse,
    WarehouseNotFound,
)
from server.domains.inventory.ports import Units
from server.domains.inventory.reading import Reading, check_own, shop_of
from server.kernel import audit
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction

_CREATE = """
INSERT INTO warehouses (id, seller_id, name, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING
"""
_WAREHOUSE = "SELECT id, seller_id, name FROM warehouses WHERE id = $1"
_RENAME = "UPDATE warehouses SET name = $3 WHERE id = $1 AND seller_id = $2 RETURNING id, seller_id, name"
_DONE = """
SELECT variant_id, warehouse_id, quantity, reason, note FROM stock_movements WHERE command_id = $1 ORDER BY id
"""
_LEAVE = """
UPDATE stock_levels SET on_hand = on_hand - $3 WHERE variant_id = $1 AND warehouse_id = $2 AND on_hand >= $3
"""
_ARRIVE = """
INSERT INTO stock_levels (variant_id, warehouse_id, on_hand) VALUES ($1, $2, $3)
ON CONFLICT (variant_id, warehouse_id) DO UPDATE SET on_hand = stock_levels.on_hand + excluded.on_hand
"""
_MOVED = """
INSERT INTO stock_movements (variant_id, warehouse_id, quantity, reason, note, command_id, moved_by)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_SET_THRESHOLD = """
INSERT INTO stock_thresholds (variant_id, threshold) VALUES ($1, $2)
ON CONFLICT (variant_id) DO UPDATE SET threshold = excluded.threshold
"""
_NO_THRESHOLD = "DELETE FROM stock_thresholds WHERE variant_id = $1"

# A line of the ledger: variant, warehouse, quantity, reason, note.
_Line = tuple[UUID, UUID | None, int, str, str]


class Inventory:
    """Stock by location as it is changed."""

    def __init__(self, database: Database, reading: Reading, units: Units, clock: Clock) -> None:
        self._database = database
        self._reading = reading
        self._units = units
        self._clock = clock

    async def create_warehouse(self, command: CreateWarehouse, caller: Caller) -> Warehouse:
        """Add a warehouse."""
        asked = Warehouse(command.warehouse_id, shop_of(caller), command.name)
        try:
            async with self._database.transaction() as transaction:
                args = (asked.id, asked.seller_id, asked.name, self._clock.now())
                await transaction.connection.execute(_CREATE, *args)
                row = await transaction.connection.fetchrow(_WAREHOUSE, asked.id)
        except asyncpg.UniqueViolationError:
            raise NameTaken(command.name) from None
        if row is None or Warehouse(**row) != asked:
            raise IdReused
        return asked

    async def edit_warehouse(self, command: EditWarehouse, caller: Caller) -> Warehouse:
        """Call a warehouse something else."""
        try:
            row = await self._database.fetch_one(_RENAME, command.warehouse_id, shop_of(caller), command.name)
        except asyncpg.UniqueViolationError:
            raise NameTaken(command.name) from None
        if row is None:
            raise WarehouseNotFound
        return Warehouse(**row)

    async def adjust(self, command: AdjustStock, caller: Caller) -> StockLevels:
        """Units came or left."""
        line = (command.variant_id, command.warehouse_id, command.quantity, command.reason.value, command.note)
        async with self._database.transaction() as transaction:
            seller_id = await self._begin(transaction, command.variant_id, caller, command.warehouse_id)
            if not await self._is_done(transaction, command.movement_id, line) and command.quantity:
                await self._check_place(command.variant_id, command.warehouse_id, -command.quantity)
                if not await self._units.move(transaction, command.variant_id, command.quantity, _why(command, caller)):
                    raise TooFewUnits
                await self._note(transaction, command, caller, seller_id)
            return await self._reading.levels(command.variant_id)

    async def transfer(self, command: TransferStock, caller: Caller) -> StockLevels:
        """From one warehouse to another."""
        variant_id, quantity, reason = command.variant_id, command.quantity, MovementReason.TRANSFERRED.value
        left = (variant_id, command.from_id, -quantity, reason, command.note)
        came = (variant_id, command.to_id, quantity, reason, command.note)
        async with self._database.transaction() as transaction:
            connection = transaction.connection
            seller_id = await self._begin(transaction, variant_id, caller, command.from_id, command.to_id)
            if not await self._is_done(transaction, command.transfer_id, left, came):
                await self._check_place(variant_id, command.from_id, quantity)
                if command.from_id:
                    await connection.execute(_LEAVE, variant_id, command.from_id, quantity)
                if command.to_id:
                    await connection.execute(_ARRIVE, variant_id, command.to_id, quantity)
                for line in (left, came):
                    await connection.execute(_MOVED, *line, command.transfer_id, caller.person)
                await self._note(transaction, command, caller, seller_id)
            return await self._reading.levels(variant_id)

    async def set_threshold(self, command: SetThreshold, caller: Caller) -> StockLevels:
        """Ask to be told."""
        async with self._database.transaction() as transaction:
            seller_id = await self._begin(transaction, command.variant_id, caller)
            if command.threshold is None:
                await transaction.connection.execute(_NO_THRESHOLD, command.variant_id)
            else:
                await transaction.connection.execute(_SET_THRESHOLD, command.variant_id, command.threshold)
                await self._units.alert(transaction, command.variant_id)
            await self._note(transaction, command, caller, seller_id)
            return await self._reading.levels(command.variant_id)

    async def _begin(
        self, transaction: Transaction, variant_id: UUID, caller: Caller, *warehouse_ids: UUID | None
    ) -> UUID:
        """Whose the variant is, which nobody else moves until the transaction ends; the warehouses are of that shop."""
        seller_id = check_own(await self._units.lock(transaction, variant_id), caller)
        for warehouse_id in warehouse_ids:
            if warehouse_id is not None:
                row = await self._database.fetch_one(_WAREHOUSE, warehouse_id)
                if row is None or row["seller_id"] != seller_id:
                    raise WarehouseNotFound
        return seller_id

    async def _note(
        self,
        transaction: Transaction,
        command: AdjustStock | TransferStock | SetThreshold,
        caller: Caller,
        seller_id: UUID,
    ) -> None:
        subject = f"variant:{command.variant_id}"
        await audit.note_foreign(transaction, self._clock.now(), caller, seller_id, command.tag(), subject)

    async def _is_done(self, transaction: Transaction, command_id: UUID, *lines: _Line) -> bool:
        """Whether it was asked for before, and done; `IdReused` when that was something else."""
        done = [tuple(row) for row in await transaction.connection.fetch(_DONE, command_id)]
        if done and done != list(lines):
            raise IdReused
        return bool(done)

    async def _check_place(self, variant_id: UUID, warehouse_id: UUID | None, leaving: int) -> None:
        """Refuse (`TooFewUnits`) when so many cannot leave this warehouse, or the unplaced units."""
        levels = await self._reading.levels(variant_id)
        there = {place.warehouse_id: place.on_hand for place in levels.locations}
        if leaving > (there.get(warehouse_id, 0) if warehouse_id else levels.unplaced):
            raise TooFewUnits


def _why(command: AdjustStock, caller: Caller) -> bytes:
    return msgspec.json.encode(
        {
            "reason": command.reason,
            "warehouse_id": command.warehouse_id,
            "note": command.note,
            "command_id": command.movement_id,
            "moved_by": caller.person,
        }
    )

"""Reading stock by location: levels, movements, what is low."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from fastshop.contract.accounts import Role
from fastshop.contract.base import Page
from fastshop.contract.catalog import NoShop, SellerNotFound, VariantNotFound
from fastshop.contract.inventory import (
    ListLowStock,
    ListStock,
    ListStockMovements,
    ListWarehouses,
    LocationLevel,
    MovementReason,
    ShowStock,
    StockLevels,
    StockMovement,
    StockState,
    Warehouse,
)
from server.kernel.caller import Caller
from server.kernel.database import Database
from server.kernel.page import as_page, decode_cursor, page_of

_WAREHOUSES = "SELECT id, seller_id, name FROM warehouses WHERE seller_id = $1 ORDER BY name, id"
_OWNER = "SELECT seller_id FROM product_variants WHERE id = $1"
_TOTALS = """
SELECT variant.id, coalesce(level.on_hand, 0) AS on_hand, alert.threshold, variant.sku, variant.options,
    product.id AS product_id, product.title, product.options AS option_names, seller.name AS seller
FROM product_variants variant JOIN products product ON product.id = variant.product_id
    JOIN sellers seller ON seller.id = product.seller_id
    LEFT JOIN inventory_levels level ON level.variant_id = variant.id
    LEFT JOIN stock_thresholds alert ON alert.variant_id = variant.id
WHERE variant.id = any($1::uuid[]) ORDER BY variant.id
"""
_PLACES = """
SELECT * FROM stock_levels WHERE variant_id = any($1::uuid[]) AND on_hand > 0 ORDER BY variant_id, warehouse_id
"""
_LIST = """
SELECT variant.id FROM {variants} LEFT JOIN inventory_levels level ON level.variant_id = variant.id
WHERE ($1::uuid IS NULL OR variant.seller_id = $1) AND {condition} AND ($2::uuid IS NULL OR variant.id > $2)
    AND NOT EXISTS (SELECT FROM products WHERE id = variant.product_id AND status = 'archived')
ORDER BY variant.id LIMIT $3
"""
_ALL = "product_variants variant"
_WITH_THRESHOLD = "stock_thresholds alert JOIN product_variants variant ON variant.id = alert.variant_id"
_LISTS = {
    StockState.ALL: _LIST.format(variants=_ALL, condition="true"),
    StockState.LOW: _LIST.format(variants=_WITH_THRESHOLD, condition="coalesce(level.on_hand, 0) <= alert.threshold"),
    StockState.OUT: _LIST.format(variants=_ALL, condition="coalesce(level.on_hand, 0) = 0"),
}
_MOVEMENTS = """
SELECT * FROM stock_movements WHERE variant_id = $1 AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC LIMIT $3
"""


class Reading:
    """Stock by location as it is read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_warehouses(self, command: ListWarehouses, caller: Caller) -> tuple[Warehouse, ...]:  # noqa: ARG002
        """The caller's warehouses."""
        return tuple(Warehouse(**row) for row in await self._database.fetch(_WAREHOUSES, shop_of(caller)))

    async def show(self, command: ShowStock, caller: Caller) -> StockLevels:
        """Where the units of a variant are."""
        await self._own(command.variant_id, caller)
        return await self.levels(command.variant_id)

    async def list_movements(self, command: ListStockMovements, caller: Caller) -> Page[StockMovement]:
        """What came and left of a variant."""
        (before,) = decode_cursor(command.cursor, tuple[int]) or (None,)
        await self._own(command.variant_id, caller)
        rows = await self._database.fetch(_MOVEMENTS, command.variant_id, before, command.limit + 1)
        found = [
            StockMovement(
                number=row["id"],
                variant_id=row["variant_id"],
                warehouse_id=row["warehouse_id"],
                quantity=row["quantity"],
                reason=MovementReason(row["reason"]),
                note=row["note"],
                moved_by=row["moved_by"],
                at=row["at"],
            )
            for row in rows
        ]
        return as_page(found, command.limit, lambda movement: (movement.number,))

    async def list_low(self, command: ListLowStock, caller: Caller) -> Page[StockLevels]:
        """The caller's variants that are low."""
        return await self._list(StockState.LOW, shop_of(caller), command.cursor, command.limit)

    async def list_stock(self, command: ListStock, caller: Caller) -> Page[StockLevels]:
        """The caller's stock, or for who runs the shop everybody's."""
        seller_id = command.seller_id
        if not caller.is_any(Role.ADMIN, Role.MANAGER):
            if seller_id not in (None, shop_of(caller)):
                raise SellerNotFound
            seller_id = caller.seller_id
        return await self._list(command.state, seller_id, command.cursor, command.limit)

    async def _list(self, state: StockState, seller_id: UUID | None, cursor: str, limit: int) -> Page[StockLevels]:
        (after,) = decode_cursor(cursor, tuple[UUID]) or (None,)
        found = await self._database.fetch(_LISTS[state], seller_id, after, limit + 1)
        shown, following = page_of(found, limit, lambda row: (row["id"],))
        return Page(await self._levels([row["id"] for row in shown]), following)

    async def levels(self, variant_id: UUID) -> StockLevels:
        """The levels of a variant that there is."""
        (levels,) = await self._levels([variant_id])
        return levels

    async def _levels(self, variant_ids: Sequence[UUID]) -> tuple[StockLevels, ...]:
        places = defaultdict(list)
        for row in await self._database.fetch(_PLACES, variant_ids):
            places[row["variant_id"]].append(LocationLevel(row["warehouse_id"], row["on_hand"]))
        return tuple(
            StockLevels(
                variant_id=row["id"],
                on_hand=row["on_hand"],
                unplaced=row["on_hand"] - sum(place.on_hand for place in places[row["id"]]),
                locations=tuple(places[row["id"]]),
                threshold=row["threshold"],
                product_id=row["product_id"],
                title=row["title"],
                options=_options(row),
                sku=row["sku"],
                seller=row["seller"],
            )
            for row in await self._database.fetch(_TOTALS, variant_ids)
        )

    async def _own(self, variant_id: UUID, caller: Caller) -> None:
        row = await self._database.fetch_one(_OWNER, variant_id)
        check_own(row["seller_id"] if row else None, caller)


def _options(row: Any) -> dict[str, str]:
    """In the order of the product's: JSONB keeps none."""
    chosen = msgspec.json.decode(row["options"], type=dict[str, str])
    return {name: chosen[name] for name in row["option_names"] if name in chosen}


def shop_of(caller: Caller) -> UUID:
    """The caller's shop. Refused where they have none: `NoShop`."""
    if caller.seller_id is None:
        raise NoShop
    return caller.seller_id


def check_own(seller_id: UUID | None, caller: Caller) -> UUID:
    """The seller of a variant that the caller may work with. Refused otherwise: `VariantNotFound`."""
    if seller_id is None or not (seller_id == caller.seller_id or caller.is_any(Role.ADMIN)):
        raise VariantNotFound
    return seller_id

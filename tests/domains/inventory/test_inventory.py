"""Stock by location: the ledger, the levels and all units always fit together, whoever moves what at once."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from fastshop.contract.base import IdReused, Refusal
from fastshop.contract.catalog import SellerNotFound, SetStock, VariantNotFound
from fastshop.contract.inventory import (
    CreateWarehouse,
    EditWarehouse,
    ListLowStock,
    ListStock,
    ListStockMovements,
    ListWarehouses,
    NameTaken,
    ShowStock,
    StockLevels,
    StockState,
    TooFewUnits,
    Warehouse,
    WarehouseNotFound,
)
from fastshop.ids import new_id
from server.kernel.caller import Caller
from tests.domains.catalog.conftest import ADMIN, MANAGER, OURS, THEIRS, refused
from tests.domains.inventory.conftest import Depot


async def test_units_come_to_a_warehouse_and_leave_it_and_each_step_is_in_the_ledger(depot: Depot) -> None:
    await depot.adjust(5, depot.north)
    await depot.adjust(-2, depot.north)
    await depot.transfer(4, None, depot.south)
    await depot.transfer(1, depot.south, depot.north)
    assert await depot.levels() == (13, 6, 4, 3)
    assert await depot.movements() == [
        ("adjusted", 10, None),
        ("received", 5, depot.north),
        ("received", -2, depot.north),
        ("transferred", -4, None),
        ("transferred", 4, depot.south),
        ("transferred", -1, depot.south),
        ("transferred", 1, depot.north),
    ]


async def test_more_than_there_is_cannot_leave_a_place_though_others_have_it(depot: Depot) -> None:
    await depot.adjust(3, depot.north)
    before = await depot.movements()
    for attempt in (
        depot.adjust(-4, depot.north),
        depot.adjust(-11),
        depot.adjust(-1, depot.south),
        depot.transfer(4, depot.north, depot.south),
        depot.transfer(11, None, depot.north),
    ):
        assert isinstance(await refused(attempt), TooFewUnits)
    assert await depot.levels() == (13, 10, 3, 0)
    assert await depot.movements() == before


async def test_what_names_no_warehouse_takes_the_unplaced_first_and_then_where_most_is(depot: Depot) -> None:
    await depot.transfer(3, None, depot.north)
    await depot.transfer(5, None, depot.south)
    assert await depot.take(3)
    assert await depot.levels() == (7, 0, 3, 4)
    assert await depot.take(6)
    assert await depot.levels() == (1, 0, 1, 0)
    assert not await depot.take(2)
    sold = [each for each in await depot.movements() if each[0] == "sold"]
    assert sold == [
        ("sold", -2, None),
        ("sold", -1, depot.south),
        ("sold", -4, depot.south),
        ("sold", -2, depot.north),
    ]


async def test_what_the_previous_release_writes_is_in_the_ledger_too(depot: Depot) -> None:
    await depot.transfer(8, None, depot.north)
    for statement in (
        "UPDATE inventory_levels SET on_hand = on_hand - 5 WHERE variant_id = $1",
        (
            "INSERT INTO inventory_levels (variant_id, on_hand) VALUES ($1, 7)"
            " ON CONFLICT (variant_id) DO UPDATE SET on_hand = inventory_levels.on_hand + excluded.on_hand"
        ),
        (
            "INSERT INTO inventory_levels (variant_id, on_hand) VALUES ($1, 12)"
            " ON CONFLICT (variant_id) DO UPDATE SET on_hand = excluded.on_hand"
        ),
    ):
        await depot.market.database.fetch(statement, depot.variant_id)
    assert await depot.levels() == (12, 7, 5, 0)
    assert (await depot.movements())[3:] == [
        ("adjusted", -2, None),
        ("adjusted", -3, depot.north),
        ("adjusted", 7, None),
    ]
    with pytest.raises(asyncpg.CheckViolationError):
        await depot.market.database.fetch(
            "UPDATE inventory_levels SET on_hand = -1 WHERE variant_id = $1", depot.variant_id
        )


async def test_what_a_change_said_of_itself_is_not_said_of_the_next(depot: Depot) -> None:
    assert await depot.take(2)
    async with depot.market.database.transaction() as transaction:
        await depot.market.stock.put_back(transaction, depot.variant_id, 1)
    await depot.market.editing.set_stock(SetStock(variant_id=depot.variant_id, stock=4), OURS)
    assert [each[:2] for each in await depot.movements()] == [
        ("adjusted", 10),
        ("sold", -2),
        ("returned", 1),
        ("adjusted", -5),
    ]


async def test_an_adjustment_or_a_transfer_sent_again_moves_nothing_more(depot: Depot) -> None:
    movement, transfer = new_id(), new_id()
    await asyncio.gather(*(depot.adjust(5, depot.north, movement_id=movement) for _ in range(8)))
    await asyncio.gather(*(depot.transfer(2, depot.north, None, transfer_id=transfer) for _ in range(8)))
    assert await depot.levels() == (15, 12, 3, 0)
    assert isinstance(await refused(depot.adjust(6, depot.north, movement_id=movement)), IdReused)
    assert isinstance(await refused(depot.transfer(2, depot.north, depot.south, transfer_id=transfer)), IdReused)
    assert isinstance(await refused(depot.adjust(5, depot.north, movement_id=transfer)), IdReused)


async def test_whoever_moves_what_at_once_the_books_fit_together(depot: Depot) -> None:
    await depot.adjust(20, depot.north)
    steps = [
        *(depot.take(3) for _ in range(8)),
        *(depot.adjust(-4, depot.north) for _ in range(4)),
        *(depot.transfer(3, depot.north, depot.south) for _ in range(6)),
        *(depot.transfer(2, None, depot.south) for _ in range(6)),
        *(depot.adjust(1, depot.south) for _ in range(5)),
    ]
    for failed in await asyncio.gather(*steps, return_exceptions=True):
        if isinstance(failed, BaseException) and not isinstance(failed, Refusal):
            pytest.fail(repr(failed))
    everything, unplaced, north, south = await depot.levels()
    assert min(everything, unplaced, north, south) >= 0
    moved = await depot.movements()
    assert sum(each[1] for each in moved) == everything
    for place, units in ((None, unplaced), (depot.north, north), (depot.south, south)):
        assert sum(each[1] for each in moved if each[2] == place) == units


async def test_the_ledger_cannot_be_changed(depot: Depot) -> None:
    for statement in ("UPDATE stock_movements SET quantity = 1", "DELETE FROM stock_movements"):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await depot.market.database.fetch(statement)


async def test_goods_and_warehouses_of_others_are_out_of_reach(depot: Depot) -> None:
    assert isinstance(await refused(depot.adjust(1, depot.foreign)), WarehouseNotFound)
    assert isinstance(await refused(depot.adjust(1, new_id())), WarehouseNotFound)
    assert isinstance(await refused(depot.transfer(1, None, depot.foreign)), WarehouseNotFound)
    assert isinstance(await refused(depot.adjust(1, caller=THEIRS)), VariantNotFound)
    assert isinstance(await refused(depot.adjust(1, variant_id=new_id())), VariantNotFound)
    assert isinstance(await refused(depot.threshold(1, THEIRS)), VariantNotFound)
    show, movements = ShowStock(variant_id=depot.variant_id), ListStockMovements(variant_id=depot.variant_id)
    assert isinstance(await refused(depot.reading.show(show, THEIRS)), VariantNotFound)
    assert isinstance(await refused(depot.reading.list_movements(movements, THEIRS)), VariantNotFound)
    assert [each.id for each in await depot.reading.list_warehouses(ListWarehouses(), THEIRS)] == [depot.foreign]


async def test_a_warehouse_sent_again_is_the_same_and_a_name_is_taken_once_a_shop(depot: Depot) -> None:
    async def create(warehouse_id: object, name: str) -> object:
        command = CreateWarehouse(warehouse_id=warehouse_id, name=name)  # type: ignore[arg-type]
        return await depot.inventory.create_warehouse(command, OURS)

    assert await create(depot.north, "North") == await create(depot.north, "North")
    assert isinstance(await refused(create(depot.north, "West")), IdReused)
    assert isinstance(await refused(create(depot.foreign, "East")), IdReused)
    assert isinstance(await refused(create(new_id(), "North")), NameTaken)


async def test_a_warehouse_is_renamed_by_its_shop_alone(depot: Depot) -> None:
    async def rename(warehouse_id: UUID, name: str) -> Warehouse:
        return await depot.inventory.edit_warehouse(EditWarehouse(warehouse_id=warehouse_id, name=name), OURS)

    assert (await rename(depot.north, "Far north")).name == "Far north"
    assert isinstance(await refused(rename(depot.north, "South")), NameTaken)
    assert isinstance(await refused(rename(depot.foreign, "Ours now")), WarehouseNotFound)
    names = [each.name for each in await depot.reading.list_warehouses(ListWarehouses(), OURS)]
    assert names == ["Far north", "South"]


async def test_stock_is_listed_by_shop_with_names_and_whole_for_who_runs_the_market(depot: Depot) -> None:
    async def skus(state: StockState, caller: Caller, **fields: Any) -> list[tuple[str, str, str]]:
        found: list[StockLevels] = []
        cursor = ""
        while True:
            command = ListStock(state=state, cursor=cursor, limit=1, **fields)
            page = await depot.reading.list_stock(command, caller)
            found.extend(page.items)
            if page.next is None:
                return [(each.seller, each.title, " ".join([each.sku, *each.options.values()])) for each in found]
            cursor = page.next

    everything = await skus(StockState.ALL, MANAGER)
    ours = [each for each in everything if each[0] == "Ours"]
    assert await skus(StockState.ALL, OURS) == ours
    assert len(everything) > len(ours) > 0
    assert await skus(StockState.ALL, ADMIN, seller_id=OURS.seller_id) == ours
    assert await skus(StockState.LOW, MANAGER) == await skus(StockState.OUT, OURS) == []
    await depot.threshold(10)
    low = await skus(StockState.LOW, MANAGER)
    assert len(low) == 1
    assert await skus(StockState.LOW, OURS) == low
    assert await skus(StockState.LOW, THEIRS) == []
    await depot.market.editing.set_stock(SetStock(variant_id=depot.variant_id, stock=0), OURS)
    assert await skus(StockState.OUT, OURS) == low
    peeking = depot.reading.list_stock(ListStock(seller_id=THEIRS.seller_id), OURS)
    assert isinstance(await refused(peeking), SellerNotFound)


async def test_a_seller_is_told_once_when_stock_falls_to_the_threshold(depot: Depot) -> None:
    await depot.threshold(4)
    assert await depot.alerts() == []
    for quantity in (5, 1, 1):
        assert await depot.take(quantity)
    assert await depot.alerts() == [(4, 4)]
    low = (await depot.reading.list_low(ListLowStock(), OURS)).items
    assert [(each.variant_id, each.on_hand, each.threshold) for each in low] == [(depot.variant_id, 3, 4)]
    assert (await depot.reading.list_low(ListLowStock(), THEIRS)).items == ()
    await depot.adjust(5)
    assert (await depot.reading.list_low(ListLowStock(), OURS)).items == ()
    await depot.market.editing.set_stock(SetStock(variant_id=depot.variant_id, stock=0), OURS)
    assert await depot.alerts() == [(4, 4), (0, 4)]
    await depot.threshold(None)
    await depot.adjust(9)
    await depot.threshold(9)
    assert (await depot.alerts())[2:] == [(9, 9)]

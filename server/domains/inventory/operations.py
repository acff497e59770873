"""Who may ask what of stock by location."""

from fastshop.contract.accounts import Role
from fastshop.contract.base import IdReused
from fastshop.contract.catalog import NoShop, SellerNotFound, VariantNotFound
from fastshop.contract.inventory import NameTaken, TooFewUnits, WarehouseNotFound
from server.domains.inventory.reading import Reading
from server.domains.inventory.service import Inventory
from server.kernel.caller import any_of
from server.kernel.operation import Operation

_SELLING = any_of(Role.SELLER, Role.ADMIN)


def operations(reading: Reading, inventory: Inventory) -> tuple[Operation, ...]:
    """The operations of this domain."""
    moving = (VariantNotFound, WarehouseNotFound, TooFewUnits, IdReused)
    return (
        Operation(reading.list_warehouses, any_of(Role.SELLER), (NoShop,)),
        Operation(inventory.create_warehouse, any_of(Role.SELLER), (NoShop, NameTaken, IdReused)),
        Operation(inventory.edit_warehouse, any_of(Role.SELLER), (NoShop, WarehouseNotFound, NameTaken)),
        Operation(reading.list_stock, any_of(Role.SELLER, Role.ADMIN, Role.MANAGER), (NoShop, SellerNotFound)),
        Operation(reading.show, _SELLING, (VariantNotFound,)),
        Operation(inventory.adjust, _SELLING, moving),
        Operation(inventory.transfer, _SELLING, moving),
        Operation(reading.list_movements, _SELLING, (VariantNotFound,)),
        Operation(inventory.set_threshold, _SELLING, (VariantNotFound,)),
        Operation(reading.list_low, any_of(Role.SELLER), (NoShop,)),
    )

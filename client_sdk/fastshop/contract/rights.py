"""What the staff of a seller may do for it. The owner may do everything.

A right stands for scopes: who has one acts for the seller in what goes by these names, and is a customer elsewhere.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final


class SellerRight(StrEnum):
    """A part of a seller's business that somebody may look after."""

    PRODUCTS = "products"
    STOCK = "stock"
    ORDERS = "orders"
    COUPONS = "coupons"
    MONEY = "money"
    STAFF = "staff"


# Who works for a shop belongs to it here too, whatever their rights: nobody reviews the goods of their own shop.
_ALWAYS = frozenset({"reviews:write", "sellers:read", "staff:read", "groups:read"})

# Names of what is not there (yet) open nothing.
RIGHT_SCOPES: Final[Mapping[SellerRight, frozenset[str]]] = {
    SellerRight.PRODUCTS: frozenset(
        {
            *("catalog:read", "catalog:write", "watch:product", "watch:product_desk", "media:read", "media:write"),
            *("imports:read", "imports:write", "watch:import", "watch:imports", "prices:read", "prices:write"),
        }
    ),
    SellerRight.STOCK: frozenset({"catalog:read", "catalog.set_stock", "inventory:read", "inventory:write"}),
    SellerRight.ORDERS: frozenset(
        {
            *("orders:read", "orders:write", "watch:order", "watch:seller", "invoices:read", "shipping:read"),
            *("returns:read", "returns:write", "watch:return"),
            *("disputes:read", "disputes:write", "watch:dispute", "evidence:read", "evidence:write"),
        }
    ),
    SellerRight.COUPONS: frozenset(
        {
            *("coupons:read", "coupons:write", "campaigns:read", "campaigns:write", "promotions:write"),
            *("flash_sales:read", "flash_sales:write", "watch:sale_ledger", "watch:sale_desk"),
        }
    ),
    SellerRight.MONEY: frozenset({"ledger:read", "watch:earnings"}),
    SellerRight.STAFF: frozenset({"staff:write"}),
}


def right_scopes(rights: Collection[SellerRight]) -> frozenset[str]:
    """Where somebody with these rights acts for their seller."""
    return _ALWAYS.union(*(RIGHT_SCOPES[right] for right in rights))

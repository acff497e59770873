"""Reading orders: one's own, those of one's shop, any for who decides about them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from fastshop.contract.accounts import Role
from fastshop.contract.base import Page
from fastshop.contract.catalog import NoShop, Seller
from fastshop.contract.orders import (
    ListAllOrders,
    ListOrders,
    ListSellerOrders,
    Order,
    OrderNotFound,
    ShowGuestOrder,
    ShowOrder,
)
from server.domains.orders import placing, rows
from server.domains.orders.ports import Draft
from server.domains.orders.rules import part_of
from server.kernel.caller import Caller
from server.kernel.channel import hashed
from server.kernel.database import Database, Transaction
from server.kernel.page import decode_cursor, page_of

_OF_CUSTOMER = f"""{rows.SELECT}
WHERE customer_id = $1 AND ($2::timestamptz IS NULL OR (placed_at, id) < ($2, $3))
ORDER BY placed_at DESC, id DESC LIMIT $4
"""
_OF_SELLER = f"""{rows.SELECT}
WHERE EXISTS (
    SELECT FROM seller_orders part
    WHERE part.order_id = orders.id AND part.seller_id = $1 AND ($5::text IS NULL OR part.state = $5)
) AND ($2::timestamptz IS NULL OR (placed_at, id) < ($2, $3))
ORDER BY placed_at DESC, id DESC LIMIT $4
"""
# By id, which has the time in it: the table is in that order, and needs no other index.
_ALL = f"""{rows.SELECT}
WHERE ($1::uuid IS NULL OR customer_id = $1) AND ($2::uuid IS NULL OR orders.id < $2)
ORDER BY orders.id DESC LIMIT $3
"""
_BOUGHT = """
SELECT item.product_id FROM orders JOIN order_items item ON item.order_id = orders.id
WHERE orders.customer_id = $1 AND item.product_id = any($2::uuid[]) AND orders.status <> 'cancelled'
ORDER BY item.product_id <> $3, orders.placed_at DESC LIMIT 1
"""


class Orders:
    """Orders as they are placed and read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def place(self, transaction: Transaction, drafts: Sequence[Draft]) -> None:
        """Write orders in the transaction that makes them due; see `placing`."""
        await placing.place(transaction, drafts)

    async def list_own(self, command: ListOrders, caller: Caller) -> Page[Order]:
        """The caller's orders."""
        return await self._page(_OF_CUSTOMER, caller.person, command.cursor, command.limit)

    async def list_for_seller(self, command: ListSellerOrders, caller: Caller) -> Page[Order]:
        """The orders of the caller's shop, each with its lines only."""
        if caller.seller_id is None:
            raise NoShop
        page = await self._page(_OF_SELLER, caller.seller_id, command.cursor, command.limit, command.state)
        return Page(tuple(part_of(order, caller.seller_id) for order in page.items), page.next)

    async def list_all(self, command: ListAllOrders, caller: Caller) -> Page[Order]:  # noqa: ARG002 - any who may
        """All orders, or the one of a number."""
        if command.number:
            found = await self._database.fetch(f"{rows.SELECT} WHERE number = $1", command.number)
            return Page(tuple(await self._whole(found)), None)
        (after,) = decode_cursor(command.cursor, tuple[UUID]) or (None,)
        found = await self._database.fetch(_ALL, command.customer_id, after, command.limit + 1)
        shown, following = page_of(found, command.limit, lambda row: (row["id"],))
        return Page(tuple(await self._whole(shown)), following)

    async def show(self, command: ShowOrder, caller: Caller) -> Order:
        """One order, as much of it as the caller may see."""
        whole = await self.get(command.order_id)
        if whole.customer_id == caller.person or caller.is_any(Role.ADMIN, Role.MANAGER):
            return whole
        if caller.seller_id is None or not (part := part_of(whole, caller.seller_id)).lines:
            raise OrderNotFound
        return part

    async def show_guest(self, command: ShowGuestOrder, caller: Caller) -> Order:  # noqa: ARG002 - the key says it all
        """A guest's order."""
        return await self._one(f"{rows.SELECT} WHERE guest_key_hash = $1", hashed(command.order_key))

    async def get(self, order_id: UUID) -> Order:
        """One order, whole. Refused when there is none: `OrderNotFound`."""
        return await self._one(f"{rows.SELECT} WHERE orders.id = $1", order_id)

    async def latest(self, customer_id: UUID, count: int) -> tuple[Order, ...]:
        """A customer's latest orders."""
        found = await self._database.fetch(_OF_CUSTOMER, customer_id, None, None, count)
        return tuple(await self._whole(found))

    async def bought(self, customer_id: UUID, product_ids: Collection[UUID], asked: UUID) -> UUID | None:
        """Which of these products the customer has an order with, not cancelled: the one asked for, or the latest."""
        row = await self._database.fetch_one(_BOUGHT, customer_id, list(product_ids), asked)
        return row["product_id"] if row else None

    async def seller(self, seller_id: UUID) -> Seller:
        """The seller that a channel of incoming orders is for. Refused when there is none: `OrderNotFound`."""
        query = "SELECT id, name, slug, description, suspended_at IS NOT NULL AS suspended FROM sellers WHERE id = $1"
        row = await self._database.fetch_one(query, seller_id)
        if row is None:
            raise OrderNotFound
        return Seller(**row)

    async def _page(self, query: str, owner: UUID, cursor: str, limit: int, *which: object) -> Page[Order]:
        after = decode_cursor(cursor, tuple[datetime, UUID]) or (None, None)
        found = await self._database.fetch(query, owner, *after, limit + 1, *which)
        shown, following = page_of(found, limit, lambda row: (row["placed_at"], row["id"]))
        return Page(tuple(await self._whole(shown)), following)

    async def _one(self, query: str, key: UUID | str) -> Order:
        row = await self._database.fetch_one(query, key)
        if row is None:
            raise OrderNotFound
        return (await self._whole([row]))[0]

    async def _whole(self, orders: Sequence[Any]) -> list[Order]:
        ids = [row["id"] for row in orders]
        its_lines = await self._database.fetch(rows.LINES, ids)
        parcels = await self._database.fetch(rows.PARCELS, ids)
        parts = rows.parts(await self._database.fetch(rows.PARTS, ids), its_lines, parcels)
        shipping = rows.shipping(await self._database.fetch(rows.SHIPPING, ids))
        lines = rows.lines(its_lines)
        return [rows.order(row, lines[row["id"]], shipping[row["id"]], parts[row["id"]]) for row in orders]

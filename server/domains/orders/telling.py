"""The timeline: kept with the order, and told to its customer and its sellers, each what concerns them."""

from typing import Any

import msgspec
from msgspec.structs import replace

from fastshop.contract.base import IdReused
from fastshop.contract.flash_sales import USER
from fastshop.contract.orders import GUEST_ORDER, ORDER, SELLER, Order
from fastshop.contract.seller_orders import EntryKind, LineUnits, OrderMoved, Side, TimelineEntry
from server.domains.orders.rules import part_of
from server.kernel.database import Transaction
from server.kernel.money import from_numeric, to_numeric

_KEEP = """
INSERT INTO order_entries (
    id, order_id, seller_id, kind, side, actor_id, lines, shipment_id, amount, note, fingerprint, at
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING RETURNING seq
"""
_HASH = "SELECT guest_key_hash FROM orders WHERE id = $1"


async def keep(transaction: Transaction, order_id: object, entry: TimelineEntry, asked: bytes) -> None:
    """Write an entry. Refused where its id is another's: `IdReused`."""
    amount = to_numeric(entry.amount) if entry.amount else None
    lines = msgspec.json.encode(entry.lines).decode()
    seq = await transaction.connection.fetchval(
        _KEEP,
        entry.id,
        order_id,
        entry.seller_id,
        entry.kind,
        entry.by,
        entry.actor_id,
        lines,
        entry.shipment_id,
        amount,
        entry.note,
        asked,
        entry.at,
    )
    if seq is None:
        raise IdReused


async def tell(transaction: Transaction, order: Order, entry: TimelineEntry) -> None:
    """Tell who is concerned. The log is kept for ever: it has no notes, and names nobody."""
    told = replace(entry, note="", actor_id=None)
    transaction.emit(_moved(order, told), ORDER.of(order.id), await _customers(transaction, order))
    for part in order.parts:
        if entry.seller_id in (None, part.seller_id):
            theirs = part_of(order, part.seller_id)
            transaction.emit(_moved(theirs, replace(told, seller_id=part.seller_id)), SELLER.of(part.seller_id))


async def _customers(transaction: Transaction, order: Order) -> str:
    """Where whoever bought is told."""
    if order.customer_id is not None:
        return USER.of(order.customer_id)
    return GUEST_ORDER.of(await transaction.connection.fetchval(_HASH, order.id))


def entry_of(row: Any) -> TimelineEntry:
    """An entry; its row has the order's currency."""
    amount = row["amount"]
    return TimelineEntry(
        id=row["id"],
        kind=EntryKind(row["kind"]),
        by=Side(row["side"]),
        at=row["at"],
        seller_id=row["seller_id"],
        actor_id=row["actor_id"],
        lines=msgspec.json.decode(row["lines"], type=tuple[LineUnits, ...]),
        shipment_id=row["shipment_id"],
        amount=None if amount is None else from_numeric(amount, row["currency"]),
        noted=bool(row["note"]),
        note=row["note"],
    )


def _moved(order: Order, entry: TimelineEntry) -> OrderMoved:
    part = next((each for each in order.parts if each.seller_id == entry.seller_id), None)
    return OrderMoved(
        time=entry.at,
        order_id=order.id,
        state=order.state,
        version=order.version,
        refunded=order.refunded,
        entry=entry,
        part=part,
    )

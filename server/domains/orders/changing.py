"""One change of an order: asked once, decided by the rules, written with all that follows from it.

The order's row is held first, so changes of one order take turns. The same transaction has the parts, the units that go
back into stock, the money set aside to go back, the timeline. The gateway is asked after it; where this process dies
before, the payments' round asks it.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from fastshop.contract.base import Command, IdReused, Money
from fastshop.contract.orders import Order, OrderNotFound
from fastshop.contract.seller_orders import EntryKind, OrderState, SellerOrder, Side, TimelineEntry
from fastshop.ids import new_id
from server.domains.orders import part_rules, telling
from server.domains.orders.moves import CANCELS, Actor, Move, back
from server.domains.orders.ports import Coupons, Refunds, Stock
from server.domains.orders.rules import part_of
from server.domains.orders.service import Orders
from server.domains.orders.taxing import Taxing
from server.kernel import audit
from server.kernel.caller import Caller
from server.kernel.channel import hashed
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction

_LOCK = "SELECT id FROM orders WHERE id = $1 FOR NO KEY UPDATE"
_LOCK_GUESTS = "SELECT id FROM orders WHERE guest_key_hash = $1 FOR NO KEY UPDATE"
_KNOWN = "SELECT fingerprint FROM order_entries WHERE id = $1 LIMIT 1"
# `status` is what the previous release reads.
_ORDER = """
UPDATE orders SET version = $2, state = $3, status = CASE WHEN $3 = 'cancelled' THEN 'cancelled' ELSE status END,
    address = coalesce($4::jsonb, address)
WHERE id = $1
"""
_PART = """
UPDATE seller_orders SET state = $3, version = $4,
    accepted_at = CASE WHEN $3 = 'accepted' THEN coalesce(accepted_at, $5) ELSE accepted_at END,
    shipped_at = CASE WHEN $6 THEN coalesce(shipped_at, $5) ELSE shipped_at END,
    delivered_at = CASE WHEN $3 = 'delivered' THEN coalesce(delivered_at, $5) ELSE delivered_at END
WHERE order_id = $1 AND seller_id = $2
"""
_LINES = """
UPDATE order_items item SET cancelled = now.cancelled, shipped = now.shipped, delivered = now.delivered,
    returned = now.returned
FROM unnest($1::uuid[], $2::int[], $3::int[], $4::int[], $5::int[]) AS now (id, cancelled, shipped, delivered, returned)
WHERE item.id = now.id
"""
_PARCEL = """
INSERT INTO shipments (id, order_id, seller_id, carrier, tracking_number, shipped_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (id) DO NOTHING RETURNING id
"""
_PACK = """
INSERT INTO shipment_items SELECT $1, line_id, quantity FROM unnest($2::uuid[], $3::int[]) AS unit (line_id, quantity)
"""
_ARRIVED = """
UPDATE shipments SET delivered_at = $3 WHERE order_id = $1 AND id = any($2::uuid[]) AND delivered_at IS NULL
"""

Decide = Callable[[Order, Actor], Sequence[Move]]


class Changing:
    """Changes orders."""

    def __init__(
        self,
        database: Database,
        orders: Orders,
        stock: Stock,
        coupons: Coupons,
        refunds: Refunds,
        taxing: Taxing,
        clock: Clock,
    ) -> None:
        self._database = database
        self._orders = orders
        self._stock = stock
        self._coupons = coupons
        self._refunds = refunds
        self._taxing = taxing
        self._clock = clock

    async def change(
        self,
        command: Command[Any],
        caller: Caller,
        change_id: UUID,
        order_id: UUID,
        who: Callable[[Order], Actor],
        decide: Decide,
        note: str = "",
        *,
        by_key: bool = False,
    ) -> Order:
        """Have a change done, once for its id; the order as its actor sees it then. Money is asked for afterwards.

        What somebody of the shop does is in the audit log.

        Refused: `OrderNotFound`, `IdReused`, and as the rules refuse.
        """
        asked = sha256(msgspec.json.encode(command)).digest()
        owed: list[UUID] = []
        async with self._database.transaction() as transaction:
            which = (_LOCK_GUESTS, hashed(order_id)) if by_key else (_LOCK, order_id)
            found = await transaction.connection.fetchval(*which)
            if found is None:
                raise OrderNotFound
            order = await self._orders.get(found)
            actor = who(order)
            if not await self._known(transaction, change_id, asked):
                moves = decide(order, actor)
                owed = await self._write(transaction, order, actor, moves, change_id, asked, note)
                if actor.side is Side.SHOP:
                    facts = {"change": str(change_id), "done": [move.kind for move in moves]}
                    now, subject = self._clock.now(), f"order:{order.id}"
                    await audit.note(transaction, now, caller, command.tag(), subject, **facts)
        for refund_id in owed:
            await self._refunds.move_on(refund_id)
        changed = await self._orders.get(found)
        return changed if actor.seller_id is None else part_of(changed, actor.seller_id)

    async def returned(
        self,
        transaction: Transaction,
        return_id: UUID,
        order_id: UUID,
        seller_id: UUID,
        units: Mapping[UUID, int],
        person: UUID,
    ) -> None:
        """Units of a seller's lines came back; in the transaction of who says so, and who holds the order's row."""
        order = await self._orders.get(order_id)
        before = next(part for part in order.parts if part.seller_id == seller_id)
        move = Move(EntryKind.RETURNED, before, part_rules.returned(before, units), seller_id)
        await self._write(transaction, order, Actor(Side.SELLER, person), [move], return_id, b"", "")

    async def _known(self, transaction: Transaction, change_id: UUID, asked: bytes) -> bool:
        before: bytes | None = await transaction.connection.fetchval(_KNOWN, change_id)
        if before not in (None, asked):
            raise IdReused
        return before is not None

    async def _write(
        self,
        transaction: Transaction,
        order: Order,
        actor: Actor,
        moves: Sequence[Move],
        change_id: UUID,
        asked: bytes,
        note: str,
    ) -> list[UUID]:
        now = _after(order, moves)
        if now.version != order.version:
            await self._save_order(transaction, now, moves)
        for move in moves:
            if move.part is not None:
                await self._save_part(transaction, order.id, move, move.part)
        if order.address is None and now.address is not None:
            await self._taxing.settle(transaction, now)
        await self._put_back(transaction, moves)
        if now.state is OrderState.CANCELLED and order.state is not OrderState.CANCELLED:
            await self._coupons.give_back(transaction, order.id)
        owed: list[UUID] = []
        for move in moves:
            refund_id = new_id()
            money = await self._owe(transaction, order, actor, move, refund_id)
            if money is not None:
                owed.append(refund_id)
                now = replace(now, refunded=now.refunded + money.amount)
            entry = TimelineEntry(
                id=change_id,
                kind=move.kind,
                by=actor.side,
                at=self._clock.now(),
                seller_id=move.seller_id,
                actor_id=actor.person,
                lines=move.units,
                shipment_id=move.shipment_id,
                amount=money,
                noted=bool(note),
                note=note,
            )
            await telling.keep(transaction, order.id, entry, asked)
            await telling.tell(transaction, now, entry)
        return owed

    async def _save_order(self, transaction: Transaction, now: Order, moves: Sequence[Move]) -> None:
        address = next((msgspec.json.encode(move.address).decode() for move in moves if move.address), None)
        await transaction.connection.execute(_ORDER, now.id, now.version, now.state, address)

    async def _save_part(self, transaction: Transaction, order_id: UUID, move: Move, part: SellerOrder) -> None:
        connection, now, lines = transaction.connection, self._clock.now(), part.lines
        sends = move.kind is EntryKind.SHIPPED
        await connection.execute(_PART, order_id, part.seller_id, part.state, part.version, now, sends)
        rows = ((line.id, line.cancelled, line.shipped, line.delivered, line.returned) for line in lines)
        counts = zip(*rows, strict=True)
        await connection.execute(_LINES, *(list(column) for column in counts))
        if sends:
            await _send(transaction, order_id, part)
        if move.kind is EntryKind.DELIVERED:
            arrived = [parcel.id for parcel in part.shipments if parcel.delivered_at is not None]
            await connection.execute(_ARRIVED, order_id, arrived, now)

    async def _put_back(self, transaction: Transaction, moves: Sequence[Move]) -> None:
        free = Counter[UUID]()
        for move in moves:
            if move.kind in CANCELS and move.part is not None:
                variants = {line.id: line.variant_id for line in move.part.lines}
                for each in move.units:  # several lines may be of one variant
                    free[variants[each.line_id]] += each.quantity
        for variant_id in sorted(free):  # whoever needs several variants locks them in this order
            await self._stock.put_back(transaction, variant_id, free[variant_id])

    async def _owe(
        self, transaction: Transaction, order: Order, actor: Actor, move: Move, refund_id: UUID
    ) -> Money | None:
        """Set aside what goes back for a move: at most what is left of the payment."""
        due = back(order, move)
        if not due or order.payment_id is None or move.seller_id is None:
            return None
        reason = f"{order.number}: {move.kind} by the {actor.side}"
        asked = (order.total.currency, due, reason, actor.person, move.seller_id)
        granted = await self._refunds.set_aside(transaction, refund_id, order.payment_id, *asked)
        return granted if granted.amount else None


def _after(order: Order, moves: Sequence[Move]) -> Order:
    """The order once this has happened. A note changes nothing."""
    changed = {move.part.seller_id: move.part for move in moves if move.part is not None}
    address = next((move.address for move in moves if move.address is not None), order.address)
    if not changed and address == order.address:
        return order
    parts = tuple(changed.get(part.seller_id, part) for part in order.parts)
    state = part_rules.order_state(parts)
    return replace(order, parts=parts, state=state, version=order.version + 1, address=address)


async def _send(transaction: Transaction, order_id: UUID, part: SellerOrder) -> None:
    parcel = part.shipments[-1]
    values = (parcel.id, order_id, part.seller_id, parcel.carrier, parcel.tracking_number, parcel.shipped_at)
    if await transaction.connection.fetchval(_PARCEL, *values) is None:
        raise IdReused
    units = [each.line_id for each in parcel.lines], [each.quantity for each in parcel.lines]
    await transaction.connection.execute(_PACK, parcel.id, *units)

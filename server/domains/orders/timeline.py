"""Reading what happened to an order; noting what happened to its money elsewhere."""

from uuid import NAMESPACE_OID, UUID, uuid5

from msgspec.structs import replace

from fastshop.contract.base import Money, Page
from fastshop.contract.fulfilment import ListGuestOrderEvents, ListOrderEvents, OrderTracking, TrackOrder
from fastshop.contract.orders import Order, ShowGuestOrder
from fastshop.contract.payments import PaymentDisputeLost, PaymentPartRefunded
from fastshop.contract.seller_orders import EntryKind, Side, TimelineEntry
from server.domains.orders import telling
from server.domains.orders.moves import Actor, actor_of, guest
from server.domains.orders.rules import part_of
from server.domains.orders.service import Orders
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database
from server.kernel.page import decode_cursor, page_of

_LIST = """
SELECT entry.*, orders.currency FROM order_entries entry JOIN orders ON orders.id = entry.order_id
WHERE entry.order_id = $1 AND entry.seq > $2 AND ($3::uuid IS NULL OR entry.seller_id IS NULL OR entry.seller_id = $3)
ORDER BY entry.seq LIMIT $4
"""
_OF_PAYMENT = "SELECT id FROM orders WHERE payment_id = $1 FOR NO KEY UPDATE"
_KNOWN = "SELECT EXISTS (SELECT FROM order_entries WHERE id = $1)"


class Timeline:
    """What happened to orders."""

    def __init__(self, database: Database, orders: Orders, clock: Clock) -> None:
        self._database = database
        self._orders = orders
        self._clock = clock

    async def list(self, command: ListOrderEvents, caller: Caller) -> Page[TimelineEntry]:
        """What happened to an order."""
        actor = actor_of(await self._orders.get(command.order_id), caller)
        return await self._page(command.order_id, actor, command.cursor, command.limit)

    async def list_guest(self, command: ListGuestOrderEvents, caller: Caller) -> Page[TimelineEntry]:
        """What happened to a guest's order."""
        order = await self._orders.show_guest(ShowGuestOrder(order_key=command.order_key), caller)
        return await self._page(order.id, guest(order), command.cursor, command.limit)

    async def _page(self, order_id: UUID, actor: Actor, cursor: str, limit: int) -> Page[TimelineEntry]:
        (after,) = decode_cursor(cursor, tuple[int]) or (0,)
        asked = (order_id, after, actor.seller_id, limit + 1)
        rows, following = page_of(await self._database.fetch(_LIST, *asked), limit, lambda row: (row["seq"],))
        entries = tuple(telling.entry_of(row) for row in rows)
        if actor.side is not Side.SHOP:
            entries = tuple(replace(entry, actor_id=None) for entry in entries)
        return Page(entries, following)

    async def track(self, command: TrackOrder, caller: Caller) -> OrderTracking:
        """Where an order is."""
        order = await self._orders.get(command.order_id)
        actor = actor_of(order, caller)
        shown = order if actor.seller_id is None else part_of(order, actor.seller_id)
        return OrderTracking(shown.id, shown.number, shown.state, shown.parts)

    async def refunded(self, event: PaymentPartRefunded) -> None:
        """Money of a payment went back. Told again it changes nothing."""
        refund = event.refund
        await self._note(refund.payment_id, EntryKind.REFUNDED, refund.id, refund.amount, refund.seller_id)

    async def dispute_lost(self, event: PaymentDisputeLost) -> None:
        """A bank gave money of a payment back. Told again it changes nothing."""
        dispute = event.dispute
        entry_id = uuid5(NAMESPACE_OID, f"dispute {dispute.id}")
        await self._note(dispute.payment_id, EntryKind.DISPUTE_LOST, entry_id, dispute.amount, None)

    async def _note(
        self, payment_id: UUID, kind: EntryKind, entry_id: UUID, amount: Money, seller_id: UUID | None
    ) -> None:
        async with self._database.transaction() as transaction:
            order_id = await transaction.connection.fetchval(_OF_PAYMENT, payment_id)
            if order_id is None or await transaction.connection.fetchval(_KNOWN, entry_id):
                return
            order: Order = await self._orders.get(order_id)
            entry = TimelineEntry(entry_id, kind, Side.SYSTEM, self._clock.now(), seller_id, amount=amount)
            await telling.keep(transaction, order_id, entry, b"")
            await telling.tell(transaction, order, entry)

"""Mail about orders, to whoever bought. Sent by jobs; an id made of what it tells of makes each arrive once.

The log is never forgotten and names nobody: whom to write to is looked up when a letter is sent.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

import msgspec

from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import Money
from fastshop.contract.orders import OrderPlaced
from fastshop.contract.payments import Payment, PaymentPartRefunded, PaymentRefunded, PaymentRefundFailed
from fastshop.contract.seller_orders import EntryKind, OrderMoved, TimelineEntry
from server.domains.orders import letter_texts, telling
from server.domains.orders.letter_texts import Text
from server.domains.orders.moves import CANCELS
from server.domains.orders.ports import People, Unordered
from server.domains.orders.service import Orders
from server.kernel.database import Database
from server.kernel.mail import Mail, Mailer

_CONTACT = """
SELECT id, number, customer_id, email, guest_key, address,
    (SELECT count(*) FROM seller_orders part WHERE part.order_id = orders.id) AS parts
FROM orders WHERE {} = $1
"""
_OF_ORDER, _OF_PAYMENT = _CONTACT.format("id"), _CONTACT.format("payment_id")
_CANCELLED = """
SELECT entry.*, orders.currency FROM order_entries entry JOIN orders ON orders.id = entry.order_id
WHERE entry.order_id = $1 AND entry.id = $2 AND entry.kind = any($3) ORDER BY entry.seq
"""


class OrderLetters:
    """Writes to customers and guests. Refused while mail cannot be sent: `MailDelayed`."""

    def __init__(
        self, database: Database, orders: Orders, people: People, unordered: Unordered, mailer: Mailer, origin: str
    ) -> None:
        self._database = database
        self._orders = orders
        self._people = people
        self._unordered = unordered
        self._mailer = mailer
        self._origin = origin

    async def placed(self, event: OrderPlaced) -> None:
        """Confirm an order. What a seller is told of their part of it is no reason to write."""
        order = event.order
        contact = await self._contact(order.id)
        if contact["parts"] == len(order.parts):
            address = msgspec.json.decode(contact["address"], type=PostalAddress) if contact["address"] else None
            is_guest = contact["customer_id"] is None
            text = letter_texts.placed(order, address, self._link(contact), is_guest=is_guest)
            await self._send(uuid5(order.id, "placed"), contact, text)

    async def moved(self, event: OrderMoved) -> None:
        """Tell of a parcel, on its way or there, of what is not sent, and of another address."""
        if event.entry.kind is EntryKind.SHIPPED:
            await self._shipped(event)
        elif event.entry.kind is EntryKind.DELIVERED:
            await self._delivered(event)
        elif event.entry.kind in CANCELS:
            await self._cancelled(event)
        elif event.entry.kind is EntryKind.ADDRESS_CORRECTED:
            await self._readdressed(event)

    async def part_refunded(self, event: PaymentPartRefunded) -> None:
        """Tell of money that went back, perhaps at the second try."""
        refund = event.refund
        if refund.failure:
            text = letter_texts.sent_otherwise(refund.amount)
            await self._send(uuid5(refund.id, "sent"), await self._payer(event.payment), text)
        else:
            await self._went_back(refund.id, event.payment, refund.amount)

    async def refund_failed(self, event: PaymentRefundFailed) -> None:
        """Tell of money that did not arrive."""
        refund, text = event.refund, letter_texts.did_not_arrive(event.refund.amount)
        await self._send(uuid5(refund.id, "failed"), await self._payer(event.payment), text)

    async def refunded(self, event: PaymentRefunded) -> None:
        """Tell of money that came too late and went back."""
        payment = event.payment
        left = Money(payment.amount.amount - payment.returned, payment.amount.currency)
        await self._went_back(payment.id, payment, left)

    async def _shipped(self, event: OrderMoved) -> None:
        order, contact = await self._orders.get(event.order_id), await self._contact(event.order_id)
        parcels = {parcel.id: parcel for part in order.parts for parcel in part.shipments}
        assert event.entry.shipment_id is not None
        parcel = parcels[event.entry.shipment_id]
        await self._send(uuid5(parcel.id, "shipped"), contact, letter_texts.shipped(order, parcel, self._link(contact)))

    async def _delivered(self, event: OrderMoved) -> None:
        order, contact = await self._orders.get(event.order_id), await self._contact(event.order_id)
        text = letter_texts.delivered(order, event.entry.lines, self._link(contact))
        await self._send(uuid5(event.entry.id, f"delivered {event.entry.seller_id}"), contact, text)

    async def _cancelled(self, event: OrderMoved) -> None:
        """One letter for a change, of however many sellers' parts."""
        order, contact = await self._orders.get(event.order_id), await self._contact(event.order_id)
        text = letter_texts.cancelled(order, await self._entries(event), self._link(contact))
        await self._send(uuid5(event.entry.id, "cancelled"), contact, text)

    async def _readdressed(self, event: OrderMoved) -> None:
        """The log has no address: the letter says the one of now, and each correction has its own."""
        order, contact = await self._orders.get(event.order_id), await self._contact(event.order_id)
        assert order.address is not None
        text = letter_texts.readdressed(order, order.address, self._link(contact))
        await self._send(uuid5(event.entry.id, "readdressed"), contact, text)

    async def _entries(self, event: OrderMoved) -> Sequence[TimelineEntry]:
        found = await self._database.fetch(_CANCELLED, event.order_id, event.entry.id, list(CANCELS))
        return [telling.entry_of(row) for row in found]

    async def _went_back(self, refund_id: UUID, payment: Payment, money: Money) -> None:
        contact = await self._payer(payment)
        if contact["number"] is None:
            text = letter_texts.came_to_nothing(money)
        else:
            text = letter_texts.refunded(contact["number"], money, self._link(contact))
        await self._send(uuid5(refund_id, "refunded"), contact, text)

    async def _payer(self, payment: Payment) -> Any:
        """Who paid; where nothing was ordered the ``number`` is None."""
        contact = await self._database.fetch_one(_OF_PAYMENT, payment.id)
        if contact is not None:
            return contact
        return {"customer_id": payment.user_id, "email": await self._unordered.email(payment.id), "number": None}

    async def _contact(self, order_id: UUID) -> Any:
        return await self._database.fetch_one(_OF_ORDER, order_id)

    def _link(self, contact: Any) -> str:
        """The order's page: a guest's has no other way to it than its key."""
        own = f"guest/{contact['guest_key']}" if contact["customer_id"] is None else contact["id"]
        return f"{self._origin}/orders/{own}"

    async def _send(self, mail_id: UUID, contact: Any, text: Text) -> None:
        """Send it, where there is somebody to send it to."""
        customer_id = contact["customer_id"]
        to = contact["email"] if customer_id is None else await self._people.of(customer_id)
        if to:
            await self._mailer.send(Mail(mail_id, to, text.subject, text.body))

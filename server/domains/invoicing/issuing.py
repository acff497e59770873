"""Invoices are made once: a number is taken, the facts are written, and neither ever changes.

A seller's series has no gap: the number is taken in the transaction that writes the invoice, and whoever wants the next
one waits for the series' row until it is known whether this one came about.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import structlog

from fastshop.contract.orders import Order, OrderState
from fastshop.ids import new_id
from server.domains.invoicing import rules
from server.domains.invoicing.ports import Orders
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction

logger = structlog.get_logger()

# In seconds, and orders a round: slow enough that a crowd's orders go before their papers. Whoever asks for an invoice
# has it at once; the law would give us weeks (EU VAT directive 2006/112, article 222).
_LOOK = 2.0
_AT_ONCE = 20
# How far back it is looked at the start, and once nothing is left over.
_FIRST = timedelta(days=7)
_USUAL = timedelta(hours=1)

_OF_ORDER = "SELECT * FROM invoices WHERE order_id = $1 ORDER BY seller_id, issued_at, id"
_OPEN = "INSERT INTO invoice_series (seller_id, kind, last) VALUES ($1, 'invoice', 0) ON CONFLICT DO NOTHING"
_LOCK = "SELECT last FROM invoice_series WHERE seller_id = $1 AND kind = 'invoice' FOR UPDATE"
_TAKE = "UPDATE invoice_series SET last = last + 1 WHERE seller_id = $1 AND kind = 'invoice' RETURNING last"
_ISSUED = "SELECT 1 FROM invoices WHERE seller_id = $1 AND source = $2"
_INSERT = """
INSERT INTO invoices (id, seller_id, order_id, kind, serial, source, facts, issued_at)
VALUES ($1, $2, $3, 'invoice', $4, $5, $6, $7)
"""
_DUE = """
SELECT id FROM orders WHERE placed_at >= $1 AND status <> 'cancelled'
    AND NOT EXISTS (SELECT FROM invoices WHERE invoices.order_id = orders.id)
ORDER BY placed_at LIMIT $2
"""
_NAME = "SELECT name FROM users WHERE id = $1"


class Issuing:
    """Makes invoices."""

    def __init__(self, database: Database, orders: Orders, clock: Clock) -> None:
        self._database = database
        self._orders = orders
        self._clock = clock
        self._since = clock.now() - _FIRST

    async def issued(self, order_id: UUID) -> Sequence[Any]:
        """The rows of an order's invoices, which are made now unless they are there or the order was cancelled."""
        known = await self._database.fetch(_OF_ORDER, order_id)
        if known:
            return known
        order = await self._orders.get(order_id)
        if order.state is not OrderState.CANCELLED:
            await self._issue(order)
        return await self._database.fetch(_OF_ORDER, order_id)

    async def round(self) -> float:
        """Make invoices of orders that have none. Answers how long to rest, in seconds."""
        due = await self._database.fetch(_DUE, self._since, _AT_ONCE)
        for row in due:
            try:
                await self.issued(row["id"])
            except Exception:  # the others must not wait for it
                logger.exception("an invoice could not be made", order=str(row["id"]))
        if len(due) < _AT_ONCE:
            self._since = self._clock.now() - _USUAL
        return _LOOK

    async def _issue(self, order: Order) -> None:
        customer = await self._customer(order)
        async with self._database.transaction() as transaction:
            for seller_id in sorted({line.seller_id for line in order.lines}):
                await self._issue_part(transaction, order, seller_id, customer)

    async def _issue_part(
        self, transaction: Transaction, order: Order, seller_id: UUID, customer: Sequence[str]
    ) -> None:
        connection, source = transaction.connection, f"order:{order.id}"
        await connection.execute(_OPEN, seller_id)
        await connection.fetchval(_LOCK, seller_id)
        if await connection.fetchval(_ISSUED, seller_id, source) is not None:
            return  # by somebody else, while we waited for the series
        serial, now = await connection.fetchval(_TAKE, seller_id), self._clock.now()
        seller = (await self._orders.seller(seller_id)).name
        facts = rules.invoice(rules.part_of(order, seller_id), serial, (seller,), customer, now)
        text = msgspec.json.encode(facts).decode()
        await connection.execute(_INSERT, new_id(), seller_id, order.id, serial, source, text, now)

    async def _customer(self, order: Order) -> tuple[str, ...]:
        """Whom an invoice is for: the order's address, or else the account's name. Never an e-mail address.

        The seller sees it, who ships but does not write to people.
        """
        if order.address is not None:
            return rules.address_lines(order.address)
        row = await self._database.fetch_one(_NAME, order.customer_id)
        return (row["name"],) if row and row["name"] else ()

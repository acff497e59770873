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

from fastshop.contract.addresses import PostalAddress
from fastshop.contract.invoices import PaperKind
from fastshop.contract.orders import Order, OrderState
from fastshop.ids import new_id
from server.domains.invoicing import rules
from server.domains.invoicing.ports import Orders
from server.domains.invoicing.rules import Facts
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.money import from_numeric
from server.kernel.writing import address_lines

logger = structlog.get_logger()

# In seconds, and orders a round: slow enough that a crowd's orders go before their papers. Whoever asks for an invoice
# has it at once; the law would give us weeks (EU VAT directive 2006/112, article 222).
_LOOK = 2.0
_AT_ONCE = 20
# How far back it is looked at the start, and once nothing is left over.
_FIRST = timedelta(days=7)
_USUAL = timedelta(hours=1)

_OF_ORDER = "SELECT * FROM invoices WHERE order_id = $1 ORDER BY seller_id, issued_at, id"
_OPEN = "INSERT INTO invoice_series (seller_id, kind, last) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING"
_LOCK = "SELECT last FROM invoice_series WHERE seller_id = $1 AND kind = $2 FOR UPDATE"
_TAKE = "UPDATE invoice_series SET last = last + 1 WHERE seller_id = $1 AND kind = $2 RETURNING last"
_ISSUED = "SELECT 1 FROM invoices WHERE seller_id = $1 AND source = $2"
_INSERT = """
INSERT INTO invoices (id, seller_id, order_id, kind, serial, source, facts, issued_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_DUE = """
SELECT id FROM orders WHERE placed_at >= $1 AND status <> 'cancelled'
    AND NOT (taxes_included AND address IS NULL AND state IN ('paid', 'accepted'))
    AND NOT EXISTS (SELECT FROM invoices WHERE invoices.order_id = orders.id)
ORDER BY placed_at LIMIT $2
"""
# The books know whose money went back, and what of it was tax.
_REFUNDED = """
SELECT moved.source, entry.party_id AS seller_id, entry.currency, -sum(entry.amount) AS total,
    coalesce(-sum(entry.amount) FILTER (WHERE entry.account = 'tax'), 0) AS tax
FROM ledger_transactions moved JOIN ledger_entries entry ON entry.transaction_id = moved.id
WHERE moved.order_id = $1 AND moved.kind = 'refund' AND entry.account IN ('seller', 'commission', 'tax', 'discounts')
    AND NOT EXISTS (
        SELECT FROM invoices WHERE invoices.seller_id = entry.party_id AND invoices.source = moved.source
    )
GROUP BY moved.id, moved.source, moved.at, entry.party_id, entry.currency HAVING sum(entry.amount) < 0
ORDER BY entry.party_id, moved.at, moved.id
"""
_REFUNDS_DUE = """
SELECT DISTINCT moved.order_id AS id FROM ledger_transactions moved
WHERE moved.at >= $1 AND moved.kind = 'refund'
    AND EXISTS (SELECT FROM ledger_entries WHERE transaction_id = moved.id AND account = 'refunds')
    AND EXISTS (SELECT FROM invoices WHERE invoices.order_id = moved.order_id)
    AND NOT EXISTS (
        SELECT FROM invoices WHERE invoices.order_id = moved.order_id AND invoices.source = moved.source
    )
LIMIT $2
"""
_NAME = "SELECT name FROM users WHERE id = $1"
_EXEMPT = "SELECT document FROM tax_exemptions WHERE id = any($1::uuid[]) ORDER BY document"
_SELLER = "SELECT name, country, tax_number, invoice_address FROM sellers WHERE id = $1"


class Issuing:
    """Makes invoices."""

    def __init__(self, database: Database, orders: Orders, clock: Clock) -> None:
        self._database = database
        self._orders = orders
        self._clock = clock
        self._since = clock.now() - _FIRST

    async def issued(self, order_id: UUID) -> Sequence[Any]:
        """The rows of an order's invoices and credit notes; what is missing of them is made now.

        None of an order that was cancelled before it had an invoice, or whose taxes are not known yet.
        """
        if not await self._database.fetch(_OF_ORDER, order_id):
            order = await self._orders.get(order_id)
            if order.state is OrderState.CANCELLED or rules.waits(order):
                return ()
            await self._issue(order)
        if await self._database.fetch(_REFUNDED, order_id):
            await self._credit(order_id)
        return await self._database.fetch(_OF_ORDER, order_id)

    async def round(self) -> float:
        """Make what is missing of any order. Answers how long to rest, in seconds."""
        due = await self._database.fetch(_DUE, self._since, _AT_ONCE)
        refunded = await self._database.fetch(_REFUNDS_DUE, self._since, _AT_ONCE)
        for row in (*due, *refunded):
            try:
                await self.issued(row["id"])
            except Exception:  # the others must not wait for it
                logger.exception("an invoice could not be made", order=str(row["id"]))
        if max(len(due), len(refunded)) < _AT_ONCE:
            self._since = self._clock.now() - _USUAL
        return _LOOK

    async def _issue(self, order: Order) -> None:
        customer, source = await self._customer(order), f"order:{order.id}"
        async with self._database.transaction() as transaction:
            for seller_id in sorted({line.seller_id for line in order.lines}):
                seller = await self._seller(seller_id)
                part, now = rules.part_of(order, seller_id), self._clock.now()
                if serial := await _number(transaction, seller_id, PaperKind.INVOICE, source):
                    facts = rules.invoice(part, serial, seller, customer, now)
                    await _write(transaction, order.id, seller_id, source, facts, serial)

    async def _credit(self, order_id: UUID) -> None:
        """Credit notes for what went back of an order, to whom an invoice was made out."""
        async with self._database.transaction() as transaction:
            rows = await transaction.connection.fetch(_OF_ORDER, order_id)
            known = {row["seller_id"]: facts_of(row) for row in rows if row["kind"] == PaperKind.INVOICE}
            for row in await transaction.connection.fetch(_REFUNDED, order_id):
                seller_id, source = row["seller_id"], row["source"]
                total, tax = (from_numeric(row[name], row["currency"]).amount for name in ("total", "tax"))
                if seller_id in known and (
                    serial := await _number(transaction, seller_id, PaperKind.CREDIT_NOTE, source)
                ):
                    note = rules.credit_note(known[seller_id], serial, total, tax, self._clock.now())
                    await _write(transaction, order_id, seller_id, source, note, serial)

    async def _seller(self, seller_id: UUID) -> tuple[str, ...]:
        """Who sends an invoice: the shop's name, then its legal one, address and tax number, where it has said them.

        Directive 2006/112/EC, Art. 226 (3) and (5), asks for these.
        """
        row = await self._database.fetch_one(_SELLER, seller_id)
        assert row is not None
        said = row["invoice_address"]
        legal = address_lines(msgspec.json.decode(said, type=PostalAddress)) if said else ()
        # Greece's numbers begin with EL (Art. 215); the shop keeps all of them without the country.
        country = "EL" if row["country"] == "GR" else row["country"]
        number = (f"VAT/Tax ID: {country} {row['tax_number']}",) if row["tax_number"] else ()
        return (row["name"], *(line for line in legal if line != row["name"]), *number)

    async def _customer(self, order: Order) -> tuple[str, ...]:
        """Whom an invoice is for: the order's address, or else the account's name. Never an e-mail address.

        The seller sees it, who ships but does not write to people. Of who was exempt it has the number that shows it
        (Directive 2006/112/EC, Art. 226 (4)).
        """
        if order.address is not None:
            return (*address_lines(order.address), *await self._documents(order))
        row = await self._database.fetch_one(_NAME, order.customer_id)
        return (row["name"],) if row and row["name"] else ()

    async def _documents(self, order: Order) -> tuple[str, ...]:
        found = {each.exemption_id for each in rules.untaxed(order)} - {None}
        rows = await self._database.fetch(_EXEMPT, list(found)) if found else ()
        return tuple(f"VAT/Tax ID or certificate: {row['document']}" for row in rows)


def facts_of(row: Any) -> Facts:
    """What is written on an invoice or a credit note."""
    return msgspec.json.decode(row["facts"], type=Facts)


async def _number(transaction: Transaction, seller_id: UUID, kind: PaperKind, source: str) -> int | None:
    """The seller's next number, for a source that has none. Whoever wants another one waits from here on."""
    connection = transaction.connection
    await connection.execute(_OPEN, seller_id, kind)
    await connection.fetchval(_LOCK, seller_id, kind)
    if await connection.fetchval(_ISSUED, seller_id, source) is not None:
        return None
    return int(await connection.fetchval(_TAKE, seller_id, kind))


async def _write(
    transaction: Transaction, order_id: UUID, seller_id: UUID, source: str, facts: Facts, serial: int
) -> None:
    text = msgspec.json.encode(facts).decode()
    values = (new_id(), seller_id, order_id, facts.kind, serial, source, text, facts.issued_at)
    await transaction.connection.execute(_INSERT, *values)

"""Papers for whoever may have them: an order's customer, a seller in it (their own), managers and admins."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastshop.contract.invoices import (
    Invoice,
    NotInvoiced,
    NotPaid,
    PackingLine,
    PackingSlip,
    ShowGuestInvoices,
    ShowInvoices,
    ShowPackingSlip,
)
from fastshop.contract.orders import Order, OrderNotFound, ShowGuestOrder, ShowOrder
from fastshop.contract.payments import PaymentState, ShowReceipt
from server.domains.invoicing import rules, sheets
from server.domains.invoicing.issuing import Issuing, facts_of
from server.domains.invoicing.ports import Orders, Receipts
from server.domains.invoicing.sheets import Sheet
from server.kernel.caller import Caller
from server.kernel.database import Database
from server.kernel.operation import File
from server.kernel.writing import address_lines

PDF = "application/pdf"
_PAID = (PaymentState.SUCCEEDED, PaymentState.REFUNDING, PaymentState.REFUNDED)

_KEPT = "SELECT content FROM invoice_files WHERE invoice_id = $1"
_KEEP = "INSERT INTO invoice_files (invoice_id, content) VALUES ($1, $2) ON CONFLICT DO NOTHING"
# The books know when the money came: a transfer does days after it was promised. Where nothing was due they are silent.
_CAME = "SELECT at FROM ledger_transactions WHERE source = $1"
_PAID_FOR = "SELECT number FROM orders WHERE payment_id = $1"
_NAME = "SELECT name, email FROM users WHERE id = $1"


class Papers:
    """Shows papers. ``shop`` is who receives payments."""

    def __init__(self, database: Database, issuing: Issuing, orders: Orders, receipts: Receipts, shop: str) -> None:
        self._database = database
        self._issuing = issuing
        self._orders = orders
        self._receipts = receipts
        self._shop = shop

    async def invoices(self, command: ShowInvoices, caller: Caller) -> tuple[Invoice, ...]:
        """The invoices of an order that the caller may see."""
        order = await self._orders.show(ShowOrder(order_id=command.order_id), caller)
        return tuple(_invoice(row) for row in await self._of(order))

    async def invoices_file(self, command: ShowInvoices, caller: Caller) -> File:
        """The same as one PDF."""
        return await self._joined(await self._orders.show(ShowOrder(order_id=command.order_id), caller))

    async def guest_invoices(self, command: ShowGuestInvoices, caller: Caller) -> tuple[Invoice, ...]:
        """The invoices of a guest's order."""
        order = await self._orders.show_guest(ShowGuestOrder(order_key=command.order_key), caller)
        return tuple(_invoice(row) for row in await self._of(order))

    async def guest_invoices_file(self, command: ShowGuestInvoices, caller: Caller) -> File:
        """The same as one PDF."""
        return await self._joined(await self._orders.show_guest(ShowGuestOrder(order_key=command.order_key), caller))

    async def receipt_file(self, command: ShowReceipt, caller: Caller) -> File:
        """The receipt of a payment as PDF. Refused when it was not made: `NotPaid`."""
        receipt = await self._receipts.receipt(command, caller)
        payment = receipt.payment
        if payment.status not in _PAID:
            raise NotPaid
        orders = [row["number"] for row in await self._database.fetch(_PAID_FOR, payment.id)]
        row = await self._database.fetch_one(_NAME, payment.user_id)
        customer = [text for text in row if text] if row else []
        came = await self._database.fetch_one(_CAME, f"payment:{payment.id}")
        sheet = sheets.of_receipt(receipt, came["at"] if came else payment.created_at, orders, customer, self._shop)
        return await _drawn(f"receipt-{payment.id}", sheet)

    async def packing_slip(self, command: ShowPackingSlip, caller: Caller) -> PackingSlip:
        """What the caller's shop has to pack."""
        part = await self._part(command.order_id, caller)
        return PackingSlip(
            order_id=part.id,
            order_number=part.number,
            placed_at=part.placed_at,
            address=address_lines(part.address) if part.address else (),
            shipping=", ".join(each.name for each in part.shipping),
            lines=tuple(PackingLine(line.title, line.sku, line.options, line.quantity) for line in part.lines),
        )

    async def packing_slip_file(self, command: ShowPackingSlip, caller: Caller) -> File:
        """The same as PDF."""
        slip = await self.packing_slip(command, caller)
        assert caller.seller_id is not None
        seller = await self._orders.seller(caller.seller_id)
        return await _drawn(f"packing-slip-{slip.order_number}", sheets.of_packing_slip(slip, seller.name))

    async def _of(self, order: Order) -> Sequence[Any]:
        """The invoices of those whose lines these are. Refused when there are none: `NotInvoiced`."""
        sellers = {line.seller_id for line in order.lines}
        rows = [row for row in await self._issuing.issued(order.id) if row["seller_id"] in sellers]
        if not rows:
            raise NotInvoiced
        return rows

    async def _joined(self, order: Order) -> File:
        files = [await self._file(row) for row in await self._of(order)]
        return File(f"invoice-{order.number}.pdf", PDF, await asyncio.to_thread(_joined, files))

    async def _part(self, order_id: UUID, caller: Caller) -> Order:
        """The lines of the caller's shop, also where they bought in it themselves. Refused: `OrderNotFound`."""
        order = await self._orders.show(ShowOrder(order_id=order_id), caller)
        if caller.seller_id is None or all(line.seller_id != caller.seller_id for line in order.lines):
            raise OrderNotFound
        return rules.part_of(order, caller.seller_id)

    async def _file(self, row: Any) -> bytes:
        """An invoice as PDF: drawn when it is first asked for, and the same ever after."""
        if (kept := await self._database.fetch_one(_KEPT, row["id"])) is None:
            drawn = await asyncio.to_thread(_pdf, sheets.of_invoice(facts_of(row)))
            await self._database.fetch(_KEEP, row["id"], drawn)
            kept = await self._database.fetch_one(_KEPT, row["id"])
        assert kept is not None
        return bytes(kept["content"])


def _invoice(row: Any) -> Invoice:
    facts = facts_of(row)
    return Invoice(
        id=row["id"],
        kind=facts.kind,
        number=facts.number,
        seller_id=row["seller_id"],
        order_id=row["order_id"],
        issued_at=row["issued_at"],
        total=facts.money,
        net=facts.net,
        tax=facts.tax,
        corrects=facts.corrects,
    )


async def _drawn(name: str, sheet: Sheet) -> File:
    return File(f"{name}.pdf", PDF, await asyncio.to_thread(_pdf, sheet))


def _pdf(sheet: Sheet) -> bytes:
    from server.domains.invoicing import drawing

    return drawing.pdf(sheet)


def _joined(files: Sequence[bytes]) -> bytes:
    from server.domains.invoicing import drawing

    return drawing.joined(files)

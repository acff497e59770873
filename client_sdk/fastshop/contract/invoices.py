"""Papers of an order: invoices, credit notes, packing slips. Over HTTP each is had as PDF, and so is a receipt."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from fastshop.contract.base import GET, Command, Conflict, Money, Time


class PaperKind(StrEnum):
    """What a numbered paper is. A credit note takes back of an invoice what a refund gave back."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class Invoice(Struct, frozen=True):
    """A seller's invoice for their part of an order, or a credit note for it. It never changes once it is made.

    ``number`` counts the seller's own without gaps. ``net`` and ``tax`` are in minor units; ``corrects`` is the number
    of the invoice that a credit note is for, empty otherwise.
    """

    id: UUID
    kind: PaperKind
    number: str
    seller_id: UUID
    order_id: UUID
    issued_at: Time
    total: Money
    net: int
    tax: int
    corrects: str = ""


class PackingLine(Struct, frozen=True):
    """Units to be packed."""

    title: str
    sku: str
    options: dict[str, str]
    quantity: int


class PackingSlip(Struct, frozen=True):
    """What is to be packed of an order, and where it goes. ``address`` has a line for each of the label's."""

    order_id: UUID
    order_number: str
    placed_at: Time
    address: tuple[str, ...]
    shipping: str
    lines: tuple[PackingLine, ...]


class ShowInvoices(Command[tuple[Invoice, ...]], frozen=True, tag="invoices.show"):
    """The invoices of an order, one for each seller in it, with their credit notes. A seller is shown their own.

    Over HTTP it is one PDF of all of them, unless ``Accept`` names ``application/json``. An order that has none yet is
    invoiced now, unless it was cancelled (EU VAT directive 2006/112, article 226: what an invoice tells).
    """

    http: ClassVar = GET("/orders/{order_id}/invoice")
    order_id: UUID


class ShowGuestInvoices(Command[tuple[Invoice, ...]], frozen=True, tag="invoices.show_guest"):
    """The same for a guest's order, to whoever has its key."""

    http: ClassVar = GET("/guest-orders/{order_key}/invoice")
    order_key: UUID


class ShowPackingSlip(Command[PackingSlip], frozen=True, tag="invoices.packing_slip"):
    """What the caller's shop has to pack of an order. Over HTTP a PDF, unless ``Accept`` names ``application/json``."""

    http: ClassVar = GET("/seller/orders/{order_id}/packing-slip")
    order_id: UUID


@dataclass(eq=False)
class NotInvoiced(Conflict):
    """The order was cancelled before its invoice was due, or nobody has said where it goes: its taxes are not known."""

    code: ClassVar[str] = "invoices.not_invoiced"
    sentence: ClassVar[str] = "There is no invoice: the order was cancelled, or nobody has said yet where it goes."


@dataclass(eq=False)
class NotPaid(Conflict):
    """The payment was not made, so there is no receipt."""

    code: ClassVar[str] = "invoices.not_paid"
    sentence: ClassVar[str] = "This payment was not made; there is no receipt."

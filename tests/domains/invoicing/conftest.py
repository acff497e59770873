"""Orders of two shops with taxes, discounts and shipping, and their papers."""

import io
from dataclasses import dataclass
from uuid import UUID

import pytest
from msgspec.structs import replace
from pypdf import PdfReader

from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import Money
from fastshop.contract.invoices import Invoice, ShowInvoices
from fastshop.contract.orders import Order, OrderLine, OrderShipping
from fastshop.contract.payments import (
    Payment,
    PaymentNotFound,
    PaymentRefund,
    PaymentState,
    Receipt,
    RefundState,
    ShowReceipt,
)
from fastshop.contract.pricing import Tax
from fastshop.ids import new_id
from server.domains.invoicing.issuing import Issuing
from server.domains.invoicing.service import Papers
from server.kernel.caller import Caller
from server.kernel.database import Database
from tests.domains.orders.conftest import ANN, KETTLE, OURS, TEAPOT, THEIRS, Desk, desk, line
from tests.support import ManualClock

__all__ = ["desk"]

ADDRESS = PostalAddress(
    name="Αλέξανδρος Łukasiewicz", street="Straße 12\nHinterhof", postal_code="10115", city="Berlin", country="DE"
)


class Till:
    """Payments of Ann's, by id."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.status = PaymentState.SUCCEEDED
        self.method = "card 4242"
        self.returned = 0
        self.refunds: tuple[PaymentRefund, ...] = ()

    def refund(self, cents: int, state: RefundState = RefundState.SUCCEEDED) -> PaymentRefund:
        now = self._clock.now()
        return PaymentRefund(new_id(), new_id(), Money(cents, "EUR"), "a scratch", state, "", now, now)

    async def receipt(self, command: ShowReceipt, caller: Caller) -> Receipt:
        if caller != ANN:
            raise PaymentNotFound
        now, amount = self._clock.now(), Money(12_345, "EUR")
        payment = Payment(command.payment_id, ANN.person, amount, self.status, self.method, "", "", now, now)
        return Receipt(replace(payment, returned=self.returned), "", self.refunds)


@dataclass
class Office:
    """Papers, and what they are of."""

    desk: Desk
    issuing: Issuing
    papers: Papers
    till: Till
    database: Database
    clock: ManualClock

    async def order(self, *lines: OrderLine, shipping: tuple[OrderShipping, ...] = (), who: Caller = ANN) -> Order:
        """An order with an address."""
        draft = replace(await self.desk.draft(who, *lines), shipping=shipping, address=ADDRESS)
        await self.desk.place(draft)
        return await self.desk.orders.get(draft.id)

    async def invoices(self, order_id: UUID, caller: Caller = ANN) -> tuple[Invoice, ...]:
        """The invoices of an order."""
        return await self.papers.invoices(ShowInvoices(order_id=order_id), caller)

    async def text(self, order_id: UUID, caller: Caller = ANN) -> str:
        """What is written on the invoices of an order."""
        return read((await self.papers.invoices_file(ShowInvoices(order_id=order_id), caller)).content)


@pytest.fixture
async def office(desk: Desk) -> Office:
    issuing, till = Issuing(desk.database, desk.orders, desk.clock), Till(desk.clock)
    papers = Papers(desk.database, issuing, desk.orders, till, "FastShop")
    return Office(desk, issuing, papers, till, desk.database, desk.clock)


def taxed(
    variant: UUID = KETTLE,
    price: int = 1000,
    quantity: int = 1,
    rate: int = 190_000,
    discount: int = 0,
    title: str = "",
) -> OrderLine:
    """A line whose price does not contain its tax."""
    net = price * quantity - discount
    tax = net * rate // 1_000_000
    taxes = (Tax("VAT", rate, Money(tax, "EUR")),) if rate else ()
    changes = {"title": title} if title else {}
    return line(variant, price, quantity, total=Money(net + tax, "EUR"), discount=discount, taxes=taxes, **changes)


def sent(seller_id: UUID, price: int = 500, tax: int = 95) -> OrderShipping:
    """Shipping of one seller's goods."""
    taxes = (Tax("VAT", 190_000, Money(tax, "EUR")),)
    return OrderShipping(seller_id, "std", "Standard", Money(price, "EUR"), Money(price + tax, "EUR"), 0, taxes)


def read(content: bytes) -> str:
    """What is written in a PDF, page after page."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


BOTH = (taxed(KETTLE, 5990, 2, discount=500, title="Kettle <b>&"), taxed(TEAPOT, 1290, 1, rate=70_000))
SHIPPED = (sent(OURS), sent(THEIRS))

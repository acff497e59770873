"""What goes back of an order is credited: to the cent as the books have it, in a series of its own, once."""

import asyncio
from typing import NamedTuple
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from fastshop.contract.base import Money
from fastshop.contract.invoices import PaperKind
from fastshop.contract.orders import Order, OrderLine, OrderShipping
from fastshop.ids import new_id
from server.domains.invoicing import rules
from server.domains.invoicing.rules import Facts, TaxRow
from server.domains.ledger.rates import Rates
from server.domains.ledger.service import Ledger
from tests.domains.invoicing.conftest import BOTH, SHIPPED, Office, taxed
from tests.domains.orders.conftest import ANN, OURS, RIVAL, THEIRS
from tests.support import ManualClock

NOW = ManualClock().now()


class SoldLine(NamedTuple):
    """What the books are told of a line."""

    seller_id: UUID
    product_id: UUID
    total: Money
    tax: int
    line_id: UUID | None = None
    shop_discount: int = 0


class SoldOrder(NamedTuple):
    """What the books are told of an order."""

    order_id: UUID
    payment_id: UUID
    lines: list[SoldLine]
    at: object


@pytest.fixture
def ledger(office: Office) -> Ledger:
    return Ledger(Rates(office.database, office.clock, 1000))


async def sold(office: Office, ledger: Ledger, order: Order) -> None:
    """Have the books know of an order."""
    assert order.payment_id is not None
    product_id = order.lines[0].product_id
    parts: list[OrderLine | OrderShipping] = [*order.lines, *order.shipping]
    lines = [
        SoldLine(part.seller_id, product_id, part.total, sum(tax.amount.amount for tax in part.taxes)) for part in parts
    ]
    async with office.database.transaction() as transaction:
        await ledger.paid(transaction, order.payment_id, order.total, office.clock.now())
        await ledger.sold(transaction, [SoldOrder(order.id, order.payment_id, lines, office.clock.now())])  # type: ignore[list-item]


async def refund(office: Office, ledger: Ledger, order: Order, amount: int) -> None:
    """Have so much go back."""
    assert order.payment_id is not None
    office.clock.turn(minutes=1)
    async with office.database.transaction() as transaction:
        await ledger.refunded(transaction, new_id(), order.payment_id, Money(amount, "EUR"), office.clock.now())


async def test_what_goes_back_is_credited_to_each_seller_as_the_books_have_it(office: Office, ledger: Ledger) -> None:
    order = await office.order(*BOTH, shipping=SHIPPED)
    await sold(office, ledger, order)
    invoices = {each.seller_id: each for each in await office.invoices(order.id)}
    await refund(office, ledger, order, 5_000)
    notes = [each for each in await office.invoices(order.id) if each.kind is PaperKind.CREDIT_NOTE]
    assert sum(note.total.amount for note in notes) == 5_000
    assert {note.seller_id: (note.number, note.corrects) for note in notes} == {
        OURS: ("CN-000001", "INV-000001"),
        THEIRS: ("CN-000001", "INV-000001"),
    }
    for note in notes:
        assert note.net + note.tax == note.total.amount
        invoice = invoices[note.seller_id]
        assert abs(note.tax - invoice.tax * note.total.amount / invoice.total.amount) < 1
    text = await office.text(order.id, RIVAL)
    for said in ("Credit note", "CN-000001", "Corrects", "INV-000001", "Refund", "VAT 19 % on", "VAT 7 % on"):
        assert said in text, said
    assert "Ours" not in text


async def test_all_that_goes_back_is_all_that_was_invoiced_in_any_steps_and_each_once(
    office: Office, ledger: Ledger
) -> None:
    order = await office.order(*BOTH, shipping=SHIPPED)
    await sold(office, ledger, order)
    for amount in (333, 1, order.total.amount - 334):
        await refund(office, ledger, order, amount)
        await asyncio.gather(*(office.invoices(order.id) for _ in range(3)))
    papers = await office.invoices(order.id)
    for seller in (OURS, THEIRS):
        (invoice,) = [each for each in papers if each.seller_id == seller and each.kind is PaperKind.INVOICE]
        notes = [each for each in papers if each.seller_id == seller and each.kind is PaperKind.CREDIT_NOTE]
        assert sum(note.total.amount for note in notes) == invoice.total.amount
        assert (sum(note.net for note in notes), sum(note.tax for note in notes)) == (invoice.net, invoice.tax)
        assert [note.number for note in notes] == [f"CN-{number:06}" for number in range(1, len(notes) + 1)]


async def test_nobody_need_ask_for_a_credit_note(office: Office, ledger: Ledger) -> None:
    first, second = await office.order(taxed()), await office.order(taxed())
    for order in (first, second):
        await sold(office, ledger, order)
    await office.issuing.round()
    await refund(office, ledger, second, 100)
    await office.issuing.round()
    await office.issuing.round()
    rows = await office.database.fetch("SELECT order_id FROM invoices WHERE kind = 'credit_note'")
    assert [row["order_id"] for row in rows] == [second.id]


async def test_an_order_cancelled_before_its_invoice_has_neither(office: Office, ledger: Ledger) -> None:
    order = await office.order(taxed())
    await sold(office, ledger, order)
    await refund(office, ledger, order, order.total.amount)
    await office.database.fetch("UPDATE orders SET status = 'cancelled', state = 'cancelled'")
    await office.issuing.round()
    assert await office.database.fetch("SELECT 1 FROM invoices") == []
    assert await office.issuing.issued(order.id) == ()
    assert order.customer_id == ANN.user_id


_RATES = st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 2 * 10**6)), min_size=0, max_size=4)


@given(rates=_RATES, data=st.data())
def test_the_rates_of_a_credit_note_always_add_up(rates: list[tuple[int, int]], data: st.DataObject) -> None:
    rows = tuple(TaxRow("VAT", number, net, tax) for number, (net, tax) in enumerate(rates))
    net, tax = sum(row.net for row in rows), sum(row.tax for row in rows)
    of = replace(_FACTS, taxes=rows, net=net, tax=tax, total=net + tax)
    back, back_tax = data.draw(st.integers(0, net)), data.draw(st.integers(0, tax))
    note = rules.credit_note(of, 1, back + back_tax, back_tax, NOW)
    assert (note.net, note.tax, note.total) == (back, back_tax, back + back_tax)
    if rows:
        assert (sum(row.net for row in note.taxes), sum(row.tax for row in note.taxes)) == (back, back_tax)
    for was, row in zip(rows, note.taxes, strict=True):
        assert 0 <= row.net <= was.net + 1
        assert 0 <= row.tax <= was.tax + 1


_FACTS = Facts(PaperKind.INVOICE, "INV-000001", "FS-1", NOW, NOW, "EUR", ("S",), ("C",), (), (), 0, 0, 0, 0, False)

"""Papers: numbered without gaps whoever asks at once, never changed, right to the cent, and nobody else's to see."""

import asyncio
import io
from uuid import UUID

import asyncpg
import msgspec
import pytest
from msgspec.structs import replace
from pypdf import PdfReader

from fastshop.contract.base import Money
from fastshop.contract.invoices import NotInvoiced, NotPaid, PaperKind, ShowGuestInvoices, ShowInvoices, ShowPackingSlip
from fastshop.contract.orders import OrderNotFound
from fastshop.contract.payments import PaymentNotFound, PaymentState, RefundState, ShowReceipt
from fastshop.ids import new_id
from server.domains.invoicing import drawing, sheets
from server.domains.invoicing.rules import percent
from server.domains.ledger.rates import Rates
from server.domains.ledger.service import Ledger
from server.kernel.caller import GUEST, Caller
from server.kernel.writing import amount
from tests.domains.catalog.conftest import refused
from tests.domains.invoicing.conftest import ADDRESS, BOTH, SHIPPED, Office, read, taxed
from tests.domains.orders.conftest import (
    ADMIN,
    AGENT,
    ANN,
    BOB,
    KETTLE,
    MANAGER,
    OURS,
    RIVAL,
    SELLER,
    SHOPLESS,
    TEAPOT,
    THEIRS,
    line,
)


async def test_each_seller_has_an_invoice_over_their_part_right_to_the_cent(office: Office) -> None:
    order = await office.order(*BOTH, shipping=SHIPPED)
    ours, theirs = sorted(await office.invoices(order.id), key=lambda each: each.seller_id)
    # 2 x 59.90 - 5.00 = 114.80, 19 % of it 21.81; shipping 5.00 and 0.95.
    assert (ours.net, ours.tax, ours.total) == (11_480 + 500, 2_181 + 95, Money(14_256, "EUR"))
    # 12.90, 7 % of it 0.90; shipping 5.00 and 0.95.
    assert (theirs.net, theirs.tax, theirs.total) == (1_290 + 500, 90 + 95, Money(1_975, "EUR"))
    assert ours.total.amount + theirs.total.amount == order.total.amount
    assert (ours.seller_id, ours.order_id, ours.kind, ours.number) == (OURS, order.id, PaperKind.INVOICE, "INV-000001")


async def test_the_pdf_says_all_that_an_invoice_must(office: Office) -> None:
    order = await office.order(*BOTH, shipping=SHIPPED)
    text = await office.text(order.id, SELLER)
    for said in (
        "Invoice", "INV-000001", order.number, "2026-11-21", "Ours", "Αλέξανδρος Łukasiewicz", "Straße 12", "Hinterhof",
        "10115 Berlin", "Kettle <b>&", "Colour: red, SKU SKU-1", "59.90", "-5.00", "136.61", "Shipping", "Standard",
        "5.95", "Net", "119.80 EUR", "VAT 19 % on 119.80 EUR", "22.76 EUR", "Total", "142.56 EUR", "Page 1",
    ):  # fmt: skip
        assert said in text, said
    assert "Teapot" not in text
    assert "Theirs" not in text


async def test_taxes_are_told_by_rate_and_what_is_not_taxed_beside_them(office: Office) -> None:
    lines = (taxed(price=1000), taxed(price=333, rate=70_000), taxed(price=200, rate=70_000), taxed(price=50, rate=0))
    order = await office.order(*lines)
    (invoice,) = await office.invoices(order.id)
    text = await office.text(order.id)
    assert (invoice.net, invoice.tax) == (1583, 190 + 23 + 14)
    for said in ("VAT 19 % on 10.00 EUR", "1.90 EUR", "VAT 7 % on 5.33 EUR", "0.37 EUR", "Not taxed: 0.50 EUR"):
        assert said in text, said


async def test_an_order_without_taxes_tells_of_none_and_one_without_address_has_the_account_s_name(
    office: Office,
) -> None:
    order = await office.desk.placed(ANN, line(price=900, quantity=3))
    (invoice,) = await office.invoices(order.id)
    text = await office.text(order.id)
    assert (invoice.net, invoice.tax, invoice.total.amount) == (2700, 0, 2700)
    assert "Somebody" in text
    assert "@" not in text
    assert "tax" not in text.replace("Tax", "", 1)


async def test_the_invoice_of_an_order_waits_for_its_taxes_until_it_is_said_where_it_goes(office: Office) -> None:
    draft = replace(await office.desk.draft(ANN, line()), taxes_included=True)
    await office.desk.place(draft)
    await office.issuing.round()
    with pytest.raises(NotInvoiced):
        await office.invoices(draft.id)
    address = msgspec.json.encode(ADDRESS).decode()
    await office.database.fetch("UPDATE orders SET address = $2 WHERE id = $1", draft.id, address)
    await office.issuing.round()
    assert [invoice.total.amount for invoice in await office.invoices(draft.id)] == [900]
    sent = replace(await office.desk.draft(ANN, line()), taxes_included=True)
    await office.desk.place(sent)
    await office.database.fetch("UPDATE orders SET state = 'shipped' WHERE id = $1", sent.id)
    await office.issuing.round()
    assert len(await office.invoices(sent.id)) == 1, "what is sent has one, address or not"


async def test_the_customer_has_all_invoices_in_one_file(office: Office) -> None:
    order = await office.order(*BOTH)
    file = await office.papers.invoices_file(ShowInvoices(order_id=order.id), ANN)
    assert (file.name, file.media_type) == (f"invoice-{order.number}.pdf", "application/pdf")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(file.content)).pages]
    assert [("Ours" in page, "Theirs" in page) for page in pages] == [(True, False), (False, True)]


@pytest.mark.parametrize(
    ("caller", "sellers"),
    [(ANN, {OURS, THEIRS}), (SELLER, {OURS}), (RIVAL, {THEIRS}), (MANAGER, {OURS, THEIRS}), (ADMIN, {OURS, THEIRS})],
    ids=["customer", "seller", "other seller", "manager", "admin"],
)
async def test_everybody_sees_what_is_theirs(office: Office, caller: Caller, sellers: set[UUID]) -> None:
    order = await office.order(*BOTH)
    assert {each.seller_id for each in await office.invoices(order.id, caller)} == sellers


async def test_a_guest_has_their_invoice_by_the_order_s_key_and_the_seller_is_not_told_their_address(
    office: Office,
) -> None:
    draft = await office.desk.draft(ANN, taxed())
    draft = replace(draft, customer_id=None, email="guest@example.com", guest_key=new_id())
    await office.desk.place(draft, await office.desk.draft(BOB, taxed()))
    assert draft.guest_key is not None
    command = ShowGuestInvoices(order_key=draft.guest_key)
    (invoice,) = await office.papers.guest_invoices(command, GUEST)
    assert invoice.order_id == draft.id
    assert invoice.number in read((await office.papers.guest_invoices_file(command, GUEST)).content)
    assert "guest@" not in await office.text(draft.id, SELLER)
    for key in (new_id(), draft.id):
        asked = office.papers.guest_invoices(ShowGuestInvoices(order_key=key), GUEST)
        assert isinstance(await refused(asked), OrderNotFound)


@pytest.mark.parametrize("caller", [BOB, RIVAL, SHOPLESS, AGENT], ids=["customer", "seller", "shopless", "agent"])
async def test_another_s_order_is_none_and_is_not_invoiced_for_asking(office: Office, caller: Caller) -> None:
    order = await office.order(taxed())
    assert isinstance(await refused(office.invoices(order.id, caller)), OrderNotFound)
    assert isinstance(await refused(office.text(order.id, caller)), OrderNotFound)
    slip = office.papers.packing_slip_file(ShowPackingSlip(order_id=order.id), caller)
    assert isinstance(await refused(slip), OrderNotFound)
    assert await office.database.fetch("SELECT 1 FROM invoices") == []


async def test_numbers_count_each_seller_s_own_without_gaps_whoever_asks_at_once(office: Office) -> None:
    orders = [await office.order(*(BOTH if number % 2 else (taxed(),))) for number in range(8)]
    other = Office(office.desk, office.issuing, office.papers, office.till, office.database, office.clock)
    asked = [each.invoices(order.id, MANAGER) for order in orders for each in (office, other, office)]
    await asyncio.gather(*asked)
    rows = await office.database.fetch("SELECT seller_id, serial FROM invoices ORDER BY serial")
    numbers = {seller: [row["serial"] for row in rows if row["seller_id"] == seller] for seller in (OURS, THEIRS)}
    assert numbers == {OURS: list(range(1, 9)), THEIRS: list(range(1, 5))}


async def test_an_invoice_that_did_not_come_about_leaves_no_gap(office: Office) -> None:
    """The other seller's part fails after ours had its number."""
    order = await office.order(*BOTH)
    await office.database.fetch(f"ALTER TABLE invoices ADD CONSTRAINT broken CHECK (seller_id <> '{THEIRS}')")
    with pytest.raises(asyncpg.CheckViolationError):
        await office.invoices(order.id)
    await office.database.fetch("ALTER TABLE invoices DROP CONSTRAINT broken")
    assert await office.database.fetch("SELECT 1 FROM invoices") == []
    assert {each.number for each in await office.invoices(order.id)} == {"INV-000001"}


async def test_an_invoice_says_who_the_seller_is_before_the_law_and_where_and_the_tax_number(office: Office) -> None:
    address = '{"name": "Ours GmbH", "country": "DE", "street": "Am Markt 1", "city": "Bremen", "postal_code": "28195"}'
    query = "UPDATE sellers SET country = 'DE', tax_number = '136695976', invoice_address = $2::jsonb WHERE id = $1"
    await office.database.fetch(query, OURS, address)
    order = await office.order(*BOTH)
    text = await office.text(order.id, SELLER)
    for said in ("Ours GmbH", "Am Markt 1", "28195 Bremen", "VAT/Tax ID: DE 136695976"):
        assert said in text
    await office.database.fetch("UPDATE sellers SET tax_number = '', invoice_address = NULL")
    assert await office.text(order.id, SELLER) == text, "as it was when it was issued"


async def test_what_was_issued_stays_as_it_was_whatever_changes_after(office: Office) -> None:
    order = await office.order(*BOTH)
    command = ShowInvoices(order_id=order.id)
    first = await office.papers.invoices_file(command, ANN)
    await office.database.fetch("UPDATE sellers SET name = 'Renamed'")
    await office.database.fetch("UPDATE users SET name = 'Renamed'")
    await office.database.fetch("UPDATE order_items SET title = 'Renamed', total = 1")
    office.clock.turn(days=400)
    assert await office.papers.invoices_file(command, ANN) == first
    assert "Renamed" not in read(first.content)


@pytest.mark.parametrize(
    "query",
    [
        "UPDATE invoices SET serial = 7",
        "DELETE FROM invoices",
        "TRUNCATE invoices CASCADE",
        "UPDATE invoice_files SET content = ''",
        "DELETE FROM invoice_files",
    ],
)
async def test_the_database_itself_changes_no_invoice(office: Office, query: str) -> None:
    order = await office.order(taxed())
    await office.text(order.id)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await office.database.fetch(query)


async def test_a_cancelled_order_has_no_invoice_unless_it_had_one(office: Office) -> None:
    before, after = await office.order(taxed()), await office.order(taxed())
    await office.invoices(after.id)
    await office.database.fetch("UPDATE orders SET status = 'cancelled', state = 'cancelled'")
    assert isinstance(await refused(office.invoices(before.id)), NotInvoiced)
    assert isinstance(await refused(office.text(before.id)), NotInvoiced)
    assert len(await office.invoices(after.id)) == 1


async def test_orders_that_nobody_asked_for_are_invoiced_too_the_oldest_first(office: Office) -> None:
    orders = []
    for _ in range(3):
        office.clock.turn(minutes=10)
        orders.append(await office.order(taxed()))
    cancelled = await office.order(taxed())
    await office.database.fetch(
        "UPDATE orders SET status = 'cancelled', state = 'cancelled' WHERE id = $1", cancelled.id
    )
    await office.issuing.round()
    await office.issuing.round()
    rows = await office.database.fetch("SELECT order_id FROM invoices WHERE seller_id = $1 ORDER BY serial", OURS)
    assert [row["order_id"] for row in rows] == [order.id for order in orders]


async def test_what_was_left_over_for_days_is_still_invoiced(office: Office) -> None:
    order = await office.order(taxed())
    office.clock.turn(days=6)
    await type(office.issuing)(office.database, office.desk.orders, office.clock).round()
    assert len(await office.database.fetch("SELECT 1 FROM invoices WHERE order_id = $1", order.id)) == 1


async def test_a_receipt_tells_what_was_received_for_what_and_what_went_back(office: Office) -> None:
    order = await office.order(taxed())
    assert order.payment_id is not None
    command = ShowReceipt(payment_id=order.payment_id)
    office.till.returned, going = 5_000, office.till.refund(3_000, RefundState.PENDING)
    office.till.refunds = (office.till.refund(2_000), office.till.refund(1_000, RefundState.FAILED), going)
    file = await office.papers.receipt_file(command, ANN)
    text = read(file.content)
    assert file.name == f"receipt-{order.payment_id}.pdf"
    for said in (
        "Receipt",
        "FastShop",
        order.number,
        "Received",
        "123.45 EUR",
        "-20.00 EUR",
        "On its way back",
        "-30.00 EUR",
        "73.45 EUR",
        "a scratch",
        "card 4242",
    ):
        assert said in text, said
    assert "-10.00" not in text, "what failed did not go back"
    office.till.status = PaymentState.REFUNDED
    assert "-123.45 EUR" in read((await office.papers.receipt_file(command, ANN)).content)


async def test_a_receipt_is_of_the_day_on_which_the_money_came(office: Office) -> None:
    order = await office.order(taxed())
    assert order.payment_id is not None
    promised, office.till.method = office.clock.now(), "bank_transfer"
    office.clock.turn(days=5)
    async with office.database.transaction() as transaction:
        ledger = Ledger(Rates(office.database, office.clock, 1000))
        await ledger.paid(transaction, order.payment_id, Money(12_345, "EUR"), office.clock.now())
    text = read((await office.papers.receipt_file(ShowReceipt(payment_id=order.payment_id), ANN)).content)
    assert "Bank transfer" in text
    assert f"{office.clock.now():%Y-%m-%d}" in text
    assert f"{promised:%Y-%m-%d}" not in text


@pytest.mark.parametrize("status", [PaymentState.PENDING, PaymentState.FAILED, PaymentState.NEEDS_ACTION])
async def test_what_was_not_paid_has_no_receipt(office: Office, status: PaymentState) -> None:
    office.till.status = status
    assert isinstance(await refused(office.papers.receipt_file(ShowReceipt(payment_id=new_id()), ANN)), NotPaid)


async def test_another_s_payment_has_no_receipt(office: Office) -> None:
    assert isinstance(await refused(office.papers.receipt_file(ShowReceipt(payment_id=new_id()), BOB)), PaymentNotFound)


async def test_a_packing_slip_tells_one_seller_what_goes_where_and_no_price(office: Office) -> None:
    order = await office.order(*BOTH, shipping=SHIPPED)
    file = await office.papers.packing_slip_file(ShowPackingSlip(order_id=order.id), SELLER)
    text = read(file.content)
    assert file.name == f"packing-slip-{order.number}.pdf"
    for said in ("Packing slip", order.number, "Ours", "Straße 12", "Kettle", "SKU-1", "Units", "Standard"):
        assert said in text, said
    for unsaid in ("Teapot", "59.90", "EUR"):
        assert unsaid not in text, unsaid
    slip = await office.papers.packing_slip(ShowPackingSlip(order_id=order.id), RIVAL)
    assert [(each.title, each.quantity) for each in slip.lines] == [("Teapot", 1)]


async def test_the_customer_of_an_order_gets_no_packing_slip_of_it(office: Office) -> None:
    order = await office.order(taxed())
    buyer = Caller(ANN.user_id, roles=ANN.roles, seller_id=THEIRS)
    slip = office.papers.packing_slip(ShowPackingSlip(order_id=order.id), buyer)
    assert isinstance(await refused(slip), OrderNotFound)


async def test_a_long_order_goes_on_on_further_pages_with_its_head(office: Office) -> None:
    lines = tuple(taxed(TEAPOT if number % 3 else KETTLE, title=f"Article {number:03}") for number in range(150))
    order = await office.order(*lines)
    file = await office.papers.invoices_file(ShowInvoices(order_id=order.id), RIVAL)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(file.content)).pages]
    assert len(pages) > 2
    assert all("Description" in page and f"Page {number}" in page for number, page in enumerate(pages[:-1], 1))
    text = "\n".join(pages)
    assert [f"Article {number:03}" in text for number in range(150)] == [number % 3 > 0 for number in range(150)]
    assert "1,190.00 EUR" in pages[-1]


def test_whatever_a_title_is_the_paper_is_drawn() -> None:
    cells = ("&lt;", "<para>", "W" * 200, "", "\n\n", "日本語", "\U0001f600", "a\u0000b", "]]>", "%s %d {x}")
    rows = tuple((sheets.Cell(text, text),) for text in cells)
    sheet = sheets.Sheet("Title", ("S",), ("R",), (("Number", "1"),), (sheets.Column("For", 1),), rows)
    assert "&lt;" in read(drawing.pdf(sheet))
    assert drawing.pdf(sheet) == drawing.pdf(sheet)


def test_amounts_and_rates_are_written_as_people_write_them() -> None:
    assert [amount(*each) for each in ((123_450, "EUR"), (-5, "USD"), (1_234, "JPY"))] == [
        "1,234.50 EUR",
        "-0.05 USD",
        "1,234 JPY",
    ]
    assert [percent(rate) for rate in (190_000, 77_500, 0, 88_750, 1_000_000)] == [
        "19 %",
        "7.75 %",
        "0 %",
        "8.875 %",
        "100 %",
    ]

"""What stands where on a paper: from facts to a sheet, which somebody else draws. Pure."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from fastshop.contract.invoices import PackingSlip, PaperKind
from fastshop.contract.payments import BANK_TRANSFER, PaymentState, Receipt, RefundState
from server.domains.invoicing.rules import Facts, Row, percent
from server.kernel.writing import amount, described

_TITLES = {PaperKind.INVOICE: "Invoice", PaperKind.CREDIT_NOTE: "Credit note"}

# How people call what a payment's method is where no card was named to us.
_METHODS = {BANK_TRANSFER: "Bank transfer", "browser": "Card", "nothing": "Nothing to pay"}


class Column(Struct, frozen=True):
    """A column of the table: its head, its part of the width, whether figures stand in it."""

    head: str
    share: float
    figures: bool = False


class Cell(Struct, frozen=True):
    """What stands in a cell, and small print below it."""

    text: str
    detail: str = ""


class Sheet(Struct, frozen=True):
    """A paper. ``sums`` stand below the table; of them the last is the one that matters."""

    title: str
    sender: tuple[str, ...]
    receiver: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    sums: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


def of_invoice(facts: Facts) -> Sheet:
    """An invoice or a credit note."""
    told = [("Number", facts.number), ("Date", _day(facts.issued_at)), ("Order", facts.order_number)]
    told.append(("Date of supply", _day(facts.supplied_at)))
    return Sheet(
        title=_TITLES[facts.kind],
        sender=facts.seller,
        receiver=facts.customer,
        facts=tuple(told + ([("Corrects", facts.corrects)] if facts.corrects else [])),
        columns=(
            Column("Description", 0.42),
            Column("Tax", 0.11, figures=True),
            Column("Quantity", 0.1, figures=True),
            Column("Unit price", 0.13, figures=True),
            Column("Discount", 0.11, figures=True),
            Column("Amount", 0.13, figures=True),
        ),
        rows=tuple(_row(row, facts.currency) for row in facts.rows),
        sums=tuple(_sums(facts)),
        notes=tuple(_notes(facts)),
    )


def of_receipt(receipt: Receipt, paid_at: datetime, orders: Sequence[str], customer: Sequence[str], shop: str) -> Sheet:
    """A receipt, for what has these numbers. What is on its way back has not been returned yet."""
    payment, currency = receipt.payment, receipt.payment.amount.currency
    paid, returned, going = payment.amount.amount, *_gone(receipt)
    sums = [("Received", amount(paid, currency))]
    sums += [("Returned", amount(-returned, currency))] if returned else []
    sums += [("On its way back", amount(-going, currency))] if going else []
    sums += [("Remaining", amount(paid - returned - going, currency))] if returned or going else []
    back = [each for each in receipt.refunds if each.state is RefundState.SUCCEEDED]
    return Sheet(
        title="Receipt",
        sender=(shop,),
        receiver=tuple(customer),
        facts=(
            ("Payment", str(payment.id)),
            ("Date", _day(paid_at)),
            ("Paid by", _METHODS.get(payment.payment_method, payment.payment_method)),
        ),
        columns=(Column("For", 0.62), Column("Date", 0.18, figures=True), Column("Amount", 0.2, figures=True)),
        rows=(
            (
                Cell(", ".join(f"Order {number}" for number in orders) or "Payment"),
                Cell(_day(paid_at)),
                Cell(_figure(paid, currency)),
            ),
            *(
                (Cell("Refund", each.reason), Cell(_day(each.updated_at)), Cell(_figure(-each.amount.amount, currency)))
                for each in back
            ),
        ),
        sums=tuple(sums),
    )


def of_packing_slip(slip: PackingSlip, seller: str) -> Sheet:
    """A packing slip: no prices, for it may be a present."""
    units = sum(line.quantity for line in slip.lines)
    return Sheet(
        title="Packing slip",
        sender=(seller,),
        receiver=slip.address,
        facts=(
            ("Order", slip.order_number),
            ("Date", _day(slip.placed_at)),
            *((("Shipping", slip.shipping),) if slip.shipping else ()),
        ),
        columns=(Column("Quantity", 0.14, figures=True), Column("Article", 0.56), Column("SKU", 0.3)),
        rows=tuple(
            (Cell(str(line.quantity)), Cell(line.title, described(line.options)), Cell(line.sku)) for line in slip.lines
        ),
        sums=(("Units", str(units)),),
    )


def _gone(receipt: Receipt) -> tuple[int, int]:
    """What of a payment has gone back, and what is on its way."""
    payment = receipt.payment
    if payment.status is PaymentState.REFUNDED:
        return payment.amount.amount, 0
    returned = sum(each.amount.amount for each in receipt.refunds if each.state is RefundState.SUCCEEDED)
    leaving = payment.amount.amount if payment.status is PaymentState.REFUNDING else payment.returned
    return returned, leaving - returned


def _row(row: Row, currency: str) -> tuple[Cell, ...]:
    return (
        Cell(row.title, row.detail),
        Cell(row.taxes or "–"),
        Cell(str(row.quantity)),
        Cell(_figure(row.unit_price, currency)),
        Cell(_figure(-row.discount, currency) if row.discount else "–"),
        Cell(_figure(row.total, currency)),
    )


def _sums(facts: Facts) -> list[tuple[str, str]]:
    sums = []
    if facts.discount:
        sums.append(("Discounts, in the amounts above", amount(-facts.discount, facts.currency)))
    sums.append(("Net", amount(facts.net, facts.currency)))
    for tax in facts.taxes:
        what = f"{tax.name} {percent(tax.rate)} on" if tax.name else "Not taxed:"
        sums.append((f"{what} {amount(tax.net, facts.currency)}", amount(tax.tax, facts.currency)))
    return [*sums, ("Total", amount(facts.total, facts.currency))]


def _notes(facts: Facts) -> list[str]:
    told = [f"No tax is charged: {reason}." for reason in facts.untaxed]
    if facts.taxes:
        told.append("Unit prices include tax." if facts.taxes_included else "Amounts include tax, unit prices do not.")
    elif facts.untaxed and any(_worth(row) != row.total for row in facts.rows):
        told.append("Unit prices include the tax that is taken off the amounts.")
    return told


def _worth(row: Row) -> int:
    return row.unit_price * row.quantity - row.discount


def _figure(minor: int, currency: str) -> str:
    return amount(minor, currency).rpartition(" ")[0]


def _day(at: datetime) -> str:
    return at.strftime("%Y-%m-%d")

"""What is written on an invoice, worked out of an order. Pure; money is in minor units."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from fastshop.contract.base import Money
from fastshop.contract.invoices import PaperKind
from fastshop.contract.orders import Order, OrderLine, OrderShipping, OrderState
from fastshop.contract.pricing import NoTax, Tax
from server.kernel.writing import described

_LETTERS = {PaperKind.INVOICE: "INV", PaperKind.CREDIT_NOTE: "CN"}


class Row(Struct, frozen=True):
    """A row of an invoice: what, how many, at which price; ``total`` is what was paid for it, with taxes."""

    title: str
    detail: str
    quantity: int
    unit_price: int
    discount: int
    total: int
    taxes: str = ""


class TaxRow(Struct, frozen=True):
    """A tax at one rate (in millionths): on how much, and how much. The name is empty for what is not taxed."""

    name: str
    rate: int
    net: int
    tax: int


class Facts(Struct, frozen=True):
    """All that is written on an invoice or a credit note. A credit note's amounts are what goes back.

    ``untaxed`` are the reasons for which no tax was charged (Directive 2006/112/EC, Art. 226 (11) and (11a)).
    """

    kind: PaperKind
    number: str
    order_number: str
    issued_at: datetime
    supplied_at: datetime
    currency: str
    seller: tuple[str, ...]
    customer: tuple[str, ...]
    rows: tuple[Row, ...]
    taxes: tuple[TaxRow, ...]
    discount: int
    net: int
    tax: int
    total: int
    taxes_included: bool
    corrects: str = ""
    untaxed: tuple[str, ...] = ()

    @property
    def money(self) -> Money:
        """The total."""
        return Money(self.total, self.currency)


def number(kind: PaperKind, serial: int) -> str:
    """How a number is written."""
    return f"{_LETTERS[kind]}-{serial:06}"


def invoice(part: Order, serial: int, seller: Sequence[str], customer: Sequence[str], issued_at: datetime) -> Facts:
    """The invoice for one seller's part of an order."""
    taxes = _taxes([*part.lines, *part.shipping])
    tax = sum(row.tax for row in taxes)
    return Facts(
        kind=PaperKind.INVOICE,
        number=number(PaperKind.INVOICE, serial),
        order_number=part.number,
        issued_at=issued_at,
        supplied_at=part.placed_at,
        currency=part.total.currency,
        seller=tuple(seller),
        customer=tuple(customer),
        rows=(*(_row(line) for line in part.lines), *(_shipped(each) for each in part.shipping)),
        taxes=tuple(taxes),
        discount=part.discount,
        net=part.total.amount - tax,
        tax=tax,
        total=part.total.amount,
        taxes_included=part.taxes_included,
        untaxed=tuple(sorted({each.reason for each in untaxed(part)})),
    )


def credit_note(of: Facts, serial: int, total: int, tax: int, issued_at: datetime) -> Facts:
    """The credit note for an amount of an invoice that goes back, with so much tax in it: of each rate its share."""
    nets = _shares(
        sum(row.net for row in of.taxes) * (total - tax) // of.net if of.net else 0, [r.net for r in of.taxes]
    )
    taxes = _shares(tax, [row.tax for row in of.taxes])
    return replace(
        of,
        kind=PaperKind.CREDIT_NOTE,
        number=number(PaperKind.CREDIT_NOTE, serial),
        issued_at=issued_at,
        rows=(Row("Refund", f"of invoice {of.number}", 1, total, 0, total),),
        taxes=tuple(TaxRow(row.name, row.rate, net, tax) for row, net, tax in zip(of.taxes, nets, taxes, strict=True)),
        discount=0,
        net=total - tax,
        tax=tax,
        total=total,
        taxes_included=True,
        corrects=of.number,
    )


def part_of(order: Order, seller_id: UUID) -> Order:
    """What of an order is one seller's."""
    lines = tuple(line for line in order.lines if line.seller_id == seller_id)
    shipping = tuple(each for each in order.shipping if each.seller_id == seller_id)
    parts: list[OrderLine | OrderShipping] = [*lines, *shipping]
    total, discount = sum(part.total.amount for part in parts), sum(part.discount for part in parts)
    return replace(order, lines=lines, shipping=shipping, total=Money(total, order.total.currency), discount=discount)


def waits(order: Order) -> bool:
    """Whether the taxes in its price are not known yet: nobody has said where it goes, and nothing is sent."""
    open_states = (OrderState.PAID, OrderState.ACCEPTED)
    return order.taxes_included and order.address is None and order.state in open_states


def untaxed(order: Order) -> list[NoTax]:
    """Why no tax was charged on parts of an order."""
    parts: list[OrderLine | OrderShipping] = [*order.lines, *order.shipping]
    return [part.untaxed for part in parts if part.untaxed]


def percent(rate: int) -> str:
    """A rate in millionths as people write it: 190000 is 19 %."""
    return f"{rate / 10_000:.4f}".rstrip("0").rstrip(".") + " %"


def _row(line: OrderLine) -> Row:
    detail, price = described(line.options, f"SKU {line.sku}"), line.unit_price.amount
    return Row(line.title, detail, line.quantity, price, line.discount, line.total.amount, _told(line.taxes))


def _shipped(shipping: OrderShipping) -> Row:
    price, total = shipping.price.amount, shipping.total.amount
    return Row("Shipping", shipping.name, 1, price, shipping.discount, total, _told(shipping.taxes))


def _told(taxes: Sequence[Tax]) -> str:
    return ", ".join(percent(tax.rate) for tax in taxes)


def _taxes(parts: Sequence[OrderLine | OrderShipping]) -> list[TaxRow]:
    """The taxes by name and rate, the highest rate first; what is not taxed is a row of its own where others are."""
    net: dict[tuple[str, int], int] = {}
    amounts: dict[tuple[str, int], int] = {}
    for part in parts:
        base = part.total.amount - sum(tax.amount.amount for tax in part.taxes)
        for name, rate, amount in [(tax.name, tax.rate, tax.amount.amount) for tax in part.taxes] or [("", 0, 0)]:
            net[name, rate] = net.get((name, rate), 0) + base
            amounts[name, rate] = amounts.get((name, rate), 0) + amount
    if net.keys() == {("", 0)}:
        return []
    return [TaxRow(*key, net[key], amounts[key]) for key in sorted(net, key=lambda key: (-key[1], key[0]))]


def _shares(amount: int, weights: Sequence[int]) -> list[int]:
    """An amount in proportion to weights. Rounding is carried on from one to the next, so that nothing is lost."""
    whole, seen, given, shares = sum(weights), 0, 0, []
    for weight in weights:
        seen += weight
        until = (2 * amount * seen + whole) // (2 * whole) if whole else 0
        shares.append(until - given)
        given = until
    return shares

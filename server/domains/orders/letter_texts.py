"""What the shop writes to customers about their orders. Pure.

What sellers call their goods and parcels stands in one line each: nobody but the shop lays out a letter.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import Money
from fastshop.contract.orders import Order, OrderLine
from fastshop.contract.seller_orders import EntryKind, LineUnits, Shipment, Side, TimelineEntry
from server.kernel.writing import address_lines, amount, described, flat, in_blocks

_WHY = {
    Side.CUSTOMER: "As you asked, this is not sent:",
    Side.SELLER: "The seller has cancelled this; it is not sent:",
    Side.SHOP: "We have cancelled this; it is not sent:",
    Side.SYSTEM: "This was cancelled; it is not sent:",
}
_REJECTED = "The seller cannot send you this:"
_SHOWS = "Until your bank shows it, some days may pass."


class Text(NamedTuple):
    """A letter's subject and words."""

    subject: str
    body: str


def placed(order: Order, address: PostalAddress | None, link: str, *, is_guest: bool) -> Text:
    """The confirmation of an order, as it was placed."""
    currency = order.total.currency
    bought = [f"{_article(line, line.quantity)}: {_money(line.total)}" for line in order.lines]
    sent = [f"Shipping, {flat(way.name)}: {_money(way.total)}" for way in order.shipping]
    sums = [
        *([f"Discounts, in the amounts above: {amount(-order.discount, currency)}"] if order.discount else []),
        *([f"Tax, in the amounts above: {amount(order.tax, currency)}"] if order.tax else []),
        f"Total: {_money(order.total)}",
    ]
    going = _going(address) if address else []
    keep = ["Whoever has this link sees the order: keep it, and keep it to yourself."] if is_guest else []
    thanks = [f"Thank you for your order {order.number}."]
    blocks = [thanks, [*bought, *sent], sums, going, ["Your order:"], [link], keep]
    return Text(f"Your order {order.number}", in_blocks(blocks))


def readdressed(order: Order, address: PostalAddress, link: str) -> Text:
    """The address was said, or corrected. Whoever did not do that can stop it."""
    wrong = ["Was it not you? Until a seller works on it you can correct the address, or cancel:"]
    return Text(f"Where your order {order.number} goes", in_blocks([_going(address), wrong, [link]]))


def shipped(order: Order, parcel: Shipment, link: str) -> Text:
    """A parcel is on its way."""
    way = [
        *([f"Carrier: {flat(parcel.carrier)}"] if parcel.carrier else []),
        *([f"Tracking number: {flat(parcel.tracking_number)}"] if parcel.tracking_number else []),
    ]
    blocks = [["This is on its way to you:"], _units(order, parcel.lines), way, ["Your order:"], [link]]
    return Text(f"A parcel of your order {order.number} is on its way", in_blocks(blocks))


def delivered(order: Order, units: Iterable[LineUnits], link: str) -> Text:
    """A parcel has arrived, as its seller says."""
    wrong = ["If something is wrong with it, or did not come, say so on its page: you can return it there, or dispute."]
    blocks = [["This has arrived, as the seller says:"], _units(order, units), wrong, ["Your order:"], [link]]
    return Text(f"A parcel of your order {order.number} has arrived", in_blocks(blocks))


def cancelled(order: Order, entries: Sequence[TimelineEntry], link: str) -> Text:
    """Units are not sent: all that one change cancelled, with what goes back for it."""
    is_rejected = entries[0].kind is EntryKind.REJECTED
    goes_back = sum(entry.amount.amount for entry in entries if entry.amount)
    money = [f"{amount(goes_back, order.total.currency)} goes back to where you paid from."] if goes_back else []
    why = _REJECTED if is_rejected else _WHY[entries[0].by]
    units = _units(order, [each for entry in entries for each in entry.lines])
    return Text(
        f"Something of your order {order.number} is not sent",
        in_blocks([[why], units, money, ["Your order:"], [link]]),
    )


def refunded(number: str, money: Money, link: str) -> Text:
    """Money of an order went back."""
    blocks = [[f"{_money(money)} of your order {number} went back to where you paid from."], [_SHOWS], [link]]
    return Text(f"Money of your order {number} went back", in_blocks(blocks))


def came_to_nothing(money: Money) -> Text:
    """Money went back that was paid for nothing."""
    blocks = [[f"{_money(money)} went back to where you paid from: nothing was ordered for it."], [_SHOWS]]
    return Text("Your money went back", in_blocks(blocks))


def _going(address: PostalAddress) -> list[str]:
    return ["It goes to:", *map(flat, address_lines(address))]


def did_not_arrive(money: Money) -> Text:
    """Money that was to go back did not arrive."""
    told = f"{_money(money)} were to go back to where you paid from, but your bank sent them back to us."
    todo = "Most likely the card or account is closed. The money is yours: write to us how we can send it to you."
    return Text("Your refund did not arrive", in_blocks([[told], [todo]]))


def sent_otherwise(money: Money) -> Text:
    """What did not arrive was sent in another way."""
    return Text("Your refund was sent again", in_blocks([[f"We have sent {_money(money)} to you in another way."]]))


def _units(order: Order, units: Iterable[LineUnits]) -> list[str]:
    lines = {line.id: line for line in order.lines}
    return [_article(lines[each.line_id], each.quantity) for each in units]


def _article(line: OrderLine, quantity: int) -> str:
    options = described(line.options)
    return flat(f"{quantity} × {line.title} ({options})" if options else f"{quantity} × {line.title}")


def _money(money: Money) -> str:
    return amount(money.amount, money.currency)

"""What follows from what at a checkout. Pure."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from fastshop.contract.base import Money
from fastshop.contract.carts import Cart, Notice
from fastshop.contract.checkout import (
    Checkout,
    CheckoutLine,
    CheckoutOver,
    CheckoutPaying,
    CheckoutStatus,
    GoodsGone,
    NotEnoughUnits,
    ShippingUnknown,
    StepMissing,
)
from fastshop.contract.orders import OrderLine, OrderShipping
from fastshop.contract.pricing import PricedLine, PricedShipping, Quote
from fastshop.ids import new_id
from server.domains.checkout.ports import OrderDraft, SoldOrder, SoldPart, Wish


class Kept(Struct, frozen=True):
    """A checkout as it is kept: what its owner sees, and what only the shop knows.

    ``revision`` is the cart's when it began; ``held`` says that its units are out of stock for it. While it is paid,
    ``order_id`` is what its coupons are used for, and the order's that comes of it. ``emptied``: what is bought is out
    of the cart.
    """

    checkout: Checkout
    user_id: UUID | None
    revision: int
    held: bool
    created_at: datetime
    paying_since: datetime | None = None
    order_id: UUID | None = None
    emptied: bool = False

    def seen(self, **changes: object) -> "Kept":
        """The same with another view."""
        return replace(self, checkout=replace(self.checkout, **changes))

    @property
    def wish(self) -> Wish:
        """What of it is to be priced."""
        checkout, address = self.checkout, self.checkout.address
        return Wish(
            lines=tuple((line.variant_id, line.quantity) for line in checkout.lines),
            currency=checkout.total.currency,
            user_id=self.user_id,
            country=address.country if address else "",
            region=address.region if address else "",
            codes=checkout.codes,
            shipping=_asked(checkout),
        )

    @property
    def units(self) -> dict[UUID, int]:
        """What it holds, or would."""
        return {line.variant_id: line.quantity for line in self.checkout.lines}

    def awaits(self, payment_id: UUID) -> bool:
        """Whether this payment is to pay for it, and was not concluded yet."""
        return self.checkout.status is CheckoutStatus.PAYING and self.checkout.payment_id == payment_id

    @property
    def reference(self) -> str:
        """What its payment is for."""
        return f"checkout:{self.checkout.id}"


def lines_of(cart: Cart) -> tuple[CheckoutLine, ...]:
    """What is in a cart, to be bought. Refused when some of it is not sold any more: `GoodsGone`."""
    found = []
    for line in cart.lines:
        if Notice.GONE in line.notices or line.product_id is None or line.seller_id is None:
            raise GoodsGone(line.variant_id)
        found.append(
            CheckoutLine(
                variant_id=line.variant_id,
                product_id=line.product_id,
                seller_id=line.seller_id,
                title=line.title,
                image_url=line.image_url,
                sku=line.sku,
                options=line.options,
                quantity=line.quantity,
            )
        )
    return tuple(found)


def short(cart: Cart) -> NotEnoughUnits | None:
    """Why a cart cannot be bought: there are fewer units of something."""
    found = (line for line in cart.lines if line.stock < line.quantity)
    return next((NotEnoughUnits(line.variant_id, line.title, line.stock) for line in found), None)


def check_open(checkout: Checkout, now: datetime) -> None:
    """Refuse to change what is being paid or is over: `CheckoutPaying`, `CheckoutOver`."""
    if checkout.status is CheckoutStatus.PAYING and checkout.payment_id is not None:
        raise CheckoutPaying(checkout.payment_id)
    if checkout.status is not CheckoutStatus.OPEN:
        raise CheckoutOver(checkout.status)
    if checkout.expires_at <= now:
        raise CheckoutOver(CheckoutStatus.EXPIRED)


def check_complete(checkout: Checkout) -> None:
    """Refuse to have paid what lacks something: `StepMissing`."""
    if checkout.address is None:
        raise StepMissing("address")
    if not checkout.shipping:
        raise StepMissing("shipping")


def with_shipping(checkout: Checkout, code: str) -> Checkout:
    """The checkout sent in this way. Refused: `StepMissing`, `ShippingUnknown`."""
    if checkout.address is None:
        raise StepMissing("address")
    if code not in {option.code for option in checkout.options}:
        raise ShippingUnknown
    return replace(checkout, shipping=code)


def draft(kept: Kept, order_id: UUID, payment_id: UUID, at: datetime) -> OrderDraft:
    """The order that a checkout becomes."""
    checkout, quote = kept.checkout, kept.checkout.quote
    priced = {line.line_id: line for line in quote.lines}
    name = next((option.name for option in checkout.options if option.code == checkout.shipping), "")
    return OrderDraft(
        id=order_id,
        customer_id=kept.user_id,
        payment_id=payment_id,
        lines=tuple(_order_line(line, priced[line.variant_id]) for line in checkout.lines),
        placed_at=at,
        shipping=tuple(_order_shipping(sent, checkout, name) for sent in quote.shipping),
        taxes_included=quote.taxes_included,
        address=checkout.address,
        email=checkout.email if kept.user_id is None else "",
        guest_key=checkout.order_key,
    )


def sold(order: OrderDraft) -> SoldOrder:
    """What the books are told of an order: its lines, and what sending it cost."""
    goods = (_sold_part(line, line.product_id, line.id) for line in order.lines)
    sent = (_sold_part(each) for each in order.shipping)
    return SoldOrder(order.id, order.payment_id, (*goods, *sent), order.placed_at)


def moved(units: Mapping[UUID, int], sign: int) -> dict[UUID, int]:
    """Units that are put back (1) or taken (-1)."""
    return {variant_id: sign * quantity for variant_id, quantity in units.items()}


def priced(kept: Kept, quote: Quote) -> Kept:
    """The checkout at this price."""
    return kept.seen(quote=quote, total=quote.totals.gross)


def _asked(checkout: Checkout) -> dict[UUID, int]:
    chosen = (option for option in checkout.options if option.code == checkout.shipping)
    return {part.seller_id: part.price.amount for option in chosen for part in option.parts}


def _order_line(line: CheckoutLine, cost: PricedLine) -> OrderLine:
    return OrderLine(
        variant_id=line.variant_id,
        product_id=line.product_id,
        seller_id=line.seller_id,
        title=line.title,
        sku=line.sku,
        options=line.options,
        quantity=line.quantity,
        unit_price=cost.unit_price,
        total=cost.gross,
        discount=_less(cost.before, cost.after),
        taxes=cost.taxes,
        id=new_id(),
        shop_discount=cost.shop_discount,
        untaxed=cost.untaxed,
    )


def _order_shipping(sent: PricedShipping, checkout: Checkout, name: str) -> OrderShipping:
    return OrderShipping(
        seller_id=sent.seller_id,
        option=checkout.shipping,
        name=name,
        price=sent.before,
        total=sent.gross,
        discount=_less(sent.before, sent.after),
        taxes=sent.taxes,
        shop_discount=sent.shop_discount,
        untaxed=sent.untaxed,
        standard=min(part.price for way in checkout.options for part in way.parts if part.seller_id == sent.seller_id),
    )


def _sold_part(
    part: OrderLine | OrderShipping, product_id: UUID | None = None, line_id: UUID | None = None
) -> SoldPart:
    tax = sum(tax.amount.amount for tax in part.taxes)
    return SoldPart(part.seller_id, product_id, line_id, part.total, tax, part.shop_discount)


def _less(before: Money, after: Money) -> int:
    return before.amount - after.amount

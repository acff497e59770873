"""What a cart looks like at the catalog's present prices. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from uuid import UUID

from actors.user import Contents, Line
from fastshop.contract.base import Money
from fastshop.contract.carts import Cart, CartLine, Notice, SharedCart
from server.domains.carts.ports import Offer


def cart(contents: Contents, offers: Mapping[UUID, Offer]) -> Cart:
    """A cart as its owner sees it."""
    lines = tuple(_line(line, offers.get(line.variant_id)) for line in contents.lines)
    return Cart(
        id=contents.id,
        revision=contents.revision,
        lines=lines,
        units=_units(lines),
        totals=_totals(lines),
        moved=contents.moved,
        left_out=contents.left_out,
    )


def shared(contents: Contents, offers: Mapping[UUID, Offer]) -> SharedCart:
    """A cart as a link shows it."""
    shown = cart(contents, offers)
    return SharedCart(shown.lines, shown.units, shown.totals)


def _line(line: Line, offer: Offer | None) -> CartLine:
    if offer is None:
        return CartLine(line.variant_id, line.quantity, line.noted, notices=(Notice.GONE,))
    return CartLine(
        variant_id=line.variant_id,
        quantity=line.quantity,
        noted=line.noted,
        product_id=offer.product_id,
        seller_id=offer.seller_id,
        title=offer.title,
        image_url=offer.image_url,
        sku=offer.sku,
        options=offer.options,
        price=offer.price if offer.visible else None,
        total=offer.price.times(line.quantity) if offer.visible else None,
        stock=offer.stock,
        notices=tuple(_notices(line, offer)),
    )


def _notices(line: Line, offer: Offer) -> Iterable[Notice]:
    if not offer.visible:
        yield Notice.GONE
        return
    if offer.price != line.noted:
        yield Notice.PRICE_CHANGED
    if offer.stock < line.quantity:
        yield Notice.SHORT


def _units(lines: Iterable[CartLine]) -> int:
    return sum(line.quantity for line in lines if line.total is not None)


def _totals(lines: Iterable[CartLine]) -> tuple[Money, ...]:
    sums = Counter[str]()
    for line in lines:
        if line.total is not None:
            sums[line.total.currency] += line.total.amount
    return tuple(Money(sums[currency], currency) for currency in sorted(sums))

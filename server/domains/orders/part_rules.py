"""The state machine of a seller's part of an order, and of the order that is made of parts. Pure.

placed → accepted → partly shipped → shipped → delivered; what is not shipped may be cancelled, all of it means that the
part is over. Every function answers the part as it is then, one version on, or refuses.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from fastshop.contract.fulfilment import (
    LineNamedTwice,
    NewQuantity,
    NotInThisState,
    OnlyLower,
    ParcelNotFound,
    TooManyUnits,
    UnknownLine,
)
from fastshop.contract.orders import OrderLine
from fastshop.contract.seller_orders import (
    LineUnits,
    OrderState,
    SellerOrder,
    SellerOrderLine,
    SellerOrderState,
    Shipment,
    Side,
)

OVER = frozenset({SellerOrderState.REJECTED, SellerOrderState.CANCELLED})

_ON_ITS_WAY = {SellerOrderState.PARTLY_SHIPPED, SellerOrderState.SHIPPED, SellerOrderState.DELIVERED}


def placed(lines: Sequence[OrderLine]) -> tuple[SellerOrder, ...]:
    """The parts of a new order, whose lines have their ids."""
    by_seller: dict[UUID, list[SellerOrderLine]] = {}
    for line in lines:
        assert line.id is not None
        by_seller.setdefault(line.seller_id, []).append(SellerOrderLine(line.id, line.variant_id, line.quantity))
    return tuple(
        SellerOrder(seller_id, SellerOrderState.PLACED, 1, tuple(by_seller[seller_id]))
        for seller_id in sorted(by_seller)
    )


def order_state(parts: Iterable[SellerOrder]) -> OrderState:
    """Where an order of these parts stands."""
    states = {part.state for part in parts} - OVER
    if not states:
        return OrderState.CANCELLED
    if states <= {SellerOrderState.DELIVERED}:
        return OrderState.DELIVERED
    if states <= {SellerOrderState.SHIPPED, SellerOrderState.DELIVERED}:
        return OrderState.SHIPPED
    if states & _ON_ITS_WAY:
        return OrderState.PARTLY_SHIPPED
    return OrderState.ACCEPTED if states == {SellerOrderState.ACCEPTED} else OrderState.PAID


def left(line: SellerOrderLine) -> int:
    """Units that are still to be sent."""
    return line.ordered - line.cancelled - line.shipped


def may_cancel(part: SellerOrder, side: Side) -> bool:
    """Whether this side may still cancel something of the part: a customer until it is accepted, others until sent."""
    if side is Side.CUSTOMER:
        return part.state is SellerOrderState.PLACED
    return any(left(line) for line in part.lines)


def accepted(part: SellerOrder) -> SellerOrder:
    """The seller will send it."""
    if part.state is not SellerOrderState.PLACED:
        raise NotInThisState(part.state)
    return replace(part, state=SellerOrderState.ACCEPTED, version=part.version + 1)


def rejected(part: SellerOrder) -> SellerOrder:
    """The seller will not send any of it."""
    if part.state is not SellerOrderState.PLACED:
        raise NotInThisState(part.state)
    return replace(cancelled(part, (), Side.SELLER), state=SellerOrderState.REJECTED)


def cancelled(part: SellerOrder, units: Sequence[LineUnits], side: Side) -> SellerOrder:
    """These units, or all that are left, are not sent."""
    if not may_cancel(part, side):
        raise NotInThisState(part.state)
    gone = _chosen(part, units)
    lines = tuple(replace(line, cancelled=line.cancelled + gone[line.id]) for line in part.lines)
    return _moved(part, lines)


def shipped(part: SellerOrder, parcel: Shipment) -> SellerOrder:
    """A parcel is on its way, with these units or all that are left."""
    if part.state not in (SellerOrderState.ACCEPTED, SellerOrderState.PARTLY_SHIPPED):
        raise NotInThisState(part.state)
    sent = _chosen(part, parcel.lines)
    lines = tuple(replace(line, shipped=line.shipped + sent[line.id]) for line in part.lines)
    filled = replace(parcel, lines=units_of(sent))
    return _moved(replace(part, shipments=(*part.shipments, filled)), lines)


def delivered(part: SellerOrder, parcel_id: UUID | None, at: datetime) -> SellerOrder:
    """A parcel has arrived, or all that are on their way."""
    arriving = [each for each in part.shipments if parcel_id in (None, each.id)]
    if parcel_id is not None and not arriving:
        raise ParcelNotFound
    arriving = [each for each in arriving if each.delivered_at is None]
    if not arriving:
        raise NotInThisState(part.state)
    came = Counter[UUID]()
    for each in arriving:
        came.update({units.line_id: units.quantity for units in each.lines})
    lines = tuple(replace(line, delivered=line.delivered + came[line.id]) for line in part.lines)
    parcels = tuple(replace(each, delivered_at=at) if each in arriving else each for each in part.shipments)
    return _moved(replace(part, shipments=parcels), lines)


def returned(part: SellerOrder, units: Mapping[UUID, int]) -> SellerOrder:
    """So many units of these lines came back."""
    lines = tuple(replace(line, returned=line.returned + units.get(line.id, 0)) for line in part.lines)
    return _moved(part, lines)


def lowered(parts: Sequence[SellerOrder], wanted: Sequence[NewQuantity]) -> dict[UUID, tuple[LineUnits, ...]]:
    """What is to be cancelled, by seller, so that no more than these quantities are wanted."""
    lines = {line.id: (part, line) for part in parts for line in part.lines}
    less: dict[UUID, tuple[LineUnits, ...]] = {}
    for line_id, quantity in _once({new.line_id: new.quantity for new in wanted}, wanted).items():
        if line_id not in lines:
            raise UnknownLine(line_id)
        part, line = lines[line_id]
        fewer = line.ordered - line.cancelled - quantity
        if fewer < 0:
            raise OnlyLower(line_id, line.ordered - line.cancelled)
        if fewer:
            less[part.seller_id] = (*less.get(part.seller_id, ()), LineUnits(line_id, fewer))
    return less


def named(parts: Sequence[SellerOrder], units: Sequence[LineUnits]) -> dict[UUID, tuple[LineUnits, ...]]:
    """Units of lines by whose they are."""
    owners = {line.id: part.seller_id for part in parts for line in part.lines}
    found: dict[UUID, tuple[LineUnits, ...]] = {}
    for each in units:
        if each.line_id not in owners:
            raise UnknownLine(each.line_id)
        seller_id = owners[each.line_id]
        found[seller_id] = (*found.get(seller_id, ()), each)
    return found


def units_of(counts: Mapping[UUID, int]) -> tuple[LineUnits, ...]:
    """Counts as the contract says them."""
    return tuple(LineUnits(line_id, count) for line_id, count in counts.items() if count)


def _chosen(part: SellerOrder, units: Sequence[LineUnits]) -> Counter[UUID]:
    """How many units of each line are meant; none named are all that are left."""
    free = {line.id: left(line) for line in part.lines}
    asked = _once({each.line_id: each.quantity for each in units}, units) or free
    for line_id, quantity in asked.items():
        if line_id not in free:
            raise UnknownLine(line_id)
        if quantity > free[line_id]:
            raise TooManyUnits(line_id, free[line_id])
    return Counter(asked)


def _once(by_line: dict[UUID, int], given: Sequence[LineUnits | NewQuantity]) -> dict[UUID, int]:
    if len(by_line) < len(given):
        seen = Counter(each.line_id for each in given)
        raise LineNamedTwice(seen.most_common(1)[0][0])
    return by_line


def _moved(part: SellerOrder, lines: tuple[SellerOrderLine, ...]) -> SellerOrder:
    return replace(part, lines=lines, state=_state(part.state, lines), version=part.version + 1)


def _state(before: SellerOrderState, lines: Sequence[SellerOrderLine]) -> SellerOrderState:
    wanted = sum(line.ordered - line.cancelled for line in lines)
    sent = sum(line.shipped for line in lines)
    if not wanted:
        return SellerOrderState.CANCELLED
    if not sent:
        return before
    if sent < wanted:
        return SellerOrderState.PARTLY_SHIPPED
    arrived = sum(line.delivered for line in lines)
    return SellerOrderState.DELIVERED if arrived == wanted else SellerOrderState.SHIPPED

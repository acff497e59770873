"""What a change of an order comes to: the parts as they are then, and the money that goes back for them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from fastshop.contract.accounts import Role
from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import NotAllowed
from fastshop.contract.fulfilment import (
    AddressElsewhere,
    AddressFixed,
    DeliverOrder,
    NewQuantity,
    NewStatus,
    NothingChanges,
    NotInThisState,
    OrderChanged,
    OrderGivenBack,
    SellerNotInOrder,
    ShipOrder,
)
from fastshop.contract.orders import Order, OrderLine, OrderNotFound
from fastshop.contract.seller_orders import (
    EntryKind,
    LineUnits,
    SellerOrder,
    SellerOrderLine,
    SellerOrderState,
    Shipment,
    Side,
)
from server.domains.orders import part_rules
from server.domains.orders.rules import share, tax_of, went_back
from server.kernel.caller import Caller
from server.kernel.money import LineRefund

CANCELS = frozenset({EntryKind.CANCELLED, EntryKind.REJECTED})


class Actor(Struct, frozen=True):
    """Who changes an order. A seller acts on their own part of it."""

    side: Side
    person: UUID | None = None
    seller_id: UUID | None = None


class Move(Struct, frozen=True):
    """Something that happens: to one part, as it is ``before`` and is ``part`` then, or to the order as a whole."""

    kind: EntryKind
    before: SellerOrder | None = None
    part: SellerOrder | None = None
    seller_id: UUID | None = None
    shipment_id: UUID | None = None
    address: PostalAddress | None = None

    @property
    def units(self) -> tuple[LineUnits, ...]:
        """The units that move."""
        if self.before is None or self.part is None:
            return ()
        pairs = zip(self.before.lines, self.part.lines, strict=True)
        return part_rules.units_of({line.id: _passed(line) - _passed(was) for was, line in pairs})


def actor_of(order: Order, caller: Caller) -> Actor:
    """As whom somebody acts on an order. Refused to who has no part in it: `OrderNotFound`."""
    if caller.user_id is not None and caller.user_id == order.customer_id:
        return Actor(Side.CUSTOMER, caller.user_id)
    if caller.is_any(Role.ADMIN, Role.MANAGER):
        return Actor(Side.SHOP, caller.user_id)
    return seller_of(order, caller)


def seller_of(order: Order, caller: Caller) -> Actor:
    """Somebody as a seller in an order. Refused to others: `OrderNotFound`."""
    if all(part.seller_id != caller.seller_id for part in order.parts):
        raise OrderNotFound
    return Actor(Side.SELLER, caller.user_id, caller.seller_id)


def guest(_order: Order) -> Actor:
    """Who knows a guest's order by its key."""
    return Actor(Side.CUSTOMER)


def check(found: Order | SellerOrder, version: int) -> None:
    """Refuse what builds on another version: `OrderChanged`."""
    if found.version != version:
        raise OrderChanged(found.version)


def theirs(order: Order, actor: Actor) -> tuple[SellerOrder, ...]:
    """The parts that somebody may act on."""
    return tuple(part for part in order.parts if actor.seller_id in (None, part.seller_id))


def accept(order: Order, actor: Actor, version: int) -> list[Move]:
    """A seller takes their part on."""
    before = _own(order, actor, version)
    part = part_rules.accepted(before)
    _check_paid(order)
    return [_move(EntryKind.ACCEPTED, before, part)]


def reject(order: Order, actor: Actor, version: int) -> list[Move]:
    """A seller does not take their part on."""
    before = _own(order, actor, version)
    return [_move(EntryKind.REJECTED, before, part_rules.rejected(before))]


def ship(order: Order, actor: Actor, command: ShipOrder, now: datetime) -> list[Move]:
    """A seller sends a parcel."""
    before = _own(order, actor, command.version)
    parcel = Shipment(command.shipment_id, command.carrier, command.tracking_number, command.lines, now)
    part = part_rules.shipped(before, parcel)
    _check_paid(order)
    return [Move(EntryKind.SHIPPED, before, part, part.seller_id, parcel.id)]


def deliver(order: Order, actor: Actor, command: DeliverOrder, now: datetime) -> list[Move]:
    """Parcels of a seller have arrived."""
    before = _own(order, actor, command.version)
    part = part_rules.delivered(before, command.parcel_id, now)
    return [Move(EntryKind.DELIVERED, before, part, part.seller_id, command.parcel_id)]


def cancel(order: Order, actor: Actor, version: int, units: Sequence[LineUnits]) -> list[Move]:
    """Units, or all that somebody still may cancel, are not sent."""
    check(order, version)
    parts = theirs(order, actor)
    asked = part_rules.named(parts, units) or {
        part.seller_id: () for part in parts if part_rules.may_cancel(part, actor.side)
    }
    if not asked:
        raise NotInThisState(order.state)
    return _cancelling(parts, asked, actor.side)


def edit(
    order: Order, actor: Actor, version: int, wanted: Sequence[NewQuantity], address: PostalAddress | None
) -> list[Move]:
    """Quantities are lowered, the address is corrected."""
    check(order, version)
    parts = theirs(order, actor)
    moves = _cancelling(parts, part_rules.lowered(parts, wanted), actor.side)
    if address is not None and address != order.address:
        _check_address(order, actor, address)
        moves.append(Move(EntryKind.ADDRESS_CORRECTED, address=address))
    if not moves:
        raise NothingChanges
    return moves


def set_status(order: Order, version: int, status: NewStatus, now: datetime) -> list[Move]:
    """A manager has happen to all parts what can."""
    check(order, version)
    match status:
        case NewStatus.CANCELLED:
            return cancel(order, Actor(Side.SHOP), version, ())
        case NewStatus.ACCEPTED:
            _check_paid(order)
            waiting = [part for part in order.parts if part.state is SellerOrderState.PLACED]
            moves = [_move(EntryKind.ACCEPTED, part, part_rules.accepted(part)) for part in waiting]
        case NewStatus.DELIVERED:
            sent = [part for part in order.parts if any(parcel.delivered_at is None for parcel in part.shipments)]
            moves = [_move(EntryKind.DELIVERED, part, part_rules.delivered(part, None, now)) for part in sent]
    if not moves:
        raise NotInThisState(order.state)
    return moves


def note(order: Order, actor: Actor, seller_id: UUID | None) -> list[Move]:
    """Somebody has something to say: a seller to the customer, others to all sellers of the order or to one."""
    about = actor.seller_id or seller_id
    if about is not None and all(part.seller_id != about for part in order.parts):
        raise SellerNotInOrder
    return [Move(EntryKind.NOTED, seller_id=about)]


def back(order: Order, move: Move) -> tuple[LineRefund, ...]:
    """What goes back for units that are cancelled: their share of what was paid, to the cent.

    With the last unit of a part goes what was paid for sending it.
    """
    if move.before is None or move.part is None or move.kind not in CANCELS:
        return ()
    bought = {line.id: line for line in order.lines}
    pairs = zip(move.before.lines, move.part.lines, strict=True)
    due = [_due(bought[line.id], was, line) for was, line in pairs if line.cancelled > was.cancelled]
    if move.part.state in part_rules.OVER:
        ways = (way for way in order.shipping if way.seller_id == move.part.seller_id)
        due.extend(LineRefund(None, way.total.amount, tax_of(way), way.shop_discount) for way in ways)
    return tuple(due)


def _cancelling(parts: Iterable[SellerOrder], asked: Mapping[UUID, tuple[LineUnits, ...]], side: Side) -> list[Move]:
    return [
        _move(EntryKind.CANCELLED, part, part_rules.cancelled(part, asked[part.seller_id], side))
        for part in parts
        if part.seller_id in asked
    ]


def _move(kind: EntryKind, before: SellerOrder, part: SellerOrder) -> Move:
    return Move(kind, before, part, part.seller_id)


def _own(order: Order, actor: Actor, version: int) -> SellerOrder:
    (part,) = theirs(order, actor)
    check(part, version)
    return part


def _check_paid(order: Order) -> None:
    if went_back(order):
        raise OrderGivenBack


def _check_address(order: Order, actor: Actor, address: PostalAddress) -> None:
    """A customer corrects it until a part is accepted, others until something is sent, a seller if all is theirs.

    Where nobody has said it yet, the customer too may until something is sent.
    """
    if len(theirs(order, actor)) < len(order.parts):
        raise NotAllowed
    allowed = {SellerOrderState.PLACED}
    if actor.side is not Side.CUSTOMER or order.address is None:
        allowed.add(SellerOrderState.ACCEPTED)
    live = {part.state for part in order.parts} - part_rules.OVER
    if not live or live - allowed:
        raise NotInThisState(order.state)
    if order.address_fixed:
        raise AddressFixed
    known = order.address
    if known is not None and (address.country, address.country_area) != (known.country, known.country_area):
        raise AddressElsewhere


def _due(bought: OrderLine, was: SellerOrderLine, line: SellerOrderLine) -> LineRefund:
    wholes = (bought.total.amount, tax_of(bought), bought.shop_discount)
    before, after = _gone(was), _gone(line)
    return LineRefund(
        line.id, *(share(whole, line.ordered, after) - share(whole, line.ordered, before) for whole in wholes)
    )


def _gone(line: SellerOrderLine) -> int:
    return line.cancelled + line.returned


def _passed(line: SellerOrderLine) -> int:
    return line.cancelled + line.shipped + line.delivered + line.returned

"""Who may ask what of orders."""

from fastshop.contract.accounts import Role
from fastshop.contract.addresses import AddressInvalid, CountryUnknown, PhoneInvalid
from fastshop.contract.base import Busy, IdReused, NotAllowed
from fastshop.contract.carts import CartMoved, CartNeeded, CartNotFound
from fastshop.contract.catalog import NoShop, SellerNotFound
from fastshop.contract.fulfilment import (
    AddressElsewhere,
    AddressFixed,
    LineNamedTwice,
    NothingChanges,
    NotInThisState,
    OnlyLower,
    OrderChanged,
    OrderGivenBack,
    ParcelNotFound,
    SellerNotInOrder,
    TooManyUnits,
    UnknownLine,
)
from fastshop.contract.orders import OrderNotFound
from server.domains.orders.fulfilling import Fulfilling
from server.domains.orders.queries import Performance
from server.domains.orders.reordering import Reordering
from server.domains.orders.service import Orders
from server.domains.orders.timeline import Timeline
from server.kernel.caller import ANYONE, SIGNED_IN, any_of
from server.kernel.operation import Operation

_CHANGING = (OrderNotFound, IdReused, OrderChanged, NotInThisState)
_UNITS = (UnknownLine, TooManyUnits, LineNamedTwice)
_EDITING = (
    OnlyLower, NothingChanges, AddressElsewhere, AddressFixed, NotAllowed, AddressInvalid, CountryUnknown, PhoneInvalid,
)  # fmt: skip


def operations(
    orders: Orders, fulfilling: Fulfilling, timeline: Timeline, reordering: Reordering, performance: Performance
) -> tuple[Operation, ...]:
    """The operations of this domain."""
    seller, office = any_of(Role.SELLER), any_of(Role.MANAGER, Role.ADMIN)
    return (
        Operation(orders.list_own, SIGNED_IN),
        Operation(orders.show, SIGNED_IN, (OrderNotFound,)),
        Operation(orders.show_guest, ANYONE, (OrderNotFound,)),
        Operation(orders.list_for_seller, seller, (NoShop,)),
        Operation(orders.list_all, office),
        Operation(fulfilling.show, seller, (OrderNotFound,)),
        Operation(fulfilling.accept, seller, (*_CHANGING, OrderGivenBack)),
        Operation(fulfilling.reject, seller, _CHANGING),
        Operation(fulfilling.ship, seller, (*_CHANGING, *_UNITS, OrderGivenBack)),
        Operation(fulfilling.deliver, seller, (*_CHANGING, ParcelNotFound)),
        Operation(fulfilling.cancel, SIGNED_IN, (*_CHANGING, *_UNITS)),
        Operation(fulfilling.cancel_guest, ANYONE, (*_CHANGING, *_UNITS)),
        Operation(fulfilling.edit, SIGNED_IN, (*_CHANGING, *_UNITS, *_EDITING)),
        Operation(fulfilling.edit_guest, ANYONE, (*_CHANGING, *_UNITS, *_EDITING)),
        Operation(fulfilling.set_status, office, (*_CHANGING, OrderGivenBack)),
        Operation(fulfilling.note, SIGNED_IN, (OrderNotFound, IdReused, SellerNotInOrder)),
        Operation(timeline.list, SIGNED_IN, (OrderNotFound,)),
        Operation(timeline.list_guest, ANYONE, (OrderNotFound,)),
        Operation(timeline.track, SIGNED_IN, (OrderNotFound,)),
        Operation(reordering.reorder, SIGNED_IN, (OrderNotFound, CartNeeded, CartNotFound, CartMoved, Busy)),
        Operation(performance.show, any_of(Role.SELLER, Role.MANAGER, Role.ADMIN), (SellerNotFound,)),
    )

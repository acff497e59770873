"""An order's parts: what each seller in it has to send, how far that is, and the timeline of what happened.

Units of a line are ordered, then cancelled or shipped, then delivered, then perhaps returned; each count only grows.
"""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.base import Event, Money, Quantity, Time

ChangeNote = Annotated[str, Meta(max_length=1000)]


class OrderState(StrEnum):
    """Where an order stands: as far as its least advanced seller is, leaving out what was cancelled.

    ``PARTLY_SHIPPED`` as soon as anything is on its way while something is not.
    """

    PAID = "paid"
    ACCEPTED = "accepted"
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class SellerOrderState(StrEnum):
    """Where one seller's part of an order stands. ``REJECTED``: the seller cancelled all of it without accepting."""

    PLACED = "placed"
    ACCEPTED = "accepted"
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class LineUnits(Struct, frozen=True, forbid_unknown_fields=True):
    """Units of a line of an order."""

    line_id: UUID
    quantity: Quantity


class SellerOrderLine(Struct, frozen=True):
    """A line, and how far its units are. What is neither cancelled nor shipped is still to be sent."""

    id: UUID
    variant_id: UUID
    ordered: int
    cancelled: int = 0
    shipped: int = 0
    delivered: int = 0
    returned: int = 0


class Shipment(Struct, frozen=True):
    """A parcel. ``carrier`` and ``tracking_number`` are empty where the seller brings it."""

    id: UUID
    carrier: str
    tracking_number: str
    lines: tuple[LineUnits, ...]
    shipped_at: Time
    delivered_at: Time | None = None


class SellerOrder(Struct, frozen=True):
    """One seller's part of an order. ``version`` rises with every change of it; a change names the one it builds on."""

    seller_id: UUID
    state: SellerOrderState
    version: int
    lines: tuple[SellerOrderLine, ...]
    shipments: tuple[Shipment, ...] = ()


class EntryKind(StrEnum):
    """What happened. ``REFUNDED``: money of the payment went back. ``DISPUTE_LOST``: the bank gave it back."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    RETURNED = "returned"
    ADDRESS_CORRECTED = "address_corrected"
    NOTED = "noted"
    REFUNDED = "refunded"
    DISPUTE_LOST = "dispute_lost"


class Side(StrEnum):
    """Who did it. ``SHOP``: a manager or an admin. ``SYSTEM``: nobody in particular, such as a bank."""

    CUSTOMER = "customer"
    SELLER = "seller"
    SHOP = "shop"
    SYSTEM = "system"


class TimelineEntry(Struct, frozen=True):
    """Something that happened to an order. Where ``seller_id`` is null it concerns all of it.

    ``lines`` are the units that moved, ``amount`` the money that goes back for it or went back. ``noted`` says that
    there is a ``note``: it is empty in events, for the log is never forgotten. ``actor_id`` is shown to managers.
    """

    id: UUID
    kind: EntryKind
    by: Side
    at: Time
    seller_id: UUID | None = None
    actor_id: UUID | None = None
    lines: tuple[LineUnits, ...] = ()
    shipment_id: UUID | None = None
    amount: Money | None = None
    noted: bool = False
    note: str = ""


class OrderMoved(Event, frozen=True, tag="orders.moved"):
    """Something happened to an order: ``entry`` says what, ``part`` is the seller's part of it as it is now.

    ``refunded`` is what went back of the payment, or is on its way, in minor units. A seller is told the ``state`` of
    their own part, and nothing of what others do.
    """

    order_id: UUID
    state: OrderState
    version: int
    refunded: int
    entry: TimelineEntry
    part: SellerOrder | None = None

"""Orders: what was bought, from whom, at which price."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from fastshop.contract.base import GET, Channel, ChannelKind, Command, Cursor, Event, Limit, Money, NotFound, Page, Time
from fastshop.contract.catalog import Seller, StockLow


class OrderState(StrEnum):
    """Where an order stands."""

    PAID = "paid"
    CANCELLED = "cancelled"


class OrderLine(Struct, frozen=True):
    """Units of one variant, with title, options and price as they were when it was bought."""

    variant_id: UUID
    product_id: UUID
    seller_id: UUID
    title: str
    sku: str
    options: dict[str, str]
    quantity: int
    unit_price: Money
    total: Money


class Order(Struct, frozen=True):
    """An order, whole. ``number`` is what people call it by."""

    id: UUID
    number: str
    customer_id: UUID
    state: OrderState
    lines: tuple[OrderLine, ...]
    total: Money
    payment_id: UUID | None
    placed_at: Time


class ListOrders(Command[Page[Order]], frozen=True, tag="orders.list"):
    """The caller's own orders, the newest first."""

    http: ClassVar = GET("/orders")
    cursor: Cursor = ""
    limit: Limit = 20


class ShowOrder(Command[Order], frozen=True, tag="orders.show"):
    """One order: to its customer, to a seller with a line in it (who sees only those), to managers and admins."""

    http: ClassVar = GET("/orders/{order_id}")
    order_id: UUID


class ListSellerOrders(Command[Page[Order]], frozen=True, tag="orders.list_for_seller"):
    """The orders that have a line of the caller's shop, each with only those lines; the newest first."""

    http: ClassVar = GET("/seller/orders")
    cursor: Cursor = ""
    limit: Limit = 20


class OrderPlaced(Event, frozen=True, tag="orders.placed"):
    """An order was paid and exists from now on."""

    order: Order


ORDER = Channel(
    "order:{order_id}",
    ChannelKind.LOG,
    "An order, live. Its customer, managers and admins may watch.",
    Order,
    (OrderPlaced,),
)

SELLER = Channel(
    "seller:{seller_id}",
    ChannelKind.LOG,
    "What concerns a seller: orders coming in, stock running low. Who acts for them may watch; all their sockets do.",
    Seller,
    (OrderPlaced, StockLow),
)


@dataclass(eq=False)
class OrderNotFound(NotFound):
    """There is no such order, or it is not the caller's to see."""

    code: ClassVar[str] = "orders.not_found"
    sentence: ClassVar[str] = "There is no such order."

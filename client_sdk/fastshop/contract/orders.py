"""Orders: what was bought, from whom, at which price."""

from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import GET, Channel, ChannelKind, Command, Cursor, Event, Limit, Money, NotFound, Page, Time
from fastshop.contract.catalog import Seller, StockLow
from fastshop.contract.disputes import DisputeMoved, DisputeOpened, DisputeReplied
from fastshop.contract.evidence import EvidenceAdded, EvidenceMade
from fastshop.contract.media import MediaAdded, MediaMade
from fastshop.contract.pricing import NoTax, Tax
from fastshop.contract.publishing import ProductReviewed
from fastshop.contract.returns import ReturnMoved, ReturnRequested
from fastshop.contract.seller_orders import OrderMoved, SellerOrder, SellerOrderState
from fastshop.contract.seller_orders import OrderState as OrderState
from fastshop.contract.sellers import SellerReinstated, SellerSuspended


class OrderLine(Struct, frozen=True):
    """Units of one variant, with title, options and price as they were when it was bought.

    ``total`` is what was paid for them: the unit price times the quantity, less ``discount`` (minor units), with taxes,
    which the unit price contains where the order says ``taxes_included``. ``shop_discount`` is what of the discount the
    shop bears, without taxes (minor units); the rest is the seller's. ``id`` is null until it is ordered. ``untaxed``
    says why no tax was charged, where somebody was exempt then.
    """

    variant_id: UUID
    product_id: UUID
    seller_id: UUID
    title: str
    sku: str
    options: dict[str, str]
    quantity: int
    unit_price: Money
    total: Money
    discount: int = 0
    taxes: tuple[Tax, ...] = ()
    id: UUID | None = None
    shop_discount: int = 0
    untaxed: NoTax | None = None


class OrderShipping(Struct, frozen=True):
    """How one seller's goods are sent. ``price`` is before ``discount`` (minor units), ``total`` what was paid for it.

    ``option`` is the stable name of the way that was chosen, ``name`` what people call it. ``standard`` is the price of
    the cheapest way that was offered, null where that is not known. ``shop_discount`` and ``untaxed`` are as in a line.
    """

    seller_id: UUID
    option: str
    name: str
    price: Money
    total: Money
    discount: int = 0
    taxes: tuple[Tax, ...] = ()
    shop_discount: int = 0
    standard: Money | None = None
    untaxed: NoTax | None = None


class Order(Struct, frozen=True):
    """An order, whole, or what of it is one seller's. ``number`` is what people call it by.

    ``total`` is what was paid: lines and shipping. ``discount`` and ``tax`` are what of them was taken off and is tax,
    in minor units. ``customer_id`` is null for a guest, whose ``email`` is there instead: for themselves, managers and
    admins. ``address`` is where it goes, as it was then; null in events, for the log is never forgotten, and where
    nobody has said it yet. ``address_fixed``: what was bought was limited by address, so that it cannot be another.

    ``parts`` are the sellers' shares of the work; ``version`` rises with every change of any of them. ``lines`` stay as
    they were bought: what of them was cancelled say the parts. ``refunded`` is what went back, or is on its way, in
    minor units. To a seller ``state`` and ``refunded`` are those of their own part, whose money is theirs or went back
    with all of the order's.
    """

    id: UUID
    number: str
    customer_id: UUID | None
    state: OrderState
    lines: tuple[OrderLine, ...]
    total: Money
    payment_id: UUID | None
    placed_at: Time
    shipping: tuple[OrderShipping, ...] = ()
    discount: int = 0
    tax: int = 0
    taxes_included: bool = False
    address: PostalAddress | None = None
    email: str = ""
    version: int = 1
    refunded: int = 0
    parts: tuple[SellerOrder, ...] = ()
    address_fixed: bool = False


class ListOrders(Command[Page[Order]], frozen=True, tag="orders.list"):
    """The caller's own orders, the newest first."""

    http: ClassVar = GET("/orders")
    cursor: Cursor = ""
    limit: Limit = 20


class ShowOrder(Command[Order], frozen=True, tag="orders.show"):
    """One order: to its customer, to a seller with a line in it (who sees only those), to managers and admins."""

    http: ClassVar = GET("/orders/{order_id}")
    order_id: UUID


class ShowGuestOrder(Command[Order], frozen=True, tag="orders.show_guest"):
    """A guest's order, to whoever has its key: the checkout answers it, and it cannot be guessed."""

    http: ClassVar = GET("/guest-orders/{order_key}")
    order_key: UUID


class ListSellerOrders(Command[Page[Order]], frozen=True, tag="orders.list_for_seller"):
    """The orders that have a line of the caller's shop, each with only those lines; the newest first.

    ``state`` leaves those whose part of the caller's shop stands so.
    """

    http: ClassVar = GET("/seller/orders")
    state: SellerOrderState | None = None
    cursor: Cursor = ""
    limit: Limit = 20


class ListAllOrders(Command[Page[Order]], frozen=True, tag="orders.list_all"):
    """All orders for managers and admins, the newest first; the one of a ``number``, or a customer's."""

    http: ClassVar = GET("/manager/orders")
    number: Annotated[str, Meta(max_length=20)] = ""
    customer_id: UUID | None = None
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
    (OrderPlaced, OrderMoved),
)

_RETURNS_AND_DISPUTES = (ReturnRequested, ReturnMoved, DisputeOpened, DisputeReplied, DisputeMoved)

GUEST_ORDER = Channel(
    "guest_order:{order_key}",
    ChannelKind.LOG,
    "A guest's order, live, with its returns and disputes. Whoever has its key may watch.",
    Order,
    (OrderMoved, *_RETURNS_AND_DISPUTES, EvidenceAdded, EvidenceMade),
    is_secret=True,
)

SELLER = Channel(
    "seller:{seller_id}",
    ChannelKind.LOG,
    "What concerns a seller: orders, returns, disputes, low stock, reviews of their products decided, pictures that "
    "are to be reviewed. Who acts for them may watch; all their sockets do.",
    Seller,
    (
        OrderPlaced,
        OrderMoved,
        *_RETURNS_AND_DISPUTES,
        StockLow,
        ProductReviewed,
        MediaAdded,
        MediaMade,
        SellerSuspended,
        SellerReinstated,
    ),
)


@dataclass(eq=False)
class OrderNotFound(NotFound):
    """There is no such order, or it is not the caller's to see."""

    code: ClassVar[str] = "orders.not_found"
    sentence: ClassVar[str] = "There is no such order."

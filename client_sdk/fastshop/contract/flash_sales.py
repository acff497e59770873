"""Flash sales: few units, many buyers, one clock. A claim holds units, a payment turns it into an order.

Who finds no unit free takes a place in line: `fastshop.contract.lines`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.accounts import SessionEnded, SessionStarted
from fastshop.contract.addresses import PostalAddress
from fastshop.contract.back_in_stock import BackInStock
from fastshop.contract.base import (
    DELETE,
    GET,
    POST,
    PUT,
    Channel,
    ChannelKind,
    Command,
    Conflict,
    Cursor,
    Event,
    Invalid,
    Limit,
    Money,
    NotFound,
    Page,
    Quantity,
    Time,
)
from fastshop.contract.carts import CartAbandoned, CartExpired
from fastshop.contract.catalog import Price
from fastshop.contract.groups import GroupsChanged
from fastshop.contract.lines import PLACE_EVENTS, LineJoined, LineLeft, Place, PlaceEnded, Proof, SaleLine
from fastshop.contract.orders import Order, OrderPlaced
from fastshop.contract.payment_methods import MethodsChanged
from fastshop.contract.payments import (
    KeepMethod,
    Payment,
    PaymentNeedsAction,
    PaymentPartRefunded,
    PaymentRefunded,
    PaymentRefundFailed,
    PaysWith,
)
from fastshop.contract.seller_orders import OrderMoved
from fastshop.contract.sellers import ApplicationDecided
from fastshop.contract.tax_exemptions import ExemptionChanged

# Long enough to find one's card, short enough that others get their chance.
HoldSeconds = Annotated[int, Meta(ge=10, le=3600, description="how long a claim is held for its payment, in seconds")]


class Phase(StrEnum):
    """Where a sale stands by the server's clock."""

    UPCOMING = "upcoming"
    OPEN = "open"
    ENDED = "ended"
    CANCELLED = "cancelled"


class LimitBy(StrEnum):
    """Whose units count together for the limit of a sale: a customer's always do.

    By ``CARD`` also those of all who pay with the same card, by ``ADDRESS`` those that go to the same address.
    """

    CUSTOMER = "customer"
    CARD = "card"
    ADDRESS = "address"


LimitsBy = Annotated[tuple[LimitBy, ...], Meta(max_length=3)]


class FlashSale(Struct, frozen=True):
    """A sale. ``left`` are the units nobody holds or has bought: quantity_limit - held_count - sold_count.

    ``commitment`` is the SHA-256 of the seed with which its lobby is drawn, ``seed`` the seed itself, empty until it
    was drawn (both in hex). ``limit_by`` says by what else the limit counts, ``proof_of_work`` whether a place or a
    claim needs a solved challenge.
    """

    id: UUID
    product_id: UUID
    variant_id: UUID
    seller_id: UUID
    title: str
    image_url: str
    sale_price: Money
    original_price: Money
    start_time: Time
    end_time: Time
    quantity_limit: int
    held_count: int
    sold_count: int
    left: int
    per_customer_limit: int
    hold_seconds: int
    phase: Phase
    commitment: str = ""
    seed: str = ""
    limit_by: tuple[LimitBy, ...] = ()
    proof_of_work: bool = False


class SaleState(Event, frozen=True, tag="flash_sales.state"):
    """The sale as it is now. ``time`` is the server's clock; ``version`` rises with every change."""

    version: int
    sale: FlashSale
    line: SaleLine = SaleLine()


class SaleDesk(Event, frozen=True, tag="flash_sales.desk"):
    """A sale as its seller watches it, counted in units except for the line, which is counted in places.

    ``held`` waits for a payment, ``paying`` for one's outcome; ``lapsed``, ``given_back`` and ``withdrawn`` were held
    and came back. ``revenue`` is what was paid.
    """

    version: int
    sale: FlashSale
    line: SaleLine
    held: int
    paying: int
    sold: int
    lapsed: int
    given_back: int
    withdrawn: int
    revenue: Money


class ClaimState(StrEnum):
    """Where a claim stands. ``HELD`` and ``PAYING`` keep units; ``PAID`` has bought them; the others gave them back.

    ``WITHDRAWN``: the seller cancelled the sale before it was paid for.
    """

    HELD = "held"
    PAYING = "paying"
    PAID = "paid"
    GIVEN_BACK = "given_back"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class Claim(Struct, frozen=True, gc=False):
    """A customer's units in a sale. ``place`` counts the claims of the sale in the order in which they were decided.

    ``expires_at`` is when a held claim lapses. ``payment_id`` is the latest payment, ``order_id`` the order, once paid.
    ``place_id`` is the place in line that was served with it, null for who came when units were free.
    """

    id: UUID
    sale_id: UUID
    customer_id: UUID
    place: int
    quantity: int
    total: Money
    state: ClaimState
    claimed_at: Time
    expires_at: Time
    payment_id: UUID | None = None
    order_id: UUID | None = None
    place_id: UUID | None = None


class ListSales(Command[Page[FlashSale]], frozen=True, tag="flash_sales.list"):
    """Sales: the open ones, then the upcoming, both the soonest first; then those over, the latest first."""

    http: ClassVar = GET("/flash-sales")
    phase: Phase | None = None
    seller_id: UUID | None = None
    product_id: UUID | None = None
    cursor: Cursor = ""
    limit: Limit = 20


class ShowSale(Command[FlashSale], frozen=True, tag="flash_sales.show"):
    """One sale."""

    http: ClassVar = GET("/flash-sales/{sale_id}")
    sale_id: UUID


class CreateSale(Command[FlashSale], frozen=True, tag="flash_sales.create"):
    """Take units of a variant out of the caller's stock and put them on sale. Sent again it answers the same."""

    http: ClassVar = POST("/flash-sales")
    sale_id: UUID
    variant_id: UUID
    sale_price: Price
    start_time: Time
    end_time: Time
    quantity_limit: Quantity
    per_customer_limit: Quantity = 1
    hold_seconds: HoldSeconds = 120
    limit_by: LimitsBy = ()
    proof_of_work: bool = False


class EditSale(Command[FlashSale], frozen=True, tag="flash_sales.edit"):
    """Change a sale. Once it has claims its price stays, and its quantity may not fall below what is held and sold.

    A later end extends it; added units go down the line at once.
    """

    http: ClassVar = PUT("/flash-sales/{sale_id}")
    sale_id: UUID
    sale_price: Price
    start_time: Time
    end_time: Time
    quantity_limit: Quantity
    per_customer_limit: Quantity = 1
    hold_seconds: HoldSeconds = 120
    limit_by: LimitsBy = ()
    proof_of_work: bool = False


class CancelSale(Command[FlashSale], frozen=True, tag="flash_sales.cancel"):
    """Call a sale off. Held units are withdrawn and the line ends; a payment under way still counts if it succeeds.

    What is paid stays paid: its orders are not touched. Cancelling again changes nothing.
    """

    http: ClassVar = POST("/flash-sales/{sale_id}/cancel")
    sale_id: UUID


class EndSale(Command[FlashSale], frozen=True, tag="flash_sales.end"):
    """End an open sale before its time. Held units may still be paid for in time; the line ends.

    Ending it again changes nothing.
    """

    http: ClassVar = POST("/flash-sales/{sale_id}/end")
    sale_id: UUID


class SaleReminder(Struct, frozen=True):
    """Whether the caller is reminded of a sale's start, and when."""

    sale_id: UUID
    wanted: bool
    remind_at: Time


class RemindMe(Command[SaleReminder], frozen=True, tag="flash_sales.remind"):
    """Be told on one's own channel five minutes before a sale starts, or that it was called off.

    Asking again changes nothing.
    """

    http: ClassVar = POST("/flash-sales/{sale_id}/remind")
    sale_id: UUID


class DoNotRemind(Command[SaleReminder], frozen=True, tag="flash_sales.do_not_remind"):
    """Be not reminded after all."""

    http: ClassVar = DELETE("/flash-sales/{sale_id}/remind")
    sale_id: UUID


class ClaimUnits(Command[Claim], frozen=True, tag="flash_sales.claim"):
    """Hold units for a while, first come first served. Sent again with the same id it answers the same claim.

    While others wait in line nothing can be claimed past them: join the line.
    """

    http: ClassVar = POST("/flash-sales/{sale_id}/claim")
    sale_id: UUID
    claim_id: UUID
    quantity: Quantity = 1
    proof: Proof = ""


class GiveBack(Command[Claim], frozen=True, tag="flash_sales.give_back"):
    """Give held units back. Giving them back again changes nothing."""

    http: ClassVar = DELETE("/flash-sales/{sale_id}/claim")
    sale_id: UUID
    claim_id: UUID


class MyClaims(Command[tuple[Claim, ...]], frozen=True, tag="flash_sales.my_claims"):
    """The caller's claims in a sale, in the order they were made."""

    http: ClassVar = GET("/flash-sales/{sale_id}/claims")
    sale_id: UUID


class PayAnswer(Struct, frozen=True):
    """How paying went. The claim is ``paid``, or still ``paying`` while the bank takes its time or needs an action."""

    claim: Claim
    payment: Payment


class Pay(Command[PayAnswer], frozen=True, tag="flash_sales.pay"):
    """Pay for a claim. Sent again with the same ``payment_id`` it asks how that payment went; nothing is paid twice.

    A declined payment leaves the hold: pay again with a new ``payment_id``. A payment that needs the customer's bank,
    and any outcome that comes later, is told on their own channel.

    ``delivery_address`` is where the order goes. Where none is said it is the default one of the customer's book, if
    they have one by the time the order is placed; else the order waits for `orders.edit` to say it. Where the sale's
    limit counts by address, one must be said, and is the order's for good.
    """

    http: ClassVar = POST("/flash-sales/{sale_id}/claims/{claim_id}/pay")
    sale_id: UUID
    claim_id: UUID
    payment_id: UUID
    payment_method: PaysWith
    delivery_address: PostalAddress | None = None
    keep_method: KeepMethod = False


class LedgerEntry(Struct, frozen=True):
    """A line of a sale's ledger: what happened to which claim or place in line, when."""

    type: str
    time: Time
    claim: Claim | None = None
    place: Place | None = None


class ShowLedger(Command[Page[LedgerEntry]], frozen=True, tag="flash_sales.ledger"):
    """Everything that happened to claims and places in a sale of the caller's shop, in order.

    As a file it is at ``/flash-sales/{sale_id}/ledger.csv``.
    """

    http: ClassVar = GET("/flash-sales/{sale_id}/ledger")
    sale_id: UUID
    cursor: Cursor = ""
    limit: Limit = 100


class SaleCreated(Event, frozen=True, tag="flash_sales.created"):
    """A sale was set up."""

    sale: FlashSale


class SaleEdited(Event, frozen=True, tag="flash_sales.edited"):
    """A sale's terms changed. ``sale`` are the terms now; ``added`` units came out of the stock (or went back)."""

    sale: FlashSale
    added: int


class SaleDrawn(Event, frozen=True, tag="flash_sales.drawn"):
    """The lobby was drawn: its ``count`` places have the numbers from 1 on, as ``seed`` (hex) orders them."""

    seed: str
    count: int


class SaleEnded(Event, frozen=True, tag="flash_sales.ended"):
    """A sale was ended before its time by its seller or an admin. ``sale`` has the new end."""

    sale: FlashSale


class SaleCancelled(Event, frozen=True, tag="flash_sales.cancelled"):
    """A sale was called off by its seller or an admin. Whoever was to be reminded of its start is told, too."""

    sale: FlashSale


class SaleClosed(Event, frozen=True, tag="flash_sales.closed"):
    """A sale is over and its last hold is settled: ``returned`` unsold units went back to the seller's stock."""

    sale: FlashSale
    returned: int


class UnitsClaimed(Event, frozen=True, tag="flash_sales.claimed", gc=False):
    """Units are held for a customer."""

    claim: Claim


class PaymentStarted(Event, frozen=True, tag="flash_sales.payment_started"):
    """A customer pays; until the outcome is known the units stay theirs.

    ``limit_keys`` are what the sale's limit counts by, card or address, as keyed hashes that name nobody.
    """

    claim: Claim
    limit_keys: tuple[str, ...] = ()


class PaymentFailed(Event, frozen=True, tag="flash_sales.payment_failed"):
    """A payment did not go through; the claim is held again, or lapsed if its time was over. ``reason`` says why."""

    claim: Claim
    reason: str


class UnitsPaid(Event, frozen=True, tag="flash_sales.paid"):
    """A claim was paid for, and its order exists."""

    claim: Claim


class UnitsGivenBack(Event, frozen=True, tag="flash_sales.given_back"):
    """A customer gave held units back."""

    claim: Claim


class ClaimLapsed(Event, frozen=True, tag="flash_sales.lapsed"):
    """A hold was not paid for in time."""

    claim: Claim


class ClaimWithdrawn(Event, frozen=True, tag="flash_sales.withdrawn"):
    """A hold was withdrawn because the sale was cancelled. Nothing was charged for it."""

    claim: Claim


class ReminderAsked(Event, frozen=True, tag="flash_sales.reminder_asked"):
    """A customer wants to be reminded of a sale's start."""

    sale_id: UUID


class ReminderDropped(Event, frozen=True, tag="flash_sales.reminder_dropped"):
    """A customer does not want to be reminded any more, or the sale was over before anybody could."""

    sale_id: UUID


class SaleStartsSoon(Event, frozen=True, tag="flash_sales.starts_soon"):
    """A sale that the customer asked to be reminded of starts in a few minutes. The reminder is done with it.

    Where nobody could tell in time, it is told as long as the sale is open.
    """

    sale: FlashSale


SaleEvent = (
    SaleCreated
    | SaleEdited
    | SaleDrawn
    | SaleEnded
    | SaleCancelled
    | SaleClosed
    | UnitsClaimed
    | PaymentStarted
    | PaymentFailed
    | UnitsPaid
    | UnitsGivenBack
    | ClaimLapsed
    | ClaimWithdrawn
    | LineJoined
    | LineLeft
    | PlaceEnded
)
ClaimEvent = UnitsClaimed | PaymentStarted | PaymentFailed | UnitsPaid | UnitsGivenBack | ClaimLapsed | ClaimWithdrawn
CLAIM_EVENTS: tuple[type[Event], ...] = (
    UnitsClaimed,
    PaymentStarted,
    PaymentFailed,
    UnitsPaid,
    UnitsGivenBack,
    ClaimLapsed,
    ClaimWithdrawn,
)


# With how many of its claims a sale's ledger starts: what somebody looks at. `flash_sales.ledger` has them all.
LATEST_CLAIMS = 500


class SaleLedger(Struct, frozen=True):
    """Where a watcher of the ledger starts: the sale, its latest 500 claims, by place, and the line."""

    sale: FlashSale
    claims: tuple[Claim, ...]
    line: SaleLine = SaleLine()


class Belongings(Struct, frozen=True):
    """What concerns one person, where their stream starts.

    Claims that hold units, the latest orders, active places in line, and the sales of whose start they are reminded.
    """

    claims: tuple[Claim, ...]
    orders: tuple[Order, ...]
    places: tuple[Place, ...] = ()
    reminders: tuple[UUID, ...] = ()


SALE = Channel(
    "sale:{sale_id}",
    ChannelKind.STATE,
    "A sale as it is now: phase, units left, the line, the server's clock. Anybody may watch.",
    SaleState,
    (SaleState,),
)
SALE_DESK = Channel(
    "sale_desk:{sale_id}",
    ChannelKind.STATE,
    "A sale as its seller watches it: line, holds, payments, revenue. Its seller, managers and admins may watch.",
    SaleDesk,
    (SaleDesk,),
)
SALE_LEDGER = Channel(
    "sale_ledger:{sale_id}",
    ChannelKind.LOG,
    "Everything that happens in a sale. Its seller, managers and admins may watch.",
    SaleLedger,
    (SaleCreated, SaleEdited, SaleDrawn, SaleEnded, SaleCancelled, SaleClosed, *CLAIM_EVENTS, *PLACE_EVENTS),
)
USER = Channel(
    "user:{user_id}",
    ChannelKind.LOG,
    "What concerns one person: claims, places, orders, devices, cart, what is back in stock. Only they may watch; all "
    "their sockets do.",
    Belongings,
    (
        *CLAIM_EVENTS,
        *PLACE_EVENTS,
        ReminderAsked,
        ReminderDropped,
        SaleStartsSoon,
        SaleCancelled,
        BackInStock,
        PaymentNeedsAction,
        PaymentPartRefunded,
        PaymentRefunded,
        PaymentRefundFailed,
        MethodsChanged,
        OrderPlaced,
        OrderMoved,
        SessionStarted,
        SessionEnded,
        CartAbandoned,
        CartExpired,
        ApplicationDecided,
        GroupsChanged,
        ExemptionChanged,
    ),
)


@dataclass(eq=False)
class SaleNotFound(NotFound):
    """There is no such sale."""

    code: ClassVar[str] = "flash_sales.not_found"
    sentence: ClassVar[str] = "There is no such sale."


@dataclass(eq=False)
class SaleNotOpen(Conflict):
    """The sale has not started, is over or was cancelled. ``phase`` says which; ``now`` is the server's clock."""

    code: ClassVar[str] = "flash_sales.not_open"
    sentence: ClassVar[str] = "The sale is {phase}."
    phase: Phase
    start_time: Time
    end_time: Time
    now: Time


@dataclass(eq=False)
class SoldOut(Conflict):
    """Fewer units are free than were asked for, or others wait for them in line. ``held`` may come back.

    ``waiting`` are the places in line. A sale whose units are all paid for takes no places either.
    """

    code: ClassVar[str] = "flash_sales.sold_out"
    sentence: ClassVar[str] = "Sold out: {left} left, {held} held by others, {waiting} waiting in line."
    left: int
    held: int
    waiting: int = 0


@dataclass(eq=False)
class OverLimit(Conflict):
    """A customer gets at most so many units of this sale, and so does a card or an address where the seller says so.

    ``have`` are those held or bought already, counted ``by`` what it says.
    """

    code: ClassVar[str] = "flash_sales.over_limit"
    sentence: ClassVar[str] = "At most {limit} a {by}; {have} are taken."
    limit: int
    have: int
    by: LimitBy = LimitBy.CUSTOMER


@dataclass(eq=False)
class GaveUpTooOften(Conflict):
    """Whoever gave units or places up, or let holds lapse, 20 times in a sale gets no more of it."""

    code: ClassVar[str] = "flash_sales.gave_up_too_often"
    sentence: ClassVar[str] = "You gave up {times} times in this sale. It is the others' turn now."
    times: int


@dataclass(eq=False)
class AddressNeeded(Invalid):
    """The limit of this sale counts by delivery address: say where it goes."""

    code: ClassVar[str] = "flash_sales.address_needed"
    sentence: ClassVar[str] = "This sale needs a delivery address."
    field: str = "delivery_address"


@dataclass(eq=False)
class NothingToRemindOf(Conflict):
    """The sale has started, is over or was cancelled: there is no start to be reminded of."""

    code: ClassVar[str] = "flash_sales.nothing_to_remind_of"
    sentence: ClassVar[str] = "The sale is {phase}."
    phase: Phase


@dataclass(eq=False)
class ClaimNotFound(NotFound):
    """The caller has no such claim in this sale."""

    code: ClassVar[str] = "flash_sales.claim_not_found"
    sentence: ClassVar[str] = "You have no such claim in this sale."


@dataclass(eq=False)
class ClaimOver(Conflict):
    """The claim holds no units any more, or they are paid for already. ``state`` says which."""

    code: ClassVar[str] = "flash_sales.claim_over"
    sentence: ClassVar[str] = "This claim is {state}."
    state: ClaimState


@dataclass(eq=False)
class PaymentUnderWay(Conflict):
    """A payment for the claim has no outcome yet. Nothing else can happen to the claim until it has."""

    code: ClassVar[str] = "flash_sales.payment_under_way"
    sentence: ClassVar[str] = "A payment is under way."
    payment_id: UUID
    temporary: ClassVar[bool] = True


@dataclass(eq=False)
class TermsRefused(Invalid):
    """The terms of a sale do not fit together, or no longer what was claimed. ``field`` names the culprit."""

    code: ClassVar[str] = "flash_sales.terms_refused"
    sentence: ClassVar[str] = "{reason}"
    field: str
    reason: str


@dataclass(eq=False)
class NotEnoughStock(Conflict):
    """A sale takes its units out of the seller's stock, and fewer than asked for are there."""

    code: ClassVar[str] = "flash_sales.not_enough_stock"
    sentence: ClassVar[str] = "Only {in_stock} units are in stock."
    in_stock: int
    field: str = "quantity_limit"


@dataclass(eq=False)
class SaleOver(Conflict):
    """The sale is over or cancelled and cannot be changed any more."""

    code: ClassVar[str] = "flash_sales.over"
    sentence: ClassVar[str] = "The sale is {phase} and cannot be changed."
    phase: Phase

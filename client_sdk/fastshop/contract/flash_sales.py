"""Flash sales: few units, many buyers, one clock. A claim holds units, a payment turns it into an order."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.accounts import SessionEnded, SessionStarted
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
from fastshop.contract.catalog import Price
from fastshop.contract.orders import Order, OrderPlaced
from fastshop.contract.payments import Payment, PaymentMethod

# Long enough to find one's card, short enough that others get their chance.
HoldSeconds = Annotated[int, Meta(ge=10, le=3600, description="how long a claim is held for its payment, in seconds")]


class Phase(StrEnum):
    """Where a sale stands by the server's clock."""

    UPCOMING = "upcoming"
    OPEN = "open"
    ENDED = "ended"
    CANCELLED = "cancelled"


class FlashSale(Struct, frozen=True):
    """A sale. ``left`` are the units nobody holds or has bought: quantity_limit - held_count - sold_count."""

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


class SaleState(Event, frozen=True, tag="flash_sales.state"):
    """The sale as it is now. ``time`` is the server's clock; ``version`` rises with every change."""

    version: int
    sale: FlashSale


class ClaimState(StrEnum):
    """Where a claim stands. ``HELD`` and ``PAYING`` keep units; ``PAID`` has bought them; the others gave them back."""

    HELD = "held"
    PAYING = "paying"
    PAID = "paid"
    GIVEN_BACK = "given_back"
    LAPSED = "lapsed"


class Claim(Struct, frozen=True, gc=False):
    """A customer's units in a sale. ``place`` counts the claims of the sale in the order in which they were decided.

    ``expires_at`` is when a held claim lapses. ``payment_id`` is the latest payment, ``order_id`` the order, once paid.
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


class ListSales(Command[Page[FlashSale]], frozen=True, tag="flash_sales.list"):
    """Sales: the open ones, then the upcoming, then those over; each group the soonest first."""

    http: ClassVar = GET("/flash-sales")
    phase: Phase | None = None
    seller_id: UUID | None = None
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


class EditSale(Command[FlashSale], frozen=True, tag="flash_sales.edit"):
    """Change a sale. Once it has claims its price stays, and its quantity may not fall below what is held and sold."""

    http: ClassVar = PUT("/flash-sales/{sale_id}")
    sale_id: UUID
    sale_price: Price
    start_time: Time
    end_time: Time
    quantity_limit: Quantity
    per_customer_limit: Quantity = 1
    hold_seconds: HoldSeconds = 120


class CancelSale(Command[FlashSale], frozen=True, tag="flash_sales.cancel"):
    """Stop a sale now. Nobody can claim any more; who holds units may still pay for them in time."""

    http: ClassVar = POST("/flash-sales/{sale_id}/cancel")
    sale_id: UUID


class ClaimUnits(Command[Claim], frozen=True, tag="flash_sales.claim"):
    """Hold units for a while, first come first served. Sent again with the same id it answers the same claim."""

    http: ClassVar = POST("/flash-sales/{sale_id}/claim")
    sale_id: UUID
    claim_id: UUID
    quantity: Quantity = 1


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

    A declined payment leaves the hold: pay again with a new ``payment_id``.
    """

    http: ClassVar = POST("/flash-sales/{sale_id}/claims/{claim_id}/pay")
    sale_id: UUID
    claim_id: UUID
    payment_id: UUID
    payment_method: PaymentMethod


class LedgerEntry(Struct, frozen=True):
    """A line of a sale's ledger: what happened to which claim, when."""

    type: str
    time: Time
    claim: Claim


class ShowLedger(Command[Page[LedgerEntry]], frozen=True, tag="flash_sales.ledger"):
    """Everything that happened in a sale of the caller's shop, in order."""

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


class SaleCancelled(Event, frozen=True, tag="flash_sales.cancelled"):
    """A sale was stopped by its seller or an admin."""

    sale: FlashSale


class SaleClosed(Event, frozen=True, tag="flash_sales.closed"):
    """A sale is over and its last hold is settled: ``returned`` unsold units went back to the seller's stock."""

    sale: FlashSale
    returned: int


class UnitsClaimed(Event, frozen=True, tag="flash_sales.claimed", gc=False):
    """Units are held for a customer."""

    claim: Claim


class PaymentStarted(Event, frozen=True, tag="flash_sales.payment_started"):
    """A customer pays; until the outcome is known the units stay theirs."""

    claim: Claim


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


SaleEvent = (
    SaleCreated
    | SaleEdited
    | SaleCancelled
    | SaleClosed
    | UnitsClaimed
    | PaymentStarted
    | PaymentFailed
    | UnitsPaid
    | UnitsGivenBack
    | ClaimLapsed
)
ClaimEvent = UnitsClaimed | PaymentStarted | PaymentFailed | UnitsPaid | UnitsGivenBack | ClaimLapsed
CLAIM_EVENTS: tuple[type[Event], ...] = (
    UnitsClaimed,
    PaymentStarted,
    PaymentFailed,
    UnitsPaid,
    UnitsGivenBack,
    ClaimLapsed,
)


class SaleLedger(Struct, frozen=True):
    """Where a watcher of the ledger starts: the sale and all its claims, by place."""

    sale: FlashSale
    claims: tuple[Claim, ...]


class Belongings(Struct, frozen=True):
    """What concerns one person, where their stream starts: claims that hold units, and the latest orders."""

    claims: tuple[Claim, ...]
    orders: tuple[Order, ...]


SALE = Channel(
    "sale:{sale_id}",
    ChannelKind.STATE,
    "A sale as it is now: phase, units left, the server's clock. Anybody may watch.",
    SaleState,
    (SaleState,),
)
SALE_LEDGER = Channel(
    "sale_ledger:{sale_id}",
    ChannelKind.LOG,
    "Everything that happens in a sale. Its seller, managers and admins may watch.",
    SaleLedger,
    (SaleCreated, SaleEdited, SaleCancelled, SaleClosed, *CLAIM_EVENTS),
)
USER = Channel(
    "user:{user_id}",
    ChannelKind.LOG,
    "What concerns one person: claims, orders, devices. Only they may watch; every socket of theirs does.",
    Belongings,
    (*CLAIM_EVENTS, OrderPlaced, SessionStarted, SessionEnded),
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
    """Fewer units are free than were asked for. ``held`` of them may come back when holds lapse."""

    code: ClassVar[str] = "flash_sales.sold_out"
    sentence: ClassVar[str] = "Sold out: {left} left, {held} held by others."
    left: int
    held: int


@dataclass(eq=False)
class OverLimit(Conflict):
    """A customer gets at most so many units of this sale. ``have`` are those they hold or bought."""

    code: ClassVar[str] = "flash_sales.over_limit"
    sentence: ClassVar[str] = "At most {limit} a customer; you have {have}."
    limit: int
    have: int


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

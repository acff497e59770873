"""The shop's books: what buyers paid, what of it is whose, what went back and out; a seller's earnings, live."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.base import (
    GET,
    POST,
    PUT,
    Channel,
    ChannelKind,
    Command,
    Conflict,
    Cursor,
    Event,
    Limit,
    Money,
    NotFound,
    Page,
    Time,
)

Rate = Annotated[int, Meta(ge=0, le=10_000, description="Basis points: 1250 is 12.5 %")]
Reference = Annotated[str, Meta(min_length=1, max_length=200)]


class Account(StrEnum):
    """An account of the books. ``PAYMENTS`` is what buyers paid; the others say where it is.

    ``UNALLOCATED`` came for something that is not sold yet. ``DISPUTED`` was taken back by a bank until it has decided.
    ``LOSSES`` was taken back beyond what was left of its sale. ``DISCOUNTS`` are the shop's own, which it pays to the
    seller. ``FEES`` are the gateway's, kept by it (``GATEWAY``). ``OWED`` was to go back and did not arrive: it is the
    buyer's, until somebody has sent it otherwise.
    """

    PAYMENTS = "payments"
    UNALLOCATED = "unallocated"
    SELLER = "seller"
    COMMISSION = "commission"
    DISCOUNTS = "discounts"
    TAX = "tax"
    REFUNDS = "refunds"
    OWED = "owed"
    DISPUTED = "disputed"
    LOSSES = "losses"
    PAYOUTS = "payouts"
    FEES = "fees"
    GATEWAY = "gateway"


class MovementKind(StrEnum):
    """Why money moved. A sale moves more of it where the tax in its price becomes known later."""

    PAYMENT = "payment"
    FEE = "fee"
    SALE = "sale"
    REFUND = "refund"
    REFUND_FAILED = "refund_failed"
    DISPUTE = "dispute"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"
    PAYOUT = "payout"
    PAYOUT_FAILED = "payout_failed"


class MovementEntry(Struct, frozen=True):
    """A line of the books. What comes to an account is positive, what leaves it negative; a movement's sum is zero.

    ``party_id`` is the seller that it concerns, ``line_id`` the line of the order; none is shipping. ``rate`` is the
    commission's, as it was when the sale was made.
    """

    account: Account
    amount: Money
    party_id: UUID | None = None
    rate: Rate | None = None
    line_id: UUID | None = None


class Movement(Struct, frozen=True):
    """Money that moved between accounts, for one reason."""

    id: UUID
    kind: MovementKind
    at: Time
    order_id: UUID | None
    payment_id: UUID | None
    entries: tuple[MovementEntry, ...]


class Totals(Struct, frozen=True):
    """The balances of the shop in one currency, in minor units.

    ``paid`` = ``unallocated`` + ``sellers`` + ``paid_out`` + ``platform`` + ``tax`` + ``refunds`` + ``owed`` +
    ``disputed``, at every moment. ``platform`` is commission less losses and less ``discounts``, the shop's own; of it
    ``fees`` went to the gateway. ``owed`` was to go back to buyers and did not arrive.
    """

    currency: str
    paid: int
    unallocated: int
    sellers: int
    paid_out: int
    platform: int
    tax: int
    refunds: int
    disputed: int
    fees: int
    discounts: int
    owed: int = 0


class LedgerTotals(Struct, frozen=True):
    """The balances of the shop, by currency."""

    totals: tuple[Totals, ...]


class Earnings(Struct, frozen=True):
    """What the shop owes a seller now, by currency. Negative where more went back than was left."""

    seller_id: UUID
    balances: tuple[Money, ...]


class Earning(Struct, frozen=True):
    """A line of a seller's statement: ``amount`` came to their account, or left it.

    ``commission`` and ``tax`` is what went elsewhere of the same sale (back from there, where negative); ``rates`` are
    the commission's. ``shop_discount``, in minor units, is what the shop took off for the buyer and paid itself.
    """

    id: UUID
    seller_id: UUID
    kind: MovementKind
    amount: Money
    commission: Money
    tax: Money
    rates: tuple[Rate, ...]
    order_id: UUID | None
    payment_id: UUID | None
    at: Time
    shop_discount: int = 0


class CommissionRate(Struct, frozen=True):
    """What the shop keeps of sales from ``since`` on: of one seller, of one category and those below, or both."""

    id: UUID
    rate: Rate
    seller_id: UUID | None
    category_id: UUID | None
    since: Time


class Commission(Struct, frozen=True):
    """What the shop kept of what a seller sold in an order at one rate, or gave back of it (negative).

    ``base`` is what the rate was taken of: what the goods or their sending cost without taxes, before the discounts
    that the shop bears. ``id`` is the movement's.
    """

    id: UUID
    kind: MovementKind
    seller_id: UUID
    order_id: UUID | None
    rate: Rate
    base: Money
    amount: Money
    at: Time


class PayoutState(StrEnum):
    """Where a payout stands. ``PENDING`` left the seller's balance and is on its way to their bank."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"


class Payout(Struct, frozen=True):
    """Money on its way to a seller. ``reference`` is what the bank knows it by, or why it failed."""

    id: UUID
    seller_id: UUID
    amount: Money
    state: PayoutState
    reference: str
    created_at: Time
    completed_at: Time | None


class ShowEarnings(Command[Earnings], frozen=True, tag="ledger.balance"):
    """What the shop owes a seller: for the seller, managers and admins."""

    http: ClassVar = GET("/sellers/{seller_id}/balance")
    seller_id: UUID


class ListEarnings(Command[Page[Earning]], frozen=True, tag="ledger.earnings"):
    """A seller's statement, the newest first: for the seller, managers and admins."""

    http: ClassVar = GET("/sellers/{seller_id}/earnings")
    seller_id: UUID
    since: Time | None = None
    until: Time | None = None
    cursor: Cursor = ""
    limit: Limit = 20


class ListMovements(Command[Page[Movement]], frozen=True, tag="ledger.movements"):
    """The books, the newest first; all of it, or what concerns an account, a payment or an order."""

    http: ClassVar = GET("/ledger")
    account: Account | None = None
    payment_id: UUID | None = None
    order_id: UUID | None = None
    cursor: Cursor = ""
    limit: Limit = 20


class ShowTotals(Command[LedgerTotals], frozen=True, tag="ledger.totals"):
    """Where all money is that buyers paid."""

    http: ClassVar = GET("/ledger/totals")


class ListCommissionRates(Command[Page[CommissionRate]], frozen=True, tag="ledger.commission_rates"):
    """All rates that were ever set, the newest first."""

    http: ClassVar = GET("/commission-rates")
    cursor: Cursor = ""
    limit: Limit = 20


class SetCommissionRate(Command[CommissionRate], frozen=True, tag="ledger.set_commission_rate"):
    """Set a rate for sales from now on. A seller's own comes before a category's, a narrow category before a wide."""

    http: ClassVar = POST("/commission-rates")
    rate_id: UUID
    rate: Rate
    seller_id: UUID | None = None
    category_id: UUID | None = None


class ChangeCommissionRate(Command[CommissionRate], frozen=True, tag="ledger.change_commission_rate"):
    """Put another rate in the place of this one, for the same seller and category, for sales from now on.

    What was sold keeps the rate that it was sold at. The same rate again changes nothing; the answer is the rate that
    holds now, under an id of its own.
    """

    http: ClassVar = PUT("/commission-rates/{rate_id}")
    rate_id: UUID
    rate: Rate


class ListCommissions(Command[Page[Commission]], frozen=True, tag="ledger.commissions"):
    """The commission of each sale, the newest first: a seller's own; all for managers and admins, or of one seller."""

    http: ClassVar = GET("/commissions")
    seller_id: UUID | None = None
    since: Time | None = None
    until: Time | None = None
    cursor: Cursor = ""
    limit: Limit = 20


class PreviewPayouts(Command[Page[Earnings]], frozen=True, tag="ledger.preview_payouts"):
    """The sellers to whom the shop owes something, and what."""

    http: ClassVar = GET("/payouts/preview")
    cursor: Cursor = ""
    limit: Limit = 20


class ListPayouts(Command[Page[Payout]], frozen=True, tag="ledger.payouts"):
    """Payouts, the newest first: all of them for managers and admins, their own for sellers."""

    http: ClassVar = GET("/payouts")
    cursor: Cursor = ""
    limit: Limit = 20


class PayOut(Command[Payout], frozen=True, tag="ledger.pay_out"):
    """Begin a payout: the amount leaves the seller's balance."""

    http: ClassVar = POST("/payouts")
    payout_id: UUID
    seller_id: UUID
    amount: Money


class CompletePayout(Command[Payout], frozen=True, tag="ledger.complete_payout"):
    """Say how a payout went. One that failed is back in the seller's balance."""

    http: ClassVar = POST("/payouts/{payout_id}/complete")
    payout_id: UUID
    reference: Reference
    failed: bool = False


class EarningsMoved(Event, frozen=True, tag="ledger.earnings_moved"):
    """Money came to a seller's account or left it."""

    earning: Earning


EARNINGS = Channel(
    "earnings:{seller_id}",
    ChannelKind.LOG,
    "What a seller earns, live. The seller, managers and admins may watch.",
    Earnings,
    (EarningsMoved,),
)


@dataclass(eq=False)
class SellerUnknown(NotFound):
    """There is no such seller, or not for this caller."""

    code: ClassVar[str] = "ledger.seller_not_found"
    sentence: ClassVar[str] = "There is no such seller."


@dataclass(eq=False)
class CategoryUnknown(NotFound):
    """There is no such category to set a rate for."""

    code: ClassVar[str] = "ledger.category_not_found"
    sentence: ClassVar[str] = "There is no such category."


@dataclass(eq=False)
class CommissionRateNotFound(NotFound):
    """There is no such rate."""

    code: ClassVar[str] = "ledger.rate_not_found"
    sentence: ClassVar[str] = "There is no such commission rate."


@dataclass(eq=False)
class PayoutNotFound(NotFound):
    """There is no such payout."""

    code: ClassVar[str] = "ledger.payout_not_found"
    sentence: ClassVar[str] = "There is no such payout."


@dataclass(eq=False)
class PayoutOver(Conflict):
    """The payout has had another outcome already."""

    code: ClassVar[str] = "ledger.payout_over"
    sentence: ClassVar[str] = "The payout is over: it is {state}."
    state: str


@dataclass(eq=False)
class BalanceTooLow(Conflict):
    """The shop does not owe the seller so much. ``available`` is in minor units."""

    code: ClassVar[str] = "ledger.balance_too_low"
    sentence: ClassVar[str] = "The balance is only {available} {currency} (minor units)."
    available: int
    currency: str

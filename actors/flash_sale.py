"""A flash sale: who holds its units, who bought them, decided by one mind in the order of arrival (promises P2, P12).

What always holds, and is checked by the tests after every step: units held and sold are never more than the sale has;
a claim is in one state; a unit that is being paid for is nobody else's until the payment's outcome is known.
"""

import heapq
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import Struct, field
from msgspec.structs import replace

from actors.runtime.ports import Decision, Message, Reminded
from fastshop.contract.base import Event, IdReused, Money
from fastshop.contract.flash_sales import (
    Claim,
    ClaimEvent,
    ClaimLapsed,
    ClaimNotFound,
    ClaimOver,
    ClaimState,
    FlashSale,
    OverLimit,
    PaymentFailed,
    PaymentStarted,
    PaymentUnderWay,
    Phase,
    SaleCancelled,
    SaleClosed,
    SaleEdited,
    SaleNotOpen,
    SaleOver,
    SoldOut,
    TermsRefused,
    UnitsClaimed,
    UnitsGivenBack,
    UnitsPaid,
)

KIND = "flash_sale"

# What all units of one customer may cost, in minor units: far below what NUMERIC(15,2) holds in any currency.
_MOST = 10**12


class Terms(Struct, frozen=True):
    """What a seller says of a sale."""

    sale_price: Money
    original_price: Money
    start_time: datetime
    end_time: datetime
    quantity_limit: int
    per_customer_limit: int
    hold_seconds: int


class Goods(Struct, frozen=True):
    """What is on sale, and whose it is."""

    product_id: UUID
    variant_id: UUID
    seller_id: UUID
    title: str
    image_url: str


class Hold(Message[Claim], frozen=True, gc=False):
    """Hold units for a customer. With an id that holds units already it replies that claim."""

    claim_id: UUID
    customer_id: UUID
    quantity: int


class Return(Message[Claim], frozen=True, gc=False):
    """Take held units back from a customer."""

    claim_id: UUID
    customer_id: UUID


class StartPayment(Message[Claim], frozen=True, gc=False):
    """Keep the units until this payment has an outcome. Started before, it replies the claim as it is."""

    claim_id: UUID
    customer_id: UUID
    payment_id: UUID


class RecordPayment(Message[Claim], frozen=True, gc=False):
    """Tell a payment's outcome: ``failure`` is empty when the money came. Recorded once; later ones change nothing."""

    claim_id: UUID
    payment_id: UUID
    order_id: UUID
    failure: str = ""


class Edit(Message[FlashSale], frozen=True):
    """Change the terms."""

    terms: Terms


class Cancel(Message[FlashSale], frozen=True, gc=False):
    """Stop the sale."""


class FlashSaleActor(Struct):
    """One sale, awake."""

    id: UUID
    goods: Goods
    terms: Terms
    cancelled: bool = False
    closed: bool = False
    last_place: int = 0
    held: int = 0
    sold: int = 0
    claims: dict[UUID, Claim] = field(default_factory=dict)
    units_of: dict[UUID, int] = field(default_factory=dict)
    # Held claims by expiry, the earliest first; entries whose claim has moved on are dropped when they surface.
    expiries: list[tuple[datetime, UUID]] = field(default_factory=list)

    # --- what it is asked -------------------------------------------------------------------------------------------

    def decide(self, message: Message[Any], now: datetime) -> Decision:
        """See `actors.runtime.ports.Actor`."""
        match message:
            case Hold():
                return self._hold(message, now)
            case StartPayment():
                return self._start_payment(message, now)
            case RecordPayment():
                return self._record_payment(message, now)
            case Return():
                return self._return(message, now)
            case Reminded():
                return self._reminded(now)
            case Edit():
                return self._edit(message, now)
            case Cancel():
                return self._cancel(now)
            case _:
                raise TypeError(message)

    def _hold(self, message: Hold, now: datetime) -> Decision:
        known = self.claims.get(message.claim_id)
        if known is not None:
            return Decision(_same(known, message))
        terms, customer_id, quantity = self.terms, message.customer_id, message.quantity
        phase = self.phase(now)
        if phase is not Phase.OPEN:
            raise SaleNotOpen(phase, terms.start_time, terms.end_time, now)
        lapses = self._lapses(now)
        have = self.units_of.get(customer_id, 0) - _units(lapses, customer_id)
        if have + quantity > terms.per_customer_limit:
            raise OverLimit(terms.per_customer_limit, have)
        freed = _units(lapses)
        left = terms.quantity_limit - self.held - self.sold + freed
        if quantity > left:
            raise SoldOut(left, self.held - freed)
        claim = Claim(
            id=message.claim_id,
            sale_id=self.id,
            customer_id=customer_id,
            place=self.last_place + 1,
            quantity=quantity,
            total=terms.sale_price.times(quantity),
            state=ClaimState.HELD,
            claimed_at=now,
            expires_at=now + timedelta(seconds=terms.hold_seconds),
        )
        return Decision(claim, (*lapses, UnitsClaimed(time=now, claim=claim)))

    def _start_payment(self, message: StartPayment, now: datetime) -> Decision:
        claim = self._own(message.claim_id, message.customer_id)
        if claim.payment_id == message.payment_id:
            return Decision(claim)
        if claim.state is ClaimState.PAYING and claim.payment_id is not None:
            raise PaymentUnderWay(claim.payment_id)
        if claim.state is not ClaimState.HELD:
            raise ClaimOver(claim.state)
        if claim.expires_at <= now:
            raise ClaimOver(ClaimState.LAPSED)
        paying = replace(claim, state=ClaimState.PAYING, payment_id=message.payment_id)
        return Decision(paying, (PaymentStarted(time=now, claim=paying),))

    def _record_payment(self, message: RecordPayment, now: datetime) -> Decision:
        claim = self.claims.get(message.claim_id)
        if claim is None:
            raise ClaimNotFound
        if claim.state is not ClaimState.PAYING or claim.payment_id != message.payment_id:
            return Decision(claim)
        if not message.failure:
            paid = replace(claim, state=ClaimState.PAID, order_id=message.order_id)
            return Decision(paid, (UnitsPaid(time=now, claim=paid),))
        held = replace(claim, state=ClaimState.HELD)
        failed = PaymentFailed(time=now, claim=held, reason=message.failure)
        if held.expires_at > now:
            return Decision(held, (failed,))
        lapsed = _lapsed(held, now)
        return Decision(lapsed.claim, (failed, lapsed))

    def _return(self, message: Return, now: datetime) -> Decision:
        claim = self._own(message.claim_id, message.customer_id)
        if claim.state is ClaimState.GIVEN_BACK:
            return Decision(claim)
        if claim.state is ClaimState.PAYING and claim.payment_id is not None:
            raise PaymentUnderWay(claim.payment_id)
        if claim.state is not ClaimState.HELD:
            raise ClaimOver(claim.state)
        returned = replace(claim, state=ClaimState.GIVEN_BACK)
        return Decision(returned, (UnitsGivenBack(time=now, claim=returned),))

    def _reminded(self, now: datetime) -> Decision:
        lapses = self._lapses(now)
        held = self.held - _units(lapses)
        if self._may_close(now, held):
            returned = self.left + _units(lapses)
            over = replace(self.view(now), held_count=held, left=returned)
            return Decision(None, (*lapses, SaleClosed(time=now, sale=over, returned=returned)))
        return Decision(None, lapses)

    def _edit(self, message: Edit, now: datetime) -> Decision:
        terms = message.terms
        if terms == self.terms:
            return Decision(self.view(now))
        self._refuse_over(now)
        check_terms(terms)
        self._check_change(terms, now)
        edited = replace(self.view(now), **_shown_terms(terms), left=terms.quantity_limit - self.held - self.sold)
        added = terms.quantity_limit - self.terms.quantity_limit
        edited = replace(edited, phase=phase_of(terms, now, cancelled=False))
        return Decision(edited, (SaleEdited(time=now, sale=edited, added=added),))

    def _check_change(self, terms: Terms, now: datetime) -> None:
        if terms.quantity_limit < self.held + self.sold:
            raise TermsRefused("quantity_limit", f"{self.held + self.sold} units are held or sold already.")
        if self.last_place and terms.sale_price != self.terms.sale_price:
            raise TermsRefused("sale_price", "The price stays once somebody has claimed a unit.")
        if self.phase(now) is Phase.OPEN and terms.start_time != self.terms.start_time:
            raise TermsRefused("start_time", "The sale has started.")
        if terms.end_time <= now:
            raise TermsRefused("end_time", "This moment has passed. To stop the sale, cancel it.")

    def _cancel(self, now: datetime) -> Decision:
        if self.cancelled:
            return Decision(self.view(now))
        self._refuse_over(now)
        cancelled = replace(self.view(now), phase=Phase.CANCELLED)
        return Decision(cancelled, (SaleCancelled(time=now, sale=cancelled),))

    # --- what happened ----------------------------------------------------------------------------------------------

    def apply(self, event: Event) -> None:
        """See `actors.runtime.ports.Actor`."""
        match event:
            case UnitsClaimed():
                self.put(event.claim)
            case SaleEdited():
                self.terms = terms_of(event.sale)
            case SaleCancelled():
                self.cancelled = True
            case SaleClosed():
                self.closed = True
            case _:
                assert isinstance(event, ClaimEvent)
                self.put(event.claim)

    def put(self, claim: Claim) -> None:
        """Keep a claim as it is now, and count it."""
        before = self.claims.get(claim.id)
        if before is not None:
            self._count(before, -1)
        self._count(claim, +1)
        self.claims[claim.id] = claim
        self.last_place = max(self.last_place, claim.place)
        if claim.state is ClaimState.HELD:
            heapq.heappush(self.expiries, (claim.expires_at, claim.id))

    def _count(self, claim: Claim, sign: int) -> None:
        state, units = claim.state, sign * claim.quantity
        if state is ClaimState.HELD or state is ClaimState.PAYING:
            self.held += units
        elif state is ClaimState.PAID:
            self.sold += units
        else:
            return
        self.units_of[claim.customer_id] = self.units_of.get(claim.customer_id, 0) + units

    # --- how things stand -------------------------------------------------------------------------------------------

    @property
    def left(self) -> int:
        """Units that nobody holds or has bought."""
        return self.terms.quantity_limit - self.held - self.sold

    def phase(self, now: datetime) -> Phase:
        """Where the sale stands. A closed one stays over, even where a clock runs behind: its units are gone."""
        phase = phase_of(self.terms, now, cancelled=self.cancelled)
        return Phase.ENDED if self.closed and phase is not Phase.CANCELLED else phase

    def view(self, now: datetime) -> FlashSale:
        """The sale as everybody sees it."""
        return FlashSale(
            id=self.id,
            product_id=self.goods.product_id,
            variant_id=self.goods.variant_id,
            seller_id=self.goods.seller_id,
            title=self.goods.title,
            image_url=self.goods.image_url,
            held_count=self.held,
            sold_count=self.sold,
            left=self.left,
            phase=self.phase(now),
            **_shown_terms(self.terms),
        )

    def wake_at(self, now: datetime) -> datetime | None:
        """See `actors.runtime.ports.Actor`: the next start, end or lapse; at once when the sale can be closed."""
        if self.closed:
            return None
        moments = []
        lapse = self._next_lapse()
        if lapse is not None:
            moments.append(lapse)
        phase = self.phase(now)
        if phase is Phase.UPCOMING:
            moments.append(self.terms.start_time)
        elif phase is Phase.OPEN or self.held == 0:
            moments.append(self.terms.end_time)
        if phase is Phase.CANCELLED and self.held == 0:
            return now
        return min(moments, default=None)

    def _next_lapse(self) -> datetime | None:
        while self.expiries:
            expires_at, claim_id = self.expiries[0]
            claim = self.claims[claim_id]
            if claim.state is ClaimState.HELD and claim.expires_at == expires_at:
                return expires_at
            heapq.heappop(self.expiries)
        return None

    def _lapses(self, now: datetime) -> tuple[ClaimLapsed, ...]:
        first = self._next_lapse()
        if first is None or first > now:
            return ()
        due = {claim_id for expires_at, claim_id in self.expiries if expires_at <= now}
        claims = (self.claims[claim_id] for claim_id in due)
        lapsing = (claim for claim in claims if claim.state is ClaimState.HELD and claim.expires_at <= now)
        return tuple(_lapsed(claim, now) for claim in sorted(lapsing, key=lambda claim: claim.place))

    def _may_close(self, now: datetime, held: int) -> bool:
        return not self.closed and held == 0 and self.phase(now) in (Phase.ENDED, Phase.CANCELLED)

    def _own(self, claim_id: UUID, customer_id: UUID) -> Claim:
        claim = self.claims.get(claim_id)
        if claim is None or claim.customer_id != customer_id:
            raise ClaimNotFound
        return claim

    def _refuse_over(self, now: datetime) -> None:
        phase = self.phase(now)
        if phase in (Phase.ENDED, Phase.CANCELLED):
            raise SaleOver(phase)


def check_terms(terms: Terms) -> None:
    """Refuse terms that do not fit together: `TermsRefused`."""
    if terms.end_time <= terms.start_time:
        raise TermsRefused("end_time", "The sale must end after it starts.")
    if terms.end_time - terms.start_time > timedelta(days=31):
        raise TermsRefused("end_time", "A flash sale lasts 31 days at most.")
    if terms.sale_price.currency != terms.original_price.currency:
        raise TermsRefused("sale_price", f"The price must be in {terms.original_price.currency}, like the product's.")
    if terms.sale_price.amount >= terms.original_price.amount:
        raise TermsRefused("sale_price", "The sale's price must be below the product's.")
    if terms.per_customer_limit > terms.quantity_limit:
        raise TermsRefused("per_customer_limit", "A customer cannot get more units than there are.")
    if terms.sale_price.times(terms.per_customer_limit).amount > _MOST:
        raise TermsRefused("per_customer_limit", f"One customer's units may cost {_MOST} minor units at most.")


def phase_of(terms: Terms, now: datetime, *, cancelled: bool) -> Phase:
    """Where a sale with these terms stands at a moment."""
    if cancelled:
        return Phase.CANCELLED
    if now < terms.start_time:
        return Phase.UPCOMING
    return Phase.OPEN if now < terms.end_time else Phase.ENDED


def terms_of(sale: FlashSale) -> Terms:
    """The terms in a sale as everybody sees it."""
    return Terms(**{name: getattr(sale, name) for name in Terms.__struct_fields__})


def _shown_terms(terms: Terms) -> dict[str, Any]:
    return {name: getattr(terms, name) for name in Terms.__struct_fields__}


def _same(known: Claim, message: Hold) -> Claim:
    if (known.customer_id, known.quantity) != (message.customer_id, message.quantity):
        raise IdReused
    return known


def _lapsed(claim: Claim, now: datetime) -> ClaimLapsed:
    return ClaimLapsed(time=now, claim=replace(claim, state=ClaimState.LAPSED))


def _units(lapses: tuple[ClaimLapsed, ...], customer_id: UUID | None = None) -> int:
    if not lapses:
        return 0
    return sum(e.claim.quantity for e in lapses if customer_id is None or e.claim.customer_id == customer_id)

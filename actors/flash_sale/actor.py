"""The sale's actor: what follows from each message."""

import heapq
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from actors.flash_sale.line import ACTIVE
from actors.flash_sale.messages import (
    Cancel,
    Edit,
    End,
    Hold,
    Join,
    Leave,
    Proved,
    RecordPayment,
    Return,
    StartPayment,
    TellPosition,
)
from actors.flash_sale.sale import Sale
from actors.flash_sale.terms import Terms, check_terms, phase_of, shown_terms
from actors.runtime.ports import Decision, Message, Reminded
from fastshop.contract.base import Event, IdReused
from fastshop.contract.flash_sales import (
    Claim,
    ClaimLapsed,
    ClaimNotFound,
    ClaimOver,
    ClaimState,
    ClaimWithdrawn,
    GaveUpTooOften,
    LimitBy,
    OverLimit,
    PaymentFailed,
    PaymentStarted,
    PaymentUnderWay,
    Phase,
    SaleCancelled,
    SaleClosed,
    SaleDrawn,
    SaleEdited,
    SaleEnded,
    SaleNotOpen,
    SaleOver,
    SoldOut,
    TermsRefused,
    UnitsClaimed,
    UnitsGivenBack,
    UnitsPaid,
)
from fastshop.contract.lines import (
    EndReason,
    LineJoined,
    LineLeft,
    LinePosition,
    Place,
    PlaceEnded,
    PlaceNotFound,
    PlaceOver,
    PlaceState,
    ProofNeeded,
    ProofWrong,
    SaleLine,
)
from fastshop.contract.payments import PaymentState
from fastshop.fairness import estimate

# What one decision does for a whole line or for all holds; the rest follows at once, with the next reminder. It keeps a
# commit short enough that nobody else waits long for theirs.
_AT_MOST = 1000
# "At once" is the end of the twentieth of a second that it is: a reminder that need not be moved costs no commit, and
# one that was delivered is another from then on.
_AT_ONCE = timedelta(milliseconds=50)

# So often somebody may give up what they had, or let it lapse: no fewer than anybody means well, and few enough that
# nobody keeps the units from others without ever paying, or fills the memory of the sale.
_MOST_GIVEN_UP = 20


class FlashSaleActor(Sale):
    """One sale, awake: it decides, and changes nothing."""

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
            case Join():
                return self._join(message, now)
            case TellPosition():
                return self._tell_position(message, now)
            case Return():
                return self._return(message, now)
            case Leave():
                return self._leave(message, now)
            case Reminded():
                return self._reminded(now)
            case _:
                return self._decide_for_seller(message, now)

    def _decide_for_seller(self, message: Message[Any], now: datetime) -> Decision:
        match message:
            case Edit():
                return self._edit(message, now)
            case End():
                return self._end(now)
            case Cancel():
                return self._cancel(now)
            case _:
                raise TypeError(message)

    def _hold(self, message: Hold, now: datetime) -> Decision:
        known = self.claims.get(message.claim_id)
        if known is not None:
            return Decision(_same_claim(known, message))
        terms, customer_id, quantity = self.terms, message.customer_id, message.quantity
        if self.phase(now) is not Phase.OPEN:
            raise self._not_open(now)
        if terms.proof_of_work:
            _check_proof(message.proved)
        self._refuse_fickle(customer_id)
        lapses = self._lapses(now)
        have = self.units_of.get(customer_id, 0) - _units(lapses, customer_id)
        if have + quantity > terms.per_customer_limit:
            raise OverLimit(terms.per_customer_limit, have)
        freed = _units(lapses)
        left = terms.quantity_limit - self.held - self.sold + freed
        line = self.line
        if quantity > left or line.waiting or line.lobby:
            raise SoldOut(left, self.held - freed, line.waiting + len(line.lobby))
        claim = self._claim(message.claim_id, customer_id, quantity, now)
        return Decision(claim, (*lapses, UnitsClaimed(time=now, claim=claim)))

    def _start_payment(self, message: StartPayment, now: datetime) -> Decision:
        claim = self._own(message.claim_id, message.customer_id)
        if claim.payment_id == message.payment_id:
            return Decision(claim)
        if claim.state is ClaimState.PAYING and claim.payment_id is not None:
            raise PaymentUnderWay(claim.payment_id)
        if claim.state is not ClaimState.HELD:
            raise ClaimOver(claim.state)
        if self.cancelled:
            raise ClaimOver(ClaimState.WITHDRAWN)
        if claim.expires_at <= now:
            raise ClaimOver(ClaimState.LAPSED)
        self._check_keys(claim, message.limit_keys)
        paying = replace(claim, state=ClaimState.PAYING, payment_id=message.payment_id)
        return Decision(paying, (PaymentStarted(time=now, claim=paying, limit_keys=message.limit_keys),))

    def _check_keys(self, claim: Claim, keys: Iterable[str]) -> None:
        limit = self.terms.per_customer_limit
        for key in keys:
            have = self.units_by_key.get(key, 0)
            if have + claim.quantity > limit:
                raise OverLimit(limit, have, LimitBy(key.partition(":")[0]))

    def _record_payment(self, message: RecordPayment, now: datetime) -> Decision:
        claim = self.claims.get(message.claim_id)
        if claim is None:
            raise ClaimNotFound
        if claim.state is not ClaimState.PAYING or claim.payment_id != message.payment_id:
            return Decision(claim)
        if message.outcome is PaymentState.SUCCEEDED:
            paid = replace(claim, state=ClaimState.PAID, order_id=message.order_id)
            return Decision(paid, (UnitsPaid(time=now, claim=paid),))
        if message.outcome is not PaymentState.FAILED:
            return Decision(claim)
        held = replace(claim, state=ClaimState.HELD)
        failed = PaymentFailed(time=now, claim=held, reason=message.reason)
        if held.expires_at > now and not self.cancelled:
            return Decision(held, (failed,))
        over = _withdrawn(held, now) if self.cancelled else _lapsed(held, now)
        return Decision(over.claim, (failed, over, *self._serve_freed(claim, now)))

    def _return(self, message: Return, now: datetime) -> Decision:
        claim = self._own(message.claim_id, message.customer_id)
        if claim.state is ClaimState.GIVEN_BACK:
            return Decision(claim)
        if claim.state is ClaimState.PAYING and claim.payment_id is not None:
            raise PaymentUnderWay(claim.payment_id)
        if claim.state is not ClaimState.HELD:
            raise ClaimOver(claim.state)
        returned = replace(claim, state=ClaimState.GIVEN_BACK)
        return Decision(returned, (UnitsGivenBack(time=now, claim=returned), *self._serve_freed(claim, now)))

    # --- the line ---------------------------------------------------------------------------------------------------

    def _join(self, message: Join, now: datetime) -> Decision:
        known = self._known_place(message)
        if known is not None:
            return Decision(known)
        phase, terms, line = self.phase(now), self.terms, self.line
        if phase in (Phase.ENDED, Phase.CANCELLED):
            raise self._not_open(now)
        if terms.proof_of_work:
            _check_proof(message.proved)
        self._refuse_fickle(message.customer_id)
        lapses = self._lapses(now)
        have = self.units_of.get(message.customer_id, 0) - _units(lapses, message.customer_id)
        if have >= terms.per_customer_limit:
            raise OverLimit(terms.per_customer_limit, have)
        if self.sold == terms.quantity_limit:
            raise SoldOut(0, 0)
        place = Place(
            id=message.place_id,
            sale_id=self.id,
            customer_id=message.customer_id,
            quantity=message.quantity,
            state=PlaceState.LOBBY,
            joined=len(line.places) + 1,
            joined_at=now,
        )
        if phase is Phase.UPCOMING and not line.last_number:
            return Decision(place, (LineJoined(time=now, place=place),))
        return self._queue(place, have, lapses, now)

    def _known_place(self, message: Join) -> Place | None:
        """The place that this joining has made already, or the active one that stands in for it."""
        known = self.line.places.get(message.place_id)
        if known is None:
            latest = self.line.latest_of(message.customer_id)
            return latest if latest is not None and latest.state in ACTIVE else None
        if (known.customer_id, known.quantity) != (message.customer_id, message.quantity):
            raise IdReused
        return known

    def _queue(self, place: Place, have: int, lapses: "tuple[ClaimLapsed, ...]", now: datetime) -> Decision:
        """Put a place at the end of the line; where nobody waits, it is served at once with what is free."""
        line = self.line
        drawn = self._draw(now)
        number = line.last_number + len(line.lobby if drawn else ()) + 1
        place = replace(place, state=PlaceState.WAITING, number=number)
        joined = LineJoined(time=now, place=place)
        free = self.left + _units(lapses)
        if not line.empty or not free or self.phase(now) is not Phase.OPEN:
            return Decision(place, (*drawn, joined))
        quantity = min(place.quantity, free, self.terms.per_customer_limit - have)
        claim = self._claim_for(place, quantity, now, self.last_place + 1)
        served = replace(place, state=PlaceState.SERVED, claim_id=claim.id)
        return Decision(served, (*lapses, joined, UnitsClaimed(time=now, claim=claim)))

    def _leave(self, message: Leave, now: datetime) -> Decision:
        place = self.line.places.get(message.place_id)
        if place is None or place.customer_id != message.customer_id:
            raise PlaceNotFound
        if place.state is PlaceState.LEFT:
            return Decision(place)
        if place.state not in ACTIVE:
            raise PlaceOver(place.state)
        left = replace(place, state=PlaceState.LEFT)
        return Decision(left, (LineLeft(time=now, place=left),))

    def _tell_position(self, message: TellPosition, now: datetime) -> Decision:
        place = self.line.latest_of(message.customer_id)
        if place is None:
            raise PlaceNotFound
        if place.state is not PlaceState.WAITING:
            return Decision(LinePosition(place))
        ahead = self.line.ahead_of(place)
        outlook = self._looking_out(now)
        line = SaleLine(returns=outlook.returns, unpaid=outlook.unpaid)
        return Decision(LinePosition(place, ahead, estimate(line, ahead, self.left)))

    def _draw(self, now: datetime) -> tuple[SaleDrawn, ...]:
        """The draw, where it is due: the lobby's places follow from the seed, so the event need not name them."""
        if not self._draw_due(now):
            return ()
        return (SaleDrawn(time=now, seed=self._own_seed().hex(), count=len(self.line.lobby)),)

    def _draw_due(self, now: datetime) -> bool:
        return bool(self.line.lobby) and self.phase(now) is Phase.OPEN

    def _serve_freed(self, claim: Claim, now: datetime) -> tuple[Event, ...]:
        """Who gets the units of a claim that is given up."""
        return self._serve(self.terms, self.left + claim.quantity, {claim.customer_id: claim.quantity}, now)

    def _serve(self, terms: Terms, free: int, freed: dict[UUID, int], now: datetime) -> tuple[Event, ...]:
        """Give free units to the first in line. ``freed`` are units that customers have given up in this decision."""
        line = self.line
        if not line.waiting or line.lobby or phase_of(terms, now, cancelled=self.cancelled) is not Phase.OPEN:
            return ()
        events: list[Event] = []
        last_place = self.last_place
        for place in islice(line.in_order(), _AT_MOST):
            if not free:
                break
            have = self.units_of.get(place.customer_id, 0) - freed.get(place.customer_id, 0)
            quantity = min(place.quantity, free, terms.per_customer_limit - have)
            if quantity < 1:
                events.append(_ended(place, EndReason.LIMIT, now))
                continue
            last_place += 1
            free -= quantity
            claim = self._claim_for(place, quantity, now, last_place, terms)
            events.append(UnitsClaimed(time=now, claim=claim))
        return tuple(events)

    def _end_line(self, now: datetime) -> tuple[PlaceEnded, ...]:
        reason = self._no_more_units(now)
        return tuple(_ended(place, reason, now) for place in islice(self.line.active(), _AT_MOST)) if reason else ()

    def _no_more_units(self, now: datetime) -> EndReason | None:
        """Why nobody who waits will get anything; None while somebody may."""
        match self.phase(now):
            case Phase.CANCELLED:
                return EndReason.CANCELLED
            case Phase.ENDED:
                return EndReason.ENDED
            case _:
                return EndReason.SOLD_OUT if self.sold == self.terms.quantity_limit else None

    # --- the clock --------------------------------------------------------------------------------------------------

    def _reminded(self, now: datetime) -> Decision:
        drawn = self._draw(now)
        if drawn:  # who is served is decided on top of it, at once
            return Decision(None, drawn)
        lapses = self._lapses(now)
        withdrawals = self._withdrawals(now)
        freed: dict[UUID, int] = {}
        for lapse in lapses:
            freed[lapse.claim.customer_id] = freed.get(lapse.claim.customer_id, 0) + lapse.claim.quantity
        free = self.left + _units(lapses)
        served, ended = self._serve(self.terms, free, freed, now), self._end_line(now)
        events: list[Event] = [*lapses, *withdrawals, *served, *ended]
        held = self.held - _units(lapses) - _units(withdrawals)
        if self._may_close(now, held, len(ended)):
            returned = self.left + _units(lapses) + _units(withdrawals)
            over = replace(self.view(now), held_count=held, left=returned)
            events.append(SaleClosed(time=now, sale=over, returned=returned))
        return Decision(None, tuple(events))

    def wake_at(self, now: datetime) -> datetime | None:
        """See `actors.runtime.ports.Actor`: the next start, end or lapse; at once when there is something to do."""
        if self.closed:
            return None
        phase = self.phase(now)
        if self._something_to_do(phase, now):
            return now + _AT_ONCE - (now - self.terms.start_time) % _AT_ONCE
        moments = []
        lapse = self._next_lapse()
        if lapse is not None:
            moments.append(lapse)
        if phase is Phase.UPCOMING:
            moments.append(self.terms.start_time)
        elif phase is Phase.OPEN or self.held == 0:
            moments.append(self.terms.end_time)
        return min(moments, default=None)

    def _something_to_do(self, phase: Phase, now: datetime) -> bool:
        if phase is Phase.CANCELLED and self.held == self.paying:
            return self.held == 0 or not self.line.empty
        if phase is Phase.CANCELLED:
            return True
        if self.line.empty or phase is Phase.UPCOMING:
            return False
        return self._no_more_units(now) is not None or bool(self.line.lobby) or self.left > 0

    # --- what its seller asks ---------------------------------------------------------------------------------------

    def _edit(self, message: Edit, now: datetime) -> Decision:
        terms = message.terms
        if terms == self.terms:
            return Decision(self.view(now))
        self._refuse_over(now)
        check_terms(terms)
        self._check_change(terms, now)
        left = terms.quantity_limit - self.held - self.sold
        edited = replace(
            self.view(now), **shown_terms(terms), left=left, phase=phase_of(terms, now, cancelled=self.cancelled)
        )
        added = terms.quantity_limit - self.terms.quantity_limit
        return Decision(edited, (SaleEdited(time=now, sale=edited, added=added), *self._serve(terms, left, {}, now)))

    def _check_change(self, terms: Terms, now: datetime) -> None:
        if terms.quantity_limit < self.held + self.sold:
            raise TermsRefused("quantity_limit", f"{self.held + self.sold} units are held or sold already.")
        if self.last_place and terms.sale_price != self.terms.sale_price:
            raise TermsRefused("sale_price", "The price stays once somebody has claimed a unit.")
        if (self.phase(now) is Phase.OPEN or self.seed) and terms.start_time != self.terms.start_time:
            raise TermsRefused("start_time", "The sale has started.")
        if terms.end_time <= now:
            raise TermsRefused("end_time", "This moment has passed. To stop the sale, end or cancel it.")

    def _end(self, now: datetime) -> Decision:
        phase = self.phase(now)
        if phase is Phase.ENDED:
            return Decision(self.view(now))
        if phase is Phase.CANCELLED:
            raise SaleOver(phase)
        if phase is Phase.UPCOMING:
            raise self._not_open(now)
        ended = replace(self.view(now), end_time=now, phase=Phase.ENDED)
        return Decision(ended, (SaleEnded(time=now, sale=ended),))

    def _cancel(self, now: datetime) -> Decision:
        if self.cancelled:
            return Decision(self.view(now))
        self._refuse_over(now)
        cancelled = replace(self.view(now), phase=Phase.CANCELLED)
        return Decision(cancelled, (SaleCancelled(time=now, sale=cancelled),))

    # --- what decisions are made of ---------------------------------------------------------------------------------

    def _lapses(self, now: datetime) -> tuple[ClaimLapsed, ...]:
        """Holds whose time is over, the earliest ones."""
        heap = self.expiries
        if not heap or heap[0][0] > now:
            return ()
        due: dict[UUID, datetime] = {}
        while heap and heap[0][0] <= now and len(due) < _AT_MOST:
            expires_at, claim_id = heapq.heappop(heap)
            if self._lapses_at(expires_at, claim_id):
                due[claim_id] = expires_at
        for claim_id, expires_at in due.items():  # nothing has changed yet
            heapq.heappush(heap, (expires_at, claim_id))
        return tuple(_lapsed(self.claims[claim_id], now) for claim_id in sorted(due, key=self._place_of))

    def _withdrawals(self, now: datetime) -> tuple[ClaimWithdrawn, ...]:
        """Holds that end because the sale was cancelled; those whose time is over lapse by themselves."""
        if not self.cancelled:
            return ()
        claims = (self.claims[claim_id] for claim_id in {claim_id for _, claim_id in self.expiries})
        held = (claim for claim in claims if claim.state is ClaimState.HELD and claim.expires_at > now)
        first = sorted(held, key=lambda claim: claim.place)[:_AT_MOST]
        return tuple(_withdrawn(claim, now) for claim in first)

    def _may_close(self, now: datetime, held: int, ended: int) -> bool:
        if self.closed or held or self.line.waiting + len(self.line.lobby) > ended:
            return False
        return self.phase(now) in (Phase.ENDED, Phase.CANCELLED)

    def _claim(
        self,
        claim_id: UUID,
        customer_id: UUID,
        quantity: int,
        now: datetime,
        place: int = 0,
        terms: Terms | None = None,
    ) -> Claim:
        terms = terms or self.terms
        return Claim(
            id=claim_id,
            sale_id=self.id,
            customer_id=customer_id,
            place=place or self.last_place + 1,
            quantity=quantity,
            total=terms.sale_price.times(quantity),
            state=ClaimState.HELD,
            claimed_at=now,
            expires_at=now + timedelta(seconds=terms.hold_seconds),
        )

    def _claim_for(
        self, waits: Place, quantity: int, now: datetime, last_place: int, terms: Terms | None = None
    ) -> Claim:
        claim = self._claim(self._claim_id(waits.id, now), waits.customer_id, quantity, now, last_place, terms)
        return replace(claim, place_id=waits.id)

    def _claim_id(self, place_id: UUID, now: datetime) -> UUID:
        """An id that sorts by its moment as all of ours do (RFC 9562, version 7), and that nobody else can know."""
        moment = int(now.timestamp() * 1000).to_bytes(6, "big")
        tail = bytearray(sha256(b"claim" + self.secret + place_id.bytes).digest()[:10])
        tail[0] = 0x70 | tail[0] & 0x0F
        tail[2] = 0x80 | tail[2] & 0x3F
        return UUID(bytes=moment + bytes(tail))

    def _own(self, claim_id: UUID, customer_id: UUID) -> Claim:
        claim = self.claims.get(claim_id)
        if claim is None or claim.customer_id != customer_id:
            raise ClaimNotFound
        return claim

    def _refuse_fickle(self, customer_id: UUID) -> None:
        times = self.given_up.get(customer_id, 0) + self.line.left.get(customer_id, 0)
        if times >= _MOST_GIVEN_UP:
            raise GaveUpTooOften(times)

    def _not_open(self, now: datetime) -> SaleNotOpen:
        return SaleNotOpen(self.phase(now), self.terms.start_time, self.terms.end_time, now)

    def _refuse_over(self, now: datetime) -> None:
        phase = self.phase(now)
        if phase in (Phase.ENDED, Phase.CANCELLED):
            raise SaleOver(phase)


def _same_claim(known: Claim, message: Hold) -> Claim:
    if (known.customer_id, known.quantity) != (message.customer_id, message.quantity):
        raise IdReused
    return known


def _check_proof(proved: Proved) -> None:
    if proved is Proved.NOTHING:
        raise ProofNeeded
    if proved is Proved.WRONG:
        raise ProofWrong


def _lapsed(claim: Claim, now: datetime) -> ClaimLapsed:
    return ClaimLapsed(time=now, claim=replace(claim, state=ClaimState.LAPSED))


def _withdrawn(claim: Claim, now: datetime) -> ClaimWithdrawn:
    return ClaimWithdrawn(time=now, claim=replace(claim, state=ClaimState.WITHDRAWN))


def _ended(place: Place, reason: EndReason, now: datetime) -> PlaceEnded:
    return PlaceEnded(time=now, place=replace(place, state=PlaceState.ENDED, reason=reason))


def _units(over: Iterable[ClaimLapsed | ClaimWithdrawn], customer_id: UUID | None = None) -> int:
    if not over:
        return 0
    return sum(e.claim.quantity for e in over if customer_id is None or e.claim.customer_id == customer_id)

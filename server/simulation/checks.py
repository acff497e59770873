"""What must always hold, looked at after every commit and with every answer, and what must hold in the end.

It is worked out from the events that were logged, by code of its own: nothing of the actor's is believed.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol
from uuid import UUID

import msgspec
from msgspec.structs import replace

from actors.flash_sale import ACTIVE, Terms, terms_of
from fastshop.contract.base import IdReused
from fastshop.contract.flash_sales import (
    SALE_LEDGER,
    Claim,
    ClaimEvent,
    ClaimLapsed,
    ClaimNotFound,
    ClaimState,
    ClaimWithdrawn,
    GiveBack,
    LimitBy,
    Pay,
    PayAnswer,
    PaymentStarted,
    SaleCancelled,
    SaleClosed,
    SaleCreated,
    SaleDrawn,
    SaleEdited,
    SaleEnded,
    SaleEvent,
    SoldOut,
    UnitsClaimed,
    UnitsPaid,
)
from fastshop.contract.lines import (
    EndReason,
    LeaveLine,
    LineJoined,
    LinePosition,
    Place,
    PlaceEnded,
    PlaceEvent,
    PlaceNotFound,
    PlaceState,
    ShowPosition,
)
from server.simulation.bank import Bank
from server.simulation.books import Books, Committed, holds_units

_events: msgspec.json.Decoder[SaleEvent] = msgspec.json.Decoder(SaleEvent)

_HELD, _PAYING, _PAID = ClaimState.HELD, ClaimState.PAYING, ClaimState.PAID
# What may follow what. A payment that fails leaves a hold, which may lapse or be withdrawn at once.
_MAY_FOLLOW: Mapping[ClaimState | None, tuple[ClaimState, ...]] = {
    None: (_HELD,),
    _HELD: (_PAYING, ClaimState.GIVEN_BACK, ClaimState.LAPSED, ClaimState.WITHDRAWN),
    _PAYING: (_PAID, _HELD),
}


class Violation(Exception):
    """Something that must never be is so."""


class Fold:
    """A sale as its ledger tells it, event by event. Raises `Violation` for an event that breaks a rule."""

    def __init__(self) -> None:
        self.seq = 0
        self.terms: Terms | None = None
        self.commitment = self.seed = ""
        self.cancelled = self.ended_early = self.closed = False
        self.claims: dict[UUID, Claim] = {}
        self.places: dict[UUID, Place] = {}
        self.by_key: dict[UUID, tuple[str, ...]] = {}
        # The units of all claims in each state.
        self.units: Counter[ClaimState] = Counter()
        self.units_of: Counter[UUID] = Counter()
        self.lobby: dict[UUID, None] = {}
        # Who waits, by number: the numbers rise, so the first of it is the first in line.
        self.waiting: dict[int, UUID] = {}
        self.numbers = 0
        # The highest limit of a customer that there ever was.
        self.most_allowed = 0

    def happen(self, event: SaleEvent) -> Iterator[Claim | Place]:
        """Let an event happen. Yields the claims and places that it changes, as they are then."""
        self.seq += 1
        match event:
            case SaleCreated():
                self.terms, self.commitment = terms_of(event.sale), event.sale.commitment
                self.most_allowed = self.terms.per_customer_limit
            case SaleEdited() | SaleEnded():
                self.terms = terms_of(event.sale)
                self.most_allowed = max(self.most_allowed, self.terms.per_customer_limit)
                self.ended_early |= isinstance(event, SaleEnded)
                _must(self.left >= 0, "an edit leaves fewer units than are held and sold")
            case SaleCancelled():
                self.cancelled = True
            case SaleClosed():
                self._close(event)
            case SaleDrawn():
                yield from self._draw(event)
            case _ if isinstance(event, PlaceEvent):
                yield self._place(event)
            case _:
                assert isinstance(event, ClaimEvent)
                yield from self._claim(event)

    @property
    def left(self) -> int:
        """Units that nobody has."""
        return self._terms.quantity_limit - self.units[_HELD] - self.units[_PAYING] - self.units[_PAID]

    @property
    def sold_out(self) -> bool:
        """Whether all units are paid for."""
        return self.units[_PAID] == self._terms.quantity_limit

    @property
    def _terms(self) -> Terms:
        assert self.terms is not None
        return self.terms

    def _open(self, now: datetime) -> bool:
        return not self.cancelled and not self.closed and self._terms.start_time <= now < self._terms.end_time

    def _claim(self, event: Any) -> Iterator[Claim | Place]:
        claim: Claim = event.claim
        before = self.claims.get(claim.id)
        possible = _MAY_FOLLOW.get(before.state if before else None, ())
        _must(claim.state in possible, f"a claim {_was(before)} is {claim.state}")
        if isinstance(event, UnitsClaimed):
            yield from self._check_new(claim, event.time)
        else:
            assert before is not None
            self._check_further(event, before)
            self._count(before, -1)
        self.claims[claim.id] = claim
        self._count(claim, +1)
        yield claim

    def _check_new(self, claim: Claim, now: datetime) -> Iterator[Place]:
        _must(self._open(now), "units are claimed while the sale is not open")
        _must(claim.quantity <= self.left, f"{claim.quantity} units are claimed when {self.left} are left")
        _must(claim.place == len(self.claims) + 1, f"claim {claim.place} follows claim {len(self.claims)}")
        _must(claim.total == self._terms.sale_price.times(claim.quantity), "a claim has a wrong price")
        have, limit = self.units_of[claim.customer_id], self._terms.per_customer_limit
        _must(
            have + claim.quantity <= limit, f"a customer with {have} units claims {claim.quantity}; {limit} are allowed"
        )
        if claim.place_id is None:
            _must(not self.waiting and not self.lobby, "somebody got past the line")
            return
        first = next(iter(self.waiting.values()), None)
        _must(claim.place_id == first, "somebody in line was served before the first")
        yield self._put(replace(self.places[claim.place_id], state=PlaceState.SERVED, claim_id=claim.id))

    def _check_further(self, event: Any, before: Claim) -> None:
        claim: Claim = event.claim
        same = replace(claim, state=before.state, payment_id=before.payment_id, order_id=before.order_id)
        _must(same == before, "a claim has become another")
        if isinstance(event, ClaimLapsed):
            _must(event.time >= claim.expires_at, "a hold lapses before its time")
        if isinstance(event, ClaimWithdrawn):
            _must(self.cancelled, "a hold is withdrawn in a sale that goes on")
        if isinstance(event, UnitsPaid):
            _must(claim.payment_id == before.payment_id, "a claim is paid with another payment")
        if isinstance(event, PaymentStarted):
            self._check_keys(event)

    def _check_keys(self, event: PaymentStarted) -> None:
        self.by_key[event.claim.id] = event.limit_keys
        for key in event.limit_keys:
            sharing = [c for c in self.claims.values() if key in self.by_key.get(c.id, ()) and c.id != event.claim.id]
            have = sum(claim.quantity for claim in sharing if claim.state in (_PAYING, _PAID))
            _must(have + event.claim.quantity <= self._terms.per_customer_limit, "a card gets more units than allowed")

    def _count(self, claim: Claim, sign: int) -> None:
        self.units[claim.state] += sign * claim.quantity
        if holds_units(claim):
            self.units_of[claim.customer_id] += sign * claim.quantity

    def _place(self, event: Any) -> Place:
        place: Place = event.place
        before = self.places.get(place.id)
        if isinstance(event, LineJoined):
            mine = [p for p in self.places.values() if p.customer_id == place.customer_id and p.state in ACTIVE]
            _must(before is None and not mine, "a customer joins twice")
            _must(place.number in (0, self.numbers + 1), f"number {place.number} follows {self.numbers} in line")
        else:
            _must(before is not None and before.state in ACTIVE, "a place ends that was none")
        if isinstance(event, PlaceEnded):
            self._check_end(place, event.time)
        return self._put(place)

    def _check_end(self, place: Place, now: datetime) -> None:
        sold, terms = self.units[_PAID], self._terms
        true = {
            EndReason.SOLD_OUT: sold == terms.quantity_limit,
            EndReason.LIMIT: self.units_of[place.customer_id] >= terms.per_customer_limit,
            EndReason.CANCELLED: self.cancelled,
            EndReason.ENDED: now >= terms.end_time,
        }
        _must(place.reason is not None and true[place.reason], f"a place ends as {place.reason}, which is not so")

    def _put(self, place: Place) -> Place:
        self.places[place.id] = place
        self.lobby.pop(place.id, None)
        self.waiting.pop(place.number, None)
        if place.state is PlaceState.LOBBY:
            self.lobby[place.id] = None
        elif place.state is PlaceState.WAITING:
            self.waiting[place.number] = place.id
        self.numbers = max(self.numbers, place.number)
        return place

    def _draw(self, event: SaleDrawn) -> Iterator[Place]:
        seed = bytes.fromhex(event.seed)
        _must(sha256(seed).hexdigest() == self.commitment, "the lobby is drawn with another seed than committed to")
        _must(not self.numbers and event.count == len(self.lobby), "the lobby is drawn twice, or not all of it")
        order = sorted(self.lobby, key=lambda place_id: sha256(seed + place_id.bytes).digest())
        self.seed = event.seed
        for number, place_id in enumerate(order, 1):
            yield self._put(replace(self.places[place_id], state=PlaceState.WAITING, number=number))

    def _close(self, event: SaleClosed) -> None:
        _must(not self.closed, "the sale is closed twice")
        _must(self.units[_HELD] + self.units[_PAYING] == 0, "the sale is closed while units are held")
        _must(not self.waiting and not self.lobby, "the sale is closed while people wait")
        _must(event.returned == self.left, f"{event.returned} units go back to the stock, {self.left} are left")
        self.closed = True


class Teller(Protocol):
    """Who turns what happened into a story."""

    def happened(self, event: SaleEvent) -> None:
        """An event was committed."""
        ...


class Checks:
    """Watches over the books of one schedule. ``fail`` is told of violations; ``counts`` say what was looked at."""

    def __init__(self, books: Books, bank: Bank, fail: Callable[[Exception], None], teller: Teller) -> None:
        self.fold = Fold()
        self.commits = 0
        self.counts: Counter[str] = Counter()
        self._books = books
        self._bank = bank
        self._fail = fail
        self._teller = teller
        self._ledger = SALE_LEDGER.of(books.sale.id)
        # Every version of a claim or place, with the commit that made it.
        self._versions: dict[UUID, list[tuple[int, Claim | Place]]] = {}
        self._answered: set[UUID] = set()
        self._initial_stock = books.stock + books.sale.terms.quantity_limit
        for data in books.logs[self._ledger]:
            self._happen(_events.decode(data))

    def committed(self, committed: Committed) -> None:
        """A commit was made: follow it, and hold it against the rows."""
        self.commits += 1
        self._guarded(self._follow, committed)

    def answered(self, command: Any, reply: Any, since: int) -> None:
        """An answer came to somebody. ``since`` are the commits that were made when they first asked."""
        self.counts["answers"] += 1
        self._guarded(self._check_answer, command, reply, since)

    def _guarded(self, check: Callable[..., None], *args: Any) -> None:
        try:
            check(*args)
        except Violation as violation:
            self._fail(violation)

    def _follow(self, committed: Committed) -> None:
        before = self.fold.seq
        for publication in committed.publications:
            if publication.channel == self._ledger:
                _must(publication.seq == self.fold.seq + 1, f"event {publication.seq} follows event {self.fold.seq}")
                self._happen(_events.decode(publication.data))
        self.counts["commits"] += 1
        if self.fold.seq > before:
            self._compare_counts()

    def _happen(self, event: SaleEvent) -> None:
        self.counts["events"] += 1
        self._teller.happened(event)
        for changed in self.fold.happen(event):
            self._versions.setdefault(changed.id, []).append((self.commits, changed))
            rows: Mapping[UUID, Claim | Place] = (
                self._books.claims if isinstance(changed, Claim) else self._books.places
            )
            _must(changed.id in rows, "an event tells of a row that is not there")
        if isinstance(event, UnitsPaid):
            self._check_paid(event.claim)

    def _check_paid(self, claim: Claim) -> None:
        assert claim.payment_id is not None
        paid = self._bank.net(claim.payment_id)
        _must(paid == claim.total.amount, f"a claim of {claim.total.amount} is paid with {paid}")

    def _compare_counts(self) -> None:
        row, units = self._books.sale, self.fold.units
        told = (units[_HELD] + units[_PAYING], units[_PAID])
        _must(
            (row.held, row.sold) == told,
            f"the log tells of {told} units held and sold, stored are {row.held, row.sold}",
        )

    def _check_answer(self, command: Any, reply: Any, since: int) -> None:
        match reply:
            case Claim() | Place():
                self._check_version(reply, since)
            case PayAnswer():
                self._check_version(reply.claim, since)
            case LinePosition():
                self._check_version(reply.place, since)
            case IdReused():
                raise Violation("an id that was used once is refused as used before")
            case ClaimNotFound() if isinstance(command, GiveBack | Pay):
                _must(command.claim_id not in self._answered, "a claim that was answered is not known any more")
            case PlaceNotFound() if isinstance(command, LeaveLine):
                _must(command.place_id not in self._answered, "a place that was answered is not known any more")
            case PlaceNotFound() if isinstance(command, ShowPosition):
                raise Violation("who took a place is told of none")
            case SoldOut():
                _must(reply.left < command.quantity or reply.waiting > 0, "units that are free are refused as sold out")

    def _check_version(self, told: Claim | Place, since: int) -> None:
        """What was told must have been committed, and not be over when it was asked for."""
        self._answered.add(told.id)
        versions = self._versions.get(told.id, [])
        over = [commit for commit, _ in versions[1:]] + [self.commits + 1]
        true = any(told == version and until > since for (_, version), until in zip(versions, over, strict=False))
        what = "claim" if isinstance(told, Claim) else "place"
        _must(true, f"an answer tells of a {what} that is {told.state}, which was not so or not any more")

    # --- in the end -------------------------------------------------------------------------------------------------

    def hanging(self) -> str:
        """What is not settled yet; empty when all is."""
        fold, books = self.fold, self._books
        if not fold.closed:
            return "the sale is not closed"
        payments = [p for p in books.payments.values() if p["status"] in ("pending", "needs_action", "refunding")]
        return f"{len(payments)} payments have no outcome" if payments else ""

    def at_end(self, *, demand: bool) -> None:
        """Everything has settled. ``demand``: more people wanted a unit until the end than there were."""
        self._compare_rows()
        self._compare_money()
        fold, books = self.fold, self._books
        _must(books.wake_at is None, "a closed sale wants to be woken")
        _must(not fold.waiting and not fold.lobby, "somebody waits in a closed sale")
        sold = fold.units[_PAID]
        _must(books.stock + sold == self._initial_stock, "units were lost between sale and stock")
        if demand and not (fold.cancelled or fold.ended_early):
            _must(fold.left == 0, f"{fold.left} units are left though people wanted them")

    def _compare_rows(self) -> None:
        fold, books = self.fold, self._books
        _must(fold.claims == books.claims, "the claims are not what the log tells")
        _must(fold.places == books.places, "the places are not what the log tells")
        row = books.sale
        stored = (row.terms, row.cancelled, row.closed, row.seed, row.last_place)
        told = (fold.terms, fold.cancelled, fold.closed, fold.seed, len(fold.claims))
        _must(stored == told, "the sale is not what its log tells")

    def _compare_money(self) -> None:
        paid = {claim.payment_id: claim for claim in self.fold.claims.values() if claim.state is _PAID}
        for payment_id in self._bank.charges:
            claim, net = paid.pop(payment_id, None), self._bank.net(payment_id)
            wanted = claim.total.amount if claim else 0
            _must(net == wanted, f"a customer has paid {net} for units worth {wanted}")
        _must(not paid, "units were paid for without a charge")
        orders = sorted(order.claim_id for order in self._books.orders.values())
        _must(
            orders == sorted(c.id for c in self.fold.claims.values() if c.state is _PAID),
            "orders are not what was paid",
        )
        self._compare_cards()

    def _compare_cards(self) -> None:
        if LimitBy.CARD not in self._books.sale.terms.limit_by:
            return
        by_card: Counter[str] = Counter()
        for claim in self.fold.claims.values():
            if claim.state is _PAID and claim.payment_id is not None:
                method = self._books.payments[claim.payment_id]["payment_method"]
                by_card[self._bank.cards[method].number] += claim.quantity
        _must(max(by_card.values(), default=0) <= self.fold.most_allowed, "one card has more units than allowed")


def _must(true: bool, otherwise: str) -> None:
    if not true:
        raise Violation(otherwise)


def _was(before: Claim | None) -> str:
    return f"that was {before.state}" if before else "that was not there"

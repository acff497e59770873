"""A sale against a model of it: whatever comes in whatever order, both say the same and nothing is ever oversold.

The model knows nothing of events or units counted along the way: it keeps rows and adds them up whenever it is asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from actors.flash_sale import Cancel, Edit, End
from actors.runtime.ports import Reminded
from fastshop.contract.base import Refusal
from fastshop.contract.flash_sales import CLAIM_EVENTS, Claim, ClaimState, SaleClosed, UnitsPaid
from fastshop.contract.lines import Place
from fastshop.fairness import ahead_of, drawn_order
from tests.actors.stage import ANN, BOB, CARL, SECRET, START, TERMS, Stage, edited, memory, place_id

CUSTOMERS = st.sampled_from([ANN, BOB, CARL, UUID(int=14)])
NUMBERS = st.integers(1, 12)
PAYMENTS = st.integers(1, 4)
UNITS = 4
MOST_GIVEN_UP = 20
SEED = sha256(b"draw" + SECRET).digest()


@dataclass
class Row:
    """A claim as the model keeps it."""

    customer: UUID
    quantity: int
    place: int
    until: datetime
    state: str = "held"
    payment: int | None = None

    @property
    def kept(self) -> bool:
        return self.state in ("held", "paying", "paid")


@dataclass
class Waits:
    """A place in line as the model keeps it."""

    customer: UUID
    quantity: int
    state: str = "waiting"


@dataclass
class Model:
    """What the rules of a sale say, in the plainest words. The claim of a place has the place's number, negative."""

    quantity: int = UNITS
    limit: int = 3
    end: datetime = TERMS.end_time
    cancelled: bool = False
    closed: int | None = None
    rows: dict[int, Row] = field(default_factory=dict)
    places: dict[int, Waits] = field(default_factory=dict)
    # The numbers that were given so far.
    numbered: list[int] = field(default_factory=list)

    def live(self, now: datetime) -> Iterator[Row]:
        """The claims whose units nobody else may have."""
        for row in self.rows.values():
            if row.state in ("paying", "paid") or (row.state == "held" and row.until > now):
                yield row

    def phase(self, now: datetime) -> str:
        if self.cancelled:
            return "cancelled"
        if now < START:
            return "upcoming"
        return "open" if now < self.end else "ended"

    def free(self, now: datetime) -> int:
        return self.quantity - sum(row.quantity for row in self.live(now))

    def of(self, customer: UUID, now: datetime) -> int:
        return sum(row.quantity for row in self.live(now) if row.customer == customer)

    def sweep(self, now: datetime) -> None:
        """What is over is seen to be over."""
        for row in self.rows.values():
            if row.state == "held" and row.until <= now:
                row.state = "lapsed"

    def counted(self) -> int:
        """Units that are out of the seller's hands until somebody looks again."""
        return sum(row.quantity for row in self.rows.values() if row.kept)

    def sold(self) -> int:
        return sum(row.quantity for row in self.rows.values() if row.state == "paid")

    def given_up(self, customer: UUID) -> int:
        """How often a customer gave up what they had, or let it lapse."""
        rows = sum(row.customer == customer and row.state in ("given_back", "lapsed") for row in self.rows.values())
        return rows + sum(place.customer == customer and place.state == "left" for place in self.places.values())

    def hold(self, number: int, customer: UUID, quantity: int, now: datetime) -> str:
        row = self.rows.get(number)
        if row is not None:
            return row.state if (row.customer, row.quantity) == (customer, quantity) else "id_reused"
        if self.phase(now) != "open":
            return "flash_sales.not_open"
        if self.given_up(customer) >= MOST_GIVEN_UP:
            return "flash_sales.gave_up_too_often"
        if self.of(customer, now) + quantity > self.limit:
            return "flash_sales.over_limit"
        if quantity > self.free(now) or any(self.active()):
            return "flash_sales.sold_out"
        self.sweep(now)
        self.take(number, customer, quantity, now)
        return "held"

    def take(self, number: int, customer: UUID, quantity: int, now: datetime) -> None:
        self.rows[number] = Row(customer, quantity, len(self.rows) + 1, now + timedelta(seconds=60))

    def active(self) -> list[int]:
        """Who waits, the first first, and who is in the lobby."""
        waiting = [number for number in self.numbered if self.places[number].state == "waiting"]
        return waiting + [number for number, place in self.places.items() if place.state == "lobby"]

    def join(self, number: int, customer: UUID, quantity: int, now: datetime) -> str:
        known = self.places.get(number)
        if known is not None:
            return known.state if (known.customer, known.quantity) == (customer, quantity) else "id_reused"
        for active in self.active():
            if self.places[active].customer == customer:
                return self.places[active].state
        if self.phase(now) in ("ended", "cancelled"):
            return "flash_sales.not_open"
        if self.given_up(customer) >= MOST_GIVEN_UP:
            return "flash_sales.gave_up_too_often"
        if self.of(customer, now) >= self.limit:
            return "flash_sales.over_limit"
        if self.sold() == self.quantity:
            return "flash_sales.sold_out"
        self.places[number] = Waits(customer, quantity, "lobby")
        if self.phase(now) == "open":
            self.queue(number, now)
        return self.places[number].state

    def queue(self, number: int, now: datetime) -> None:
        place = self.places[number]
        place.state = "joining"
        alone = not self.active()
        self.draw()
        place.state = "waiting"
        self.numbered.append(number)
        if alone and self.free(now):
            self.sweep(now)
            self.serve(now)

    def draw(self) -> None:
        lobby = [number for number, place in self.places.items() if place.state == "lobby"]
        for drawn in drawn_order(SEED, [place_id(number) for number in lobby]):
            self.places[drawn.int - 4000].state = "waiting"
            self.numbered.append(drawn.int - 4000)

    def serve(self, now: datetime) -> None:
        """Units that nobody has go down the line."""
        if self.phase(now) != "open" or "lobby" in (place.state for place in self.places.values()):
            return
        for number in self.active():
            free, place = self.quantity - self.counted(), self.places[number]
            have = sum(row.quantity for row in self.rows.values() if row.customer == place.customer and row.kept)
            quantity = min(place.quantity, free, self.limit - have)
            if not free:
                return
            place.state = "served" if quantity > 0 else "ended"
            if quantity > 0:
                self.take(-number, place.customer, quantity, now)

    def leave(self, number: int, customer: UUID) -> str:
        place = self.places.get(number)
        if place is None or place.customer != customer:
            return "flash_sales.place_not_found"
        if place.state in ("served", "ended"):
            return "flash_sales.place_over"
        place.state = "left"
        return place.state

    def give_back(self, number: int, customer: UUID, now: datetime) -> str:
        row = self.rows.get(number)
        if row is None or row.customer != customer:
            return "flash_sales.claim_not_found"
        if row.state == "paying":
            return "flash_sales.payment_under_way"
        if row.state in ("paid", "lapsed", "withdrawn"):
            return "flash_sales.claim_over"
        if row.state == "held":
            row.state = "given_back"
            self.serve(now)
        return row.state

    def start(self, number: int, customer: UUID, payment: int, now: datetime) -> str:
        row = self.rows.get(number)
        if row is None or row.customer != customer:
            return "flash_sales.claim_not_found"
        if row.payment == payment:
            return row.state
        if row.state == "paying":
            return "flash_sales.payment_under_way"
        if row.state != "held" or row.until <= now or self.cancelled:
            return "flash_sales.claim_over"
        row.state, row.payment = "paying", payment
        return row.state

    def record(self, number: int, payment: int, failure: str, now: datetime) -> str:
        row = self.rows.get(number)
        if row is None:
            return "flash_sales.claim_not_found"
        if row.state == "paying" and row.payment == payment:
            row.state = "paid" if not failure else self.unpaid(row, now)
            if row.state not in ("paid", "held"):
                self.serve(now)
        return row.state

    def unpaid(self, row: Row, now: datetime) -> str:
        if self.cancelled:
            return "withdrawn"
        return "held" if row.until > now else "lapsed"

    def remind(self, now: datetime) -> None:
        if self.phase(now) == "open" and "lobby" in (place.state for place in self.places.values()):
            self.draw()
            return
        self.sweep(now)
        if self.cancelled:
            for row in self.rows.values():
                row.state = "withdrawn" if row.state == "held" else row.state
        self.serve(now)
        over = self.phase(now) in ("ended", "cancelled")
        if over or self.sold() == self.quantity:
            for number in self.active():
                self.places[number].state = "ended"
        if over and self.closed is None and not any(row.state in ("held", "paying") for row in self.rows.values()):
            self.closed = self.free(now)

    def edit(self, quantity: int, end: datetime, now: datetime) -> str:
        if (quantity, end) == (self.quantity, self.end):
            return "ok"
        if self.phase(now) in ("ended", "cancelled"):
            return "flash_sales.over"
        if quantity < self.counted() or quantity < self.limit or end <= max(now, START):
            return "flash_sales.terms_refused"
        self.quantity, self.end = quantity, end
        self.serve(now)
        return "ok"

    def stop(self, now: datetime) -> str:
        phase = self.phase(now)
        if phase == "cancelled":
            return "flash_sales.over"
        if phase == "upcoming":
            return "flash_sales.not_open"
        self.end = now if phase == "open" else self.end
        return "ok"

    def cancel(self, now: datetime) -> str:
        if self.phase(now) == "ended":
            return "flash_sales.over"
        self.cancelled = True
        return "ok"


class SaleMachine(RuleBasedStateMachine):
    """Customers, a seller and a clock, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage(edited(quantity_limit=UNITS))
        self.model = Model()
        self.paid: dict[UUID, Claim] = {}

    @initialize(seconds=st.sampled_from([-10, 0, 3500]))
    def begin(self, seconds: int) -> None:
        self.stage.turn(seconds=seconds)

    def answered(self, ask: Any) -> str:
        try:
            reply = ask()
        except Refusal as refusal:
            return refusal.code
        return reply.state.value if isinstance(reply, Claim | Place) else "ok"

    @rule(number=NUMBERS, customer=CUSTOMERS, quantity=st.integers(1, 4))
    def hold(self, number: int, customer: UUID, quantity: int) -> None:
        expected = self.model.hold(number, customer, quantity, self.stage.now)
        assert self.answered(lambda: self.stage.hold(number, customer, quantity)) == expected

    @rule(number=st.integers(1, 6), customer=CUSTOMERS, quantity=st.integers(1, 4))
    def join(self, number: int, customer: UUID, quantity: int) -> None:
        expected = self.model.join(number, customer, quantity, self.stage.now)
        assert self.answered(lambda: self.stage.join(number, customer, quantity)) == expected

    @rule(customer=CUSTOMERS, quantity=st.integers(1, 2))
    def join_anew(self, customer: UUID, quantity: int) -> None:
        self.join(len(self.model.places) + 7, customer, quantity)

    @precondition(lambda self: self.model.places)
    @rule(data=st.data(), own=st.booleans())
    def leave(self, data: st.DataObject, own: bool) -> None:
        number = data.draw(st.sampled_from(sorted(self.model.places)))
        customer = self.model.places[number].customer if own else ANN
        expected = self.model.leave(number, customer)
        assert self.answered(lambda: self.stage.leave(number, customer)) == expected

    @precondition(lambda self: len(self.model.rows) > 3)
    @rule(really=st.integers(0, 4))
    def end(self, really: int) -> None:
        if really == 0:
            expected = self.model.stop(self.stage.now)
            assert self.answered(lambda: self.stage.tell(End())) == expected

    @rule(customer=CUSTOMERS, quantity=st.integers(1, 2))
    def hold_anew(self, customer: UUID, quantity: int) -> None:
        self.hold(len(self.model.rows) + 1, customer, quantity)

    @rule(number=NUMBERS, customer=CUSTOMERS)
    def give_back(self, number: int, customer: UUID) -> None:
        expected = self.model.give_back(number, customer, self.stage.now)
        assert self.answered(lambda: self.stage.give_back(number, customer)) == expected

    @precondition(lambda self: self.model.rows)
    @rule(data=st.data())
    def give_back_ones_own(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.model.rows)))
        self.give_back(number, self.model.rows[number].customer)

    @rule(number=NUMBERS, customer=CUSTOMERS, payment=PAYMENTS)
    def start(self, number: int, customer: UUID, payment: int) -> None:
        expected = self.model.start(number, customer, payment, self.stage.now)
        assert self.answered(lambda: self.stage.start(number, payment, customer)) == expected

    @precondition(lambda self: self.model.rows)
    @rule(data=st.data(), payment=PAYMENTS)
    def start_ones_own(self, data: st.DataObject, payment: int) -> None:
        number = data.draw(st.sampled_from(sorted(self.model.rows)))
        self.start(number, self.model.rows[number].customer, payment)

    @rule(number=NUMBERS, payment=PAYMENTS, failure=st.sampled_from(["", "card_declined"]))
    def record(self, number: int, payment: int, failure: str) -> None:
        expected = self.model.record(number, payment, failure, self.stage.now)
        assert self.answered(lambda: self.stage.record(number, payment, failure)) == expected

    @precondition(lambda self: any(row.state == "paying" for row in self.model.rows.values()))
    @rule(data=st.data(), failure=st.sampled_from(["", "card_declined"]))
    def record_one_under_way(self, data: st.DataObject, failure: str) -> None:
        under_way = [number for number, row in self.model.rows.items() if row.state == "paying"]
        number = data.draw(st.sampled_from(sorted(under_way)))
        payment = self.model.rows[number].payment
        assert payment is not None
        self.record(number, payment % 4 + 1, failure)  # that of somebody else, or one that is over
        self.record(number, payment, failure)

    @rule(seconds=st.sampled_from([0.5, 10, 30, 59, 60, 600]))
    def time_passes(self, seconds: float) -> None:
        self.stage.turn(seconds=seconds)

    @rule()
    def remind(self) -> None:
        self.model.remind(self.stage.now)
        self.stage.tell(Reminded())

    @rule(quantity=st.integers(2, 9), minutes=st.sampled_from([0, 1, 30, 60, 61]))
    def edit(self, quantity: int, minutes: int) -> None:
        end = START + timedelta(minutes=minutes)
        expected = self.model.edit(quantity, end, self.stage.now)
        terms = edited(quantity_limit=quantity, end_time=end)
        assert self.answered(lambda: self.stage.tell(Edit(terms))) == expected

    @precondition(lambda self: len(self.model.rows) > 2)
    @rule(really=st.integers(0, 4))
    def cancel(self, really: int) -> None:
        if really == 0:  # seldom: it ends what is interesting
            expected = self.model.cancel(self.stage.now)
            assert self.answered(lambda: self.stage.tell(Cancel())) == expected

    @invariant()
    def never_more_than_there_is(self) -> None:
        view = self.stage.actor.view(self.stage.now)
        assert view.held_count >= 0
        assert view.sold_count >= 0
        assert view.left == view.quantity_limit - view.held_count - view.sold_count >= 0
        assert view.held_count + view.sold_count == self.model.counted()
        assert view.phase == self.model.phase(self.stage.now)

    @invariant()
    def never_more_than_a_customer_may_have(self) -> None:
        now = self.stage.now
        for customer in {row.customer for row in self.model.rows.values()}:
            assert self.model.of(customer, now) <= self.model.limit
            mine = [claim for claim in self.stage.actor.claims.values() if claim.customer_id == customer]
            counted = sum(claim.quantity for claim in mine if claim.state in ("held", "paying", "paid"))
            assert self.stage.actor.units_of[customer] == counted <= self.model.limit

    @invariant()
    def the_same_claims_in_the_same_places(self) -> None:
        theirs = {number: (row.state, row.place, row.quantity) for number, row in self.model.rows.items()}
        ours = {number_of(c): (c.state.value, c.place, c.quantity) for c in self.stage.actor.claims.values()}
        assert ours == theirs
        assert sorted(place for _, place, _ in ours.values()) == list(range(1, len(ours) + 1))

    @invariant()
    def the_same_places_in_the_same_order(self) -> None:
        line = self.stage.actor.line
        assert {key.int - 4000: place.state.value for key, place in line.places.items()} == {
            number: place.state for number, place in self.model.places.items()
        }
        assert [key.int - 4000 for key in line.numbered] == self.model.numbered
        assert [place.id.int - 4000 for place in line.active()] == self.model.active()
        shown = self.stage.actor.shown_line(self.stage.now)
        waiting = list(line.in_order())
        assert (shown.waiting, shown.front) == (len(waiting), waiting[0].number if waiting else 0)
        for ahead, place in enumerate(waiting):
            assert line.ahead_of(place) == ahead_of(shown, place.number) == ahead

    @invariant()
    def nobody_has_two_active_places(self) -> None:
        active = [place.customer_id for place in self.stage.actor.line.active()]
        assert len(active) == len(set(active))

    @invariant()
    def paid_is_final(self) -> None:
        for claim in self.paid.values():
            assert self.stage.actor.claims[claim.id] == claim
        self.paid |= {c.id: c for c in self.stage.actor.claims.values() if c.state is ClaimState.PAID}

    @invariant()
    def each_claims_history_is_one_that_may_be(self) -> None:
        for number in self.model.rows:
            mine = [e for e in self.stage.events if isinstance(e, CLAIM_EVENTS)]
            states = [e.claim.state for e in mine if number_of(e.claim) == number]  # type: ignore[attr-defined]
            assert states[0] is ClaimState.HELD
            for before, after in pairwise(states):
                assert after in _AFTER[before], (before, after)

    @invariant()
    def it_closes_once_with_what_is_left(self) -> None:
        closed = [event.returned for event in self.stage.events if isinstance(event, SaleClosed)]
        assert closed == ([] if self.model.closed is None else [self.model.closed])
        assert self.stage.actor.closed == bool(closed)

    @invariant()
    def each_sold_claim_was_told_once(self) -> None:
        told = [number_of(event.claim) for event in self.stage.events if isinstance(event, UnitsPaid)]
        assert sorted(told) == sorted(n for n, row in self.model.rows.items() if row.state == "paid")

    @invariant()
    def its_events_and_its_rows_make_it_again(self) -> None:
        remembered = memory(self.stage.actor, self.stage.now)
        assert memory(self.stage.replayed(), self.stage.now) == remembered
        assert memory(self.stage.reloaded(), self.stage.now) == remembered

    def teardown(self) -> None:
        """Left alone, it comes to an end by its own reminders once every payment has an outcome."""
        for number, row in list(self.model.rows.items()):
            if row.state == "paying" and row.payment is not None:
                self.record(number, row.payment, "gateway_closed")
        for _ in range(len(self.model.rows) + len(self.model.places) + 5):
            if self.stage.actor.wake_at(self.stage.now) is None:
                break
            self.stage.wake()
        assert self.stage.actor.closed
        assert self.stage.actor.held == 0


def number_of(claim: Claim) -> int:
    """The number by which the model knows a claim."""
    return claim.id.int - 1000 if claim.place_id is None else 4000 - claim.place_id.int


_AFTER = {
    ClaimState.HELD: {ClaimState.PAYING, ClaimState.GIVEN_BACK, ClaimState.LAPSED, ClaimState.WITHDRAWN},
    ClaimState.PAYING: {ClaimState.PAID, ClaimState.HELD},
    ClaimState.PAID: set[ClaimState](),
    ClaimState.GIVEN_BACK: set[ClaimState](),
    ClaimState.LAPSED: set[ClaimState](),
    ClaimState.WITHDRAWN: set[ClaimState](),
}

TestSaleAgainstItsModel = SaleMachine.TestCase
TestSaleAgainstItsModel.settings = settings(max_examples=100, stateful_step_count=40)

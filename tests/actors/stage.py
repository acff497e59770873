"""A flash sale without a runtime: told messages one after another, as a mailbox would, by a clock turned by hand."""

from datetime import UTC, datetime, timedelta
from typing import TypeVar, cast
from uuid import UUID

from msgspec.structs import replace

from actors.flash_sale import (
    FlashSaleActor,
    Goods,
    Hold,
    Join,
    Leave,
    RecordPayment,
    Return,
    StartPayment,
    Terms,
    WaitingLine,
)
from actors.runtime.ports import Message, Reminded
from fastshop.contract.base import Event, Money
from fastshop.contract.flash_sales import Claim
from fastshop.contract.lines import Place, SaleLine
from fastshop.contract.payments import PaymentState

Reply = TypeVar("Reply")

START = datetime(2026, 11, 21, 12, tzinfo=UTC)
SALE, ANN, BOB, CARL = (UUID(int=n) for n in (1, 11, 12, 13))
GOODS = Goods(UUID(int=2), UUID(int=3), UUID(int=4), "Kettle · red", "https://pictures.test/kettle.jpg")
TERMS = Terms(
    sale_price=Money(900, "EUR"),
    original_price=Money(1500, "EUR"),
    start_time=START,
    end_time=START + timedelta(hours=1),
    quantity_limit=10,
    per_customer_limit=3,
    hold_seconds=60,
)


def claim_id(number: int) -> UUID:
    return UUID(int=1000 + number)


def place_id(number: int) -> UUID:
    return UUID(int=4000 + number)


def payment_id(number: int) -> UUID:
    return UUID(int=2000 + number)


ORDER = UUID(int=3000)
SECRET = b"only the shop knows"
# "At once" is a moment that no commit need move: the end of the twentieth of a second that it is.
AT_ONCE = timedelta(milliseconds=50)


class Stage:
    """The sale, what happened to it so far, and the time (the moment the sale starts, until it is turned)."""

    def __init__(self, terms: Terms = TERMS) -> None:
        self.terms = terms
        self.actor = FlashSaleActor(SALE, GOODS, terms, secret=SECRET)
        self.now = START
        self.events: list[Event] = []

    def tell(self, message: Message[Reply]) -> Reply:
        """Have it decided and applied; the answer, or the refusal raised."""
        decision = self.actor.decide(message, self.now)
        for event in decision.events:
            self.actor.apply(event)
        self.events.extend(decision.events)
        return cast("Reply", decision.reply)

    def turn(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    def wake(self) -> list[str]:
        """Turn the clock to when it wants to be woken, wake it; the types of what happened."""
        moment = self.actor.wake_at(self.now)
        assert moment is not None, "it wants to sleep for ever"
        self.now = max(self.now, moment)
        return self.remind()

    def remind(self) -> list[str]:
        before = len(self.events)
        self.tell(Reminded())
        return [event.tag() for event in self.events[before:]]

    def hold(self, number: int, customer: UUID = ANN, quantity: int = 1) -> Claim:
        return self.tell(Hold(claim_id(number), customer, quantity))

    def id_of(self, number: int) -> UUID:
        """The id of a claim; one that was made for a place has the place's number, negative."""
        if number > 0:
            return claim_id(number)
        made = self.actor.line.places[place_id(-number)].claim_id
        assert made is not None
        return made

    def give_back(self, number: int, customer: UUID = ANN) -> Claim:
        return self.tell(Return(self.id_of(number), customer))

    def join(self, number: int, customer: UUID = ANN, quantity: int = 1) -> Place:
        return self.tell(Join(place_id(number), customer, quantity))

    def leave(self, number: int, customer: UUID = ANN) -> Place:
        return self.tell(Leave(place_id(number), customer))

    def start(self, number: int, payment: int = 1, customer: UUID = ANN) -> Claim:
        return self.tell(StartPayment(self.id_of(number), customer, payment_id(payment)))

    def record(self, number: int, payment: int = 1, failure: str = "") -> Claim:
        outcome = PaymentState.FAILED if failure else PaymentState.SUCCEEDED
        return self.tell(RecordPayment(self.id_of(number), payment_id(payment), ORDER, outcome, failure))

    def buy(self, number: int, customer: UUID = ANN, quantity: int = 1) -> Claim:
        self.hold(number, customer, quantity)
        self.start(number, number, customer)
        return self.record(number, number)

    def replayed(self) -> FlashSaleActor:
        """A sale to which the same happened."""
        actor = FlashSaleActor(SALE, GOODS, self.terms, secret=SECRET)
        for event in self.events:
            actor.apply(event)
        return actor

    def reloaded(self) -> FlashSaleActor:
        """A sale read back from what a store keeps of it: its own fields, its claims and its places."""
        known = self.actor
        actor = FlashSaleActor(SALE, GOODS, known.terms, known.cancelled, known.closed, known.last_place)
        actor.secret, actor.seed, actor.drawn, actor.commitment = SECRET, known.seed, known.drawn, known.commitment
        for claim in sorted(known.claims.values(), key=lambda claim: claim.place):
            actor.put(claim, known.limit_keys.get(claim.id, ()))
        actor.line = WaitingLine.of(sorted(known.line.places.values(), key=lambda place: place.joined))
        return actor


def edited(**changes: object) -> Terms:
    return replace(TERMS, **changes)


def memory(actor: FlashSaleActor, now: datetime) -> dict[str, object]:
    """Everything about a sale that may matter to a later decision."""
    return {
        "view": actor.view(now),
        "terms": actor.terms,
        "claims": actor.claims,
        "last_place": actor.last_place,
        "units_of": {customer: units for customer, units in actor.units_of.items() if units},
        "given_up": actor.given_up,
        "left": actor.line.left,
        "flags": (actor.cancelled, actor.closed),
        "drawn": (actor.seed, actor.drawn),
        "places": actor.line.places,
        "latest": actor.line.latest,
        "order": [place.id for place in actor.line.active()],
        "last_number": actor.line.last_number,
        "keys": {key: units for key, units in actor.units_by_key.items() if units},
        "desk": replace(actor.desk(1, now), line=SaleLine()),  # the outlook in it is of the last second
        "wake_at": actor.wake_at(now),
    }

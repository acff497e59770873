"""The sale's decisions, one by one: every message in every state of a claim and in every phase of a sale."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from actors.flash_sale import Cancel, Edit, FlashSaleActor, Terms
from actors.runtime.ports import Message
from fastshop.contract.base import IdReused, Money, Refusal
from fastshop.contract.flash_sales import (
    ClaimNotFound,
    ClaimOver,
    ClaimState,
    GaveUpTooOften,
    OverLimit,
    Phase,
    SaleClosed,
    SaleEvent,
    SaleNotOpen,
    SaleOver,
    SoldOut,
    TermsRefused,
)
from fastshop.contract.lines import PlaceState
from tests.actors.stage import (
    ANN,
    AT_ONCE,
    BOB,
    CARL,
    GOODS,
    ORDER,
    SALE,
    SECRET,
    START,
    TERMS,
    Stage,
    claim_id,
    edited,
    memory,
    payment_id,
)


def in_state(state: str) -> Stage:
    """A sale in which Ann's first claim is in this state, and Bob's second one is held."""
    stage = Stage()
    stage.hold(1, ANN, 2)
    stage.hold(2, BOB)
    if state in ("paying", "paid", "declined"):
        stage.start(1)
    if state == "paid":
        stage.record(1)
    if state == "declined":
        stage.record(1, failure="card_declined")
    if state == "given_back":
        stage.give_back(1)
    if state in ("overdue", "lapsed"):
        stage.turn(seconds=60)
    if state == "lapsed":
        stage.remind()
    return stage


Ask = Callable[[Stage], Any]
ASKED: dict[str, Ask] = {
    "hold": lambda stage: stage.hold(1, ANN, 2),
    "hold other": lambda stage: stage.hold(1, ANN, 1),
    "hold by bob": lambda stage: stage.hold(1, BOB, 2),
    "return": lambda stage: stage.give_back(1),
    "return by bob": lambda stage: stage.give_back(1, BOB),
    "start": lambda stage: stage.start(1, 1),
    "start anew": lambda stage: stage.start(1, 2),
    "start by bob": lambda stage: stage.start(1, 1, BOB),
    "succeed": lambda stage: stage.record(1, 1),
    "fail": lambda stage: stage.record(1, 1, "card_declined"),
    "succeed other": lambda stage: stage.record(1, 2),
}
UNDER_WAY = ("payment_under_way", {"payment_id": payment_id(1)})


def over(state: str) -> tuple[str, dict[str, Any]]:
    return ("claim_over", {"state": state})


# What is asked about the claim × the state it is in -> the state answered, or the refusal and its facts.
TABLE: dict[str, dict[str, Any]] = {
    "held": {"hold": "held", "return": "given_back", "start": "paying", "start anew": "paying",
             "succeed": "held", "fail": "held", "succeed other": "held"},
    "overdue": {"hold": "held", "return": "given_back", "start": over("lapsed"), "start anew": over("lapsed"),
                "succeed": "held", "fail": "held", "succeed other": "held"},
    "paying": {"hold": "paying", "return": UNDER_WAY, "start": "paying", "start anew": UNDER_WAY,
               "succeed": "paid", "fail": "held", "succeed other": "paying"},
    "declined": {"hold": "held", "return": "given_back", "start": "held", "start anew": "paying",
                 "succeed": "held", "fail": "held", "succeed other": "held"},
    "paid": {"hold": "paid", "return": over("paid"), "start": "paid", "start anew": over("paid"),
             "succeed": "paid", "fail": "paid", "succeed other": "paid"},
    "given_back": {"hold": "given_back", "return": "given_back", "start": over("given_back"),
                   "start anew": over("given_back"), "succeed": "given_back", "fail": "given_back",
                   "succeed other": "given_back"},
    "lapsed": {"hold": "lapsed", "return": over("lapsed"), "start": over("lapsed"), "start anew": over("lapsed"),
               "succeed": "lapsed", "fail": "lapsed", "succeed other": "lapsed"},
}  # fmt: skip
CASES = [(state, asked, expected) for state, row in TABLE.items() for asked, expected in row.items()]


@pytest.mark.parametrize(("state", "asked", "expected"), CASES)
def test_every_message_has_one_outcome_in_every_state_of_a_claim(state: str, asked: str, expected: Any) -> None:
    stage = in_state(state)
    before, happened = memory(stage.actor, stage.now), len(stage.events)
    if isinstance(expected, tuple):
        code, facts = expected
        with pytest.raises(Refusal) as refused:
            ASKED[asked](stage)
        assert (refused.value.code, refused.value.facts()) == (f"flash_sales.{code}", facts)
        assert (memory(stage.actor, stage.now), len(stage.events)) == (before, happened)
    else:
        answered = ASKED[asked](stage)
        assert answered == stage.actor.claims[claim_id(1)]
        assert answered.state == expected
        assert (stage.actor.claims[claim_id(2)].state is ClaimState.LAPSED) == (state == "lapsed")


@pytest.mark.parametrize("state", TABLE)
@pytest.mark.parametrize(
    ("asked", "refusal"),
    [("hold other", IdReused), ("hold by bob", IdReused), ("return by bob", ClaimNotFound),
     ("start by bob", ClaimNotFound)],
)  # fmt: skip
def test_a_claim_is_its_customers_alone_in_every_state(state: str, asked: str, refusal: type[Refusal]) -> None:
    stage = in_state(state)
    before = memory(stage.actor, stage.now)
    with pytest.raises(refusal):
        ASKED[asked](stage)
    assert memory(stage.actor, stage.now) == before


@pytest.mark.parametrize("ask", [Stage.give_back, Stage.start, Stage.record])
def test_a_claim_that_never_was_is_not_found(ask: Callable[[Stage, int], Any]) -> None:
    stage = in_state("held")
    with pytest.raises(ClaimNotFound):
        ask(stage, 9)


@pytest.mark.parametrize("state", TABLE)
@pytest.mark.parametrize("asked", ["hold", "return", "start", "succeed", "fail"])
def test_what_is_asked_twice_is_answered_the_same_and_changes_nothing_more(state: str, asked: str) -> None:
    stage = in_state(state)
    try:
        first = ASKED[asked](stage)
    except Refusal as refusal:
        first = (refusal.code, refusal.facts())
    before, happened = memory(stage.actor, stage.now), len(stage.events)
    try:
        second = ASKED[asked](stage)
    except Refusal as refusal:
        second = (refusal.code, refusal.facts())
    assert second == first
    assert (memory(stage.actor, stage.now), len(stage.events)) == (before, happened)


# --- holding --------------------------------------------------------------------------------------------------------


def test_a_hold_says_its_place_its_total_and_until_when() -> None:
    stage = Stage()
    stage.hold(1, BOB)
    stage.turn(seconds=7)
    claim = stage.hold(2, ANN, 3)
    assert (claim.id, claim.sale_id, claim.customer_id, claim.quantity) == (claim_id(2), SALE, ANN, 3)
    assert (claim.place, claim.total, claim.state) == (2, Money(2700, "EUR"), ClaimState.HELD)
    assert (claim.claimed_at, claim.expires_at) == (stage.now, stage.now + timedelta(seconds=60))
    assert (claim.payment_id, claim.order_id) == (None, None)
    view = stage.actor.view(stage.now)
    assert (view.held_count, view.sold_count, view.left) == (4, 0, 6)


@pytest.mark.parametrize(
    ("turned", "phase"),
    [(-1, Phase.UPCOMING), (0, Phase.OPEN), (3599, Phase.OPEN), (3600, Phase.ENDED), (9999, Phase.ENDED)],
)
def test_units_are_held_from_the_start_until_just_before_the_end(turned: int, phase: Phase) -> None:
    stage = Stage()
    stage.turn(seconds=turned)
    assert stage.actor.view(stage.now).phase is phase
    if phase is Phase.OPEN:
        assert stage.hold(1).state is ClaimState.HELD
        return
    with pytest.raises(SaleNotOpen) as refused:
        stage.hold(1)
    assert refused.value.facts() == {
        "phase": phase, "start_time": TERMS.start_time, "end_time": TERMS.end_time, "now": stage.now,
    }  # fmt: skip
    assert stage.events == []


def test_a_cancelled_sale_is_not_open_but_answers_a_claim_that_it_knows() -> None:
    stage = Stage()
    first = stage.hold(1)
    stage.tell(Cancel())
    assert stage.hold(1) == first
    with pytest.raises(SaleNotOpen) as refused:
        stage.hold(2)
    assert refused.value.phase is Phase.CANCELLED


def test_nobody_gets_more_than_the_limit_over_all_their_claims() -> None:
    stage = Stage()
    stage.hold(1, ANN, 2)
    with pytest.raises(OverLimit) as refused:
        stage.hold(2, ANN, 2)
    assert refused.value.facts() == {"limit": 3, "have": 2, "by": "customer"}
    assert stage.hold(3, BOB, 3).place == 2
    assert stage.hold(4, ANN, 1).place == 3


def test_bought_units_count_towards_the_limit_and_returned_or_lapsed_ones_do_not() -> None:
    stage = Stage()
    stage.buy(1, ANN)
    stage.hold(2, ANN, 2)
    with pytest.raises(OverLimit):
        stage.hold(3, ANN)
    stage.give_back(2)
    stage.hold(4, ANN, 2)
    stage.turn(seconds=60)
    with pytest.raises(OverLimit) as refused:
        stage.hold(5, ANN, 3)
    assert refused.value.have == 1
    assert stage.hold(6, ANN, 2).state is ClaimState.HELD


def test_who_gives_up_again_and_again_gets_no_more_of_this_sale() -> None:
    stage = Stage(edited(quantity_limit=1, per_customer_limit=1))
    for number in range(1, 8):
        stage.hold(number)
        stage.give_back(number)
    for number in range(8, 14):
        stage.hold(number)
        stage.turn(seconds=60)
        stage.remind()
    stage.hold(14, BOB)
    for number in range(1, 8):
        stage.join(number)
        stage.leave(number)
    for ask in (lambda: stage.hold(15), lambda: stage.join(8)):
        with pytest.raises(GaveUpTooOften) as refused:
            ask()
        assert refused.value.times == 20
    assert stage.hold(13).state is ClaimState.LAPSED, "what was asked before has its answer"
    assert stage.join(9, CARL).state is PlaceState.WAITING


def test_the_last_unit_goes_to_who_asks_first_and_the_next_hears_what_is_held() -> None:
    stage = Stage(edited(quantity_limit=3))
    stage.buy(1, ANN)
    stage.hold(2, BOB)
    with pytest.raises(SoldOut) as refused:
        stage.hold(3, CARL, 2)
    assert refused.value.facts() == {"left": 1, "held": 1, "waiting": 0}
    assert stage.hold(4, CARL).place == 3
    with pytest.raises(SoldOut) as refused:
        stage.hold(5, BOB)
    assert refused.value.facts() == {"left": 0, "held": 2, "waiting": 0}


def test_units_whose_time_is_over_go_to_who_asks_even_before_any_reminder() -> None:
    stage = Stage(edited(quantity_limit=4))
    stage.hold(1, ANN, 3)
    stage.turn(seconds=30)
    stage.hold(2, BOB)
    stage.turn(seconds=30)
    stage.events.clear()
    claim = stage.hold(3, CARL, 3)
    assert [event.tag() for event in stage.events] == ["flash_sales.lapsed", "flash_sales.claimed"]
    assert stage.actor.claims[claim_id(1)].state is ClaimState.LAPSED
    assert (claim.place, stage.actor.left) == (3, 0)


def test_a_refused_hold_leaves_overdue_units_to_the_reminder() -> None:
    stage = Stage(edited(quantity_limit=3))
    stage.hold(1, ANN)
    stage.turn(seconds=60)
    happened = len(stage.events)
    with pytest.raises(OverLimit):
        stage.hold(2, BOB, 4)
    assert (len(stage.events), stage.actor.held) == (happened, 1)
    assert stage.remind() == ["flash_sales.lapsed"]


# --- lapsing --------------------------------------------------------------------------------------------------------


def test_holds_lapse_in_the_order_of_their_places_each_when_its_time_is_over() -> None:
    stage = Stage()
    for number in (1, 2, 3):
        stage.hold(number, BOB)
    stage.turn(seconds=20)
    for number in (4, 5):
        stage.hold(number, ANN)
    stage.turn(seconds=39, microseconds=999_999)
    assert stage.remind() == []
    stage.turn(microseconds=1)
    stage.events.clear()
    assert stage.remind() == ["flash_sales.lapsed"] * 3
    assert [event.claim.place for event in stage.events if isinstance(event, SaleEvent)] == [1, 2, 3]  # type: ignore[union-attr]
    assert stage.wake() == ["flash_sales.lapsed"] * 2
    assert (stage.now - START, stage.actor.held) == (timedelta(seconds=80), 0)


def test_a_unit_that_is_being_paid_for_never_lapses() -> None:
    stage = in_state("paying")
    stage.turn(days=2)
    assert stage.remind() == ["flash_sales.lapsed"]  # Bob's
    assert stage.actor.claims[claim_id(1)].state is ClaimState.PAYING
    assert stage.actor.wake_at(stage.now) is None, "only the payment's outcome moves it on"
    assert stage.record(1).state is ClaimState.PAID


def test_a_payment_that_fails_after_the_holds_end_lets_it_lapse_at_once() -> None:
    stage = in_state("paying")
    stage.turn(seconds=60)
    stage.events.clear()
    claim = stage.record(1, failure="expired_card")
    assert [event.tag() for event in stage.events] == ["flash_sales.payment_failed", "flash_sales.lapsed"]
    assert claim.state is ClaimState.LAPSED
    assert stage.actor.held == 1  # Bob's, whose reminder is due


def test_a_payment_that_fails_in_time_leaves_the_hold_as_long_as_it_was() -> None:
    stage = in_state("paying")
    stage.turn(seconds=59)
    claim = stage.record(1, failure="card_declined")
    assert (claim.state, claim.expires_at) == (ClaimState.HELD, START + timedelta(seconds=60))
    assert stage.start(1, 2).state is ClaimState.PAYING
    assert stage.record(1, 1).state is ClaimState.PAYING, "what the old payment says does not count any more"
    paid = stage.record(1, 2)
    assert (paid.state, paid.payment_id, paid.order_id) == (ClaimState.PAID, payment_id(2), ORDER)


# --- ending ---------------------------------------------------------------------------------------------------------


def test_a_sale_that_is_over_returns_what_was_not_sold_once() -> None:
    stage = Stage()
    stage.buy(1, ANN, 2)
    stage.turn(hours=1)
    assert stage.wake() == ["flash_sales.closed"]
    closed = stage.events[-1]
    assert isinstance(closed, SaleClosed)
    assert (closed.returned, closed.sale) == (8, stage.actor.view(stage.now))
    assert stage.remind() == []
    assert stage.actor.wake_at(stage.now) is None


def test_what_closes_a_sale_together_with_its_last_lapses_tells_the_sale_as_it_is_after_them() -> None:
    stage = Stage()
    stage.turn(minutes=59, seconds=30)
    stage.hold(1, ANN, 3)
    stage.hold(2, BOB, 2)
    stage.turn(minutes=1)
    assert stage.remind() == ["flash_sales.lapsed"] * 2 + ["flash_sales.closed"]
    closed = stage.events[-1]
    assert isinstance(closed, SaleClosed)
    assert (closed.returned, closed.sale) == (10, stage.actor.view(stage.now))


def test_a_hold_may_still_be_paid_after_the_end_and_the_sale_closes_after_it() -> None:
    stage = Stage()
    stage.turn(minutes=59, seconds=30)
    stage.hold(1, ANN, 2)
    stage.hold(2, BOB)
    stage.turn(seconds=30)
    assert stage.remind() == []
    stage.start(1)
    assert stage.wake() == ["flash_sales.lapsed"]
    assert stage.remind() == []
    assert stage.record(1).state is ClaimState.PAID
    assert stage.actor.wake_at(stage.now) == START + timedelta(hours=1), "at once"
    assert stage.wake() == ["flash_sales.closed"]
    assert stage.actor.view(stage.now).sold_count == 2


def test_a_closed_sale_stays_over_where_a_clock_runs_behind() -> None:
    stage = Stage()
    stage.turn(hours=1)
    stage.remind()
    stage.turn(hours=-1)
    with pytest.raises(SaleNotOpen) as refused:
        stage.hold(1)
    assert refused.value.phase is Phase.ENDED
    with pytest.raises(SaleOver):
        stage.tell(Edit(edited(quantity_limit=11)))
    with pytest.raises(SaleOver):
        stage.tell(Cancel())


@pytest.mark.parametrize("phase", [Phase.UPCOMING, Phase.OPEN])
def test_a_cancelled_sale_without_holds_closes_at_once(phase: Phase) -> None:
    stage = Stage()
    stage.turn(seconds=-5 if phase is Phase.UPCOMING else 5)
    shown = stage.tell(Cancel())
    assert shown == stage.actor.view(stage.now)
    assert shown.phase is Phase.CANCELLED
    assert stage.actor.wake_at(stage.now) == stage.now + AT_ONCE
    assert stage.remind() == ["flash_sales.closed"]
    assert stage.tell(Cancel()) == shown
    assert len(stage.events) == 2


def test_cancelling_withdraws_holds_and_leaves_payments_their_time() -> None:
    stage = Stage()
    for number, customer in ((1, ANN), (2, BOB), (3, CARL), (4, CARL)):
        stage.hold(number, customer)
    stage.start(1, 1, ANN)
    stage.start(2, 2, BOB)
    stage.tell(Cancel())
    with pytest.raises(ClaimOver) as refused:
        stage.start(3, 3, CARL)
    assert refused.value.state is ClaimState.WITHDRAWN
    assert stage.give_back(4, CARL).state is ClaimState.GIVEN_BACK
    assert stage.wake() == ["flash_sales.withdrawn"]
    assert stage.actor.claims[claim_id(3)].state is ClaimState.WITHDRAWN
    assert stage.actor.wake_at(stage.now) is None, "only the outcomes of the payments move it on"
    assert stage.record(2, 2).state is ClaimState.PAID
    stage.turn(days=1)
    assert stage.record(1, 1, "card_declined").state is ClaimState.WITHDRAWN
    assert stage.wake() == ["flash_sales.closed"]
    closed = stage.events[-1]
    assert isinstance(closed, SaleClosed)
    assert (closed.returned, closed.sale.sold_count) == (9, 1)


def test_a_sale_that_is_over_cannot_be_cancelled() -> None:
    stage = Stage()
    stage.turn(hours=1)
    with pytest.raises(SaleOver) as refused:
        stage.tell(Cancel())
    assert refused.value.phase is Phase.ENDED


# --- editing --------------------------------------------------------------------------------------------------------

CHEAP = Money(100, "EUR")


@pytest.mark.parametrize(
    ("changes", "added"),
    [
        ({"quantity_limit": 25}, 15),
        ({"quantity_limit": 4}, -6),
        ({"per_customer_limit": 1}, 0),
        ({"hold_seconds": 10}, 0),
        ({"end_time": START + timedelta(days=31)}, 0),
        ({"end_time": START + timedelta(minutes=1)}, 0),
        ({"sale_price": Money(0, "EUR")}, 0),
        ({"sale_price": CHEAP, "quantity_limit": 11, "per_customer_limit": 11}, 1),
    ],
)
def test_terms_can_be_changed_while_nobody_has_claimed(changes: dict[str, Any], added: int) -> None:
    stage = Stage()
    stage.turn(seconds=5)
    shown = stage.tell(Edit(edited(**changes)))
    (event,) = stage.events
    assert (event.tag(), event.added) == ("flash_sales.edited", added)  # type: ignore[attr-defined]
    assert shown == event.sale == stage.actor.view(stage.now)  # type: ignore[attr-defined]
    assert stage.actor.terms == edited(**changes)
    assert stage.tell(Edit(edited(**changes))) == shown
    assert len(stage.events) == 1


@pytest.mark.parametrize("turned", [-60, 5])
@pytest.mark.parametrize(
    ("changes", "culprit"),
    [
        ({"end_time": START}, "end_time"),
        ({"end_time": START - timedelta(seconds=1)}, "end_time"),
        ({"end_time": START + timedelta(days=31, microseconds=1)}, "end_time"),
        ({"sale_price": Money(900, "USD")}, "sale_price"),
        ({"sale_price": Money(1500, "EUR")}, "sale_price"),
        ({"sale_price": Money(1501, "EUR")}, "sale_price"),
        ({"per_customer_limit": 11}, "per_customer_limit"),
        ({"quantity_limit": 2}, "per_customer_limit"),
    ],
)
def test_terms_that_do_not_fit_together_are_refused(turned: int, changes: dict[str, Any], culprit: str) -> None:
    refuses(Stage(), turned, changes, culprit)


@pytest.mark.parametrize(
    ("turned", "changes", "culprit"),
    [
        (5, {"quantity_limit": 4}, "quantity_limit"),
        (5, {"sale_price": CHEAP}, "sale_price"),
        (5, {"start_time": START + timedelta(seconds=30)}, "start_time"),
        (5, {"start_time": START - timedelta(seconds=30)}, "start_time"),
        (600, {"end_time": START + timedelta(seconds=600)}, "end_time"),
    ],
)
def test_terms_that_no_longer_fit_what_was_claimed_are_refused(
    turned: int, changes: dict[str, Any], culprit: str
) -> None:
    stage = Stage()
    stage.buy(1, ANN, 2)
    stage.buy(2, BOB, 3)
    refuses(stage, turned, changes, culprit)
    stage.tell(Edit(edited(quantity_limit=5)))
    assert stage.actor.left == 0


def refuses(stage: Stage, turned: int, changes: dict[str, Any], culprit: str) -> None:
    stage.turn(seconds=turned)
    before, happened = memory(stage.actor, stage.now), len(stage.events)
    with pytest.raises(TermsRefused) as refused:
        stage.tell(Edit(edited(**changes)))
    assert refused.value.field == culprit
    assert str(refused.value) == refused.value.reason
    assert (memory(stage.actor, stage.now), len(stage.events)) == (before, happened)


def test_what_one_customer_can_buy_must_fit_where_totals_are_kept() -> None:
    dear = Terms(Money(10**10, "EUR"), Money(10**13, "EUR"), TERMS.start_time, TERMS.end_time, 1000, 100, 60)
    stage = Stage(dear)
    assert stage.hold(1, ANN, 100).total == Money(10**12, "EUR")
    stage = Stage(dear)
    with pytest.raises(TermsRefused) as refused:
        stage.tell(Edit(msgspec.structs.replace(dear, per_customer_limit=101)))
    assert refused.value.field == "per_customer_limit"


def test_an_upcoming_sale_may_be_moved_and_opens_when_its_start_is_put_into_the_past() -> None:
    stage = Stage()
    stage.turn(hours=-2)
    moved = edited(start_time=START - timedelta(hours=1))
    assert stage.tell(Edit(moved)).phase is Phase.UPCOMING
    assert stage.actor.wake_at(stage.now) == moved.start_time
    opened = edited(start_time=stage.now)
    assert stage.tell(Edit(opened)).phase is Phase.OPEN
    assert stage.hold(1).state is ClaimState.HELD


def test_holds_keep_the_time_they_were_given_when_the_hold_time_is_edited() -> None:
    stage = Stage()
    before = stage.hold(1)
    stage.tell(Edit(edited(hold_seconds=10)))
    assert stage.hold(1) == before
    assert stage.hold(2, BOB).expires_at == stage.now + timedelta(seconds=10)
    assert stage.wake() == ["flash_sales.lapsed"]
    assert stage.actor.claims[claim_id(1)].state is ClaimState.HELD


def test_a_lower_limit_takes_nothing_away_but_allows_no_more() -> None:
    stage = Stage()
    stage.hold(1, ANN, 3)
    stage.tell(Edit(edited(per_customer_limit=1)))
    assert stage.actor.held == 3
    with pytest.raises(OverLimit) as refused:
        stage.hold(2, ANN)
    assert refused.value.facts() == {"limit": 1, "have": 3, "by": "customer"}


@pytest.mark.parametrize("phase", [Phase.ENDED, Phase.CANCELLED])
def test_a_sale_that_is_over_keeps_its_terms(phase: Phase) -> None:
    stage = Stage()
    if phase is Phase.CANCELLED:
        stage.tell(Cancel())
    else:
        stage.turn(hours=1)
    with pytest.raises(SaleOver) as refused:
        stage.tell(Edit(edited(quantity_limit=20)))
    assert refused.value.facts() == {"phase": phase}
    assert stage.tell(Edit(TERMS)).phase is phase, "what is so already is no change"


# --- waking ---------------------------------------------------------------------------------------------------------


def upcoming(stage: Stage) -> None:
    stage.turn(minutes=-5)


def held(stage: Stage) -> None:
    stage.hold(1)
    stage.turn(seconds=1)
    stage.hold(2)


def first_returned(stage: Stage) -> None:
    held(stage)
    stage.give_back(1)


def declined(stage: Stage) -> None:
    stage.hold(1)
    stage.start(1)
    stage.turn(seconds=5)
    stage.record(1, failure="card_declined")


def near_the_end(stage: Stage) -> None:
    stage.turn(minutes=59, seconds=50)
    stage.hold(1)


def past_the_end(stage: Stage) -> None:
    near_the_end(stage)
    stage.turn(seconds=10)


def paying_past_the_end(stage: Stage) -> None:
    near_the_end(stage)
    stage.start(1)
    stage.turn(minutes=30)


def cancelled_with_hold(stage: Stage) -> None:
    stage.hold(1)
    stage.tell(Cancel())


@pytest.mark.parametrize(
    ("prepare", "seconds"),
    [
        (upcoming, 0),
        (lambda _stage: None, 3600),
        (held, 60),
        (first_returned, 61),
        (declined, 60),
        (lambda stage: stage.buy(1), 3600),
        (near_the_end, 3600),
        (past_the_end, 3650),
        (paying_past_the_end, None),
        (cancelled_with_hold, 0.05),
    ],
)
def test_it_wants_to_be_woken_for_whatever_comes_next(prepare: Callable[[Stage], Any], seconds: float | None) -> None:
    stage = Stage()
    prepare(stage)
    expected = None if seconds is None else START + timedelta(seconds=seconds)
    assert stage.actor.wake_at(stage.now) == expected
    assert stage.reloaded().wake_at(stage.now) == expected


def test_many_holds_lapse_piece_by_piece_and_each_once() -> None:
    stage = Stage(edited(quantity_limit=2500))
    for number in range(2500):
        stage.hold(number + 1, UUID(int=9000 + number))
        stage.turn(microseconds=1)
    stage.turn(seconds=60)
    pieces = [len(stage.remind()) for _ in range(4)]
    assert sum(pieces) == 2500
    assert max(pieces) <= 1000
    assert stage.actor.left == 2500


def test_a_reminder_that_comes_early_or_doubled_changes_nothing() -> None:
    stage = in_state("held")
    stage.turn(seconds=30)
    assert stage.remind() == []
    stage.turn(seconds=30)
    assert len(stage.remind()) == 2
    assert stage.remind() == []


# --- what it is made of ---------------------------------------------------------------------------------------------


def test_its_events_survive_the_wire_and_make_the_same_sale_again() -> None:
    stage = Stage()
    stage.buy(1, ANN, 2)
    stage.hold(2, BOB)
    stage.tell(Edit(edited(quantity_limit=12)))
    stage.start(2, 2, BOB)
    stage.record(2, 2, "card_declined")
    stage.hold(3, CARL)
    stage.give_back(3, CARL)
    stage.tell(Cancel())
    stage.wake()
    stage.remind()
    wire = msgspec.json.encode(stage.events)
    events = msgspec.json.decode(wire, type=list[SaleEvent])
    assert events == stage.events
    again = FlashSaleActor(SALE, GOODS, TERMS, secret=SECRET)
    for event in events:
        again.apply(event)
    assert memory(again, stage.now) == memory(stage.actor, stage.now) == memory(stage.reloaded(), stage.now)


def test_a_message_it_does_not_know_is_a_defect_and_not_passed_over() -> None:
    class Unknown(Message[None], frozen=True):
        pass

    with pytest.raises(TypeError):
        Stage().tell(Unknown())

"""Lines longer than one decision deals with: the rest follows with the next reminders, in order, none is lost."""

from datetime import timedelta
from uuid import UUID

from actors.flash_sale import Cancel, Join
from actors.runtime.ports import Decision, Reminded
from fastshop.contract.flash_sales import ClaimState, ClaimWithdrawn, SaleClosed, SaleDrawn, UnitsClaimed
from fastshop.contract.lines import EndReason, PlaceEnded, PlaceState
from fastshop.fairness import drawn_order
from tests.actors.stage import START, Stage, edited

COUNT, UNITS, AT_MOST = 2500, 2100, 1000


def crowded() -> Stage:
    """A lobby of more than two decisions deal with, in a sale of nearly as many units."""
    stage = Stage(edited(quantity_limit=UNITS))
    stage.now = START - timedelta(minutes=5)
    for number in range(COUNT):
        stage.tell(Join(UUID(int=10_000 + number), UUID(int=20_000 + number), 1))
    stage.now = START
    return stage


def rounds(stage: Stage) -> list[int]:
    """How many things happen with each reminder, until it wants to be woken for a lapse, the end or never."""
    counts = []
    while (moment := stage.actor.wake_at(stage.now)) is not None and moment <= stage.now + timedelta(milliseconds=50):
        stage.now = max(stage.now, moment)
        before = len(stage.events)
        stage.tell(Reminded())
        counts.append(len(stage.events) - before)
    return counts


def test_a_long_lobby_is_served_in_the_order_drawn_a_thousand_at_a_time() -> None:
    stage = crowded()
    assert rounds(stage) == [1, AT_MOST, AT_MOST, UNITS - 2 * AT_MOST]
    drawn = next(event for event in stage.events if isinstance(event, SaleDrawn))
    order = drawn_order(bytes.fromhex(drawn.seed), [UUID(int=10_000 + number) for number in range(COUNT)])
    claims = [event.claim for event in stage.events if isinstance(event, UnitsClaimed)]
    assert [claim.place_id for claim in claims] == order[:UNITS]
    assert [claim.place for claim in claims] == list(range(1, UNITS + 1))
    assert len({claim.id for claim in claims}) == UNITS
    assert (stage.actor.line.waiting, stage.actor.line.front) == (COUNT - UNITS, UNITS + 1)


def test_a_cancelled_sale_ends_all_its_holds_and_its_line_and_closes_last() -> None:
    stage = crowded()
    rounds(stage)
    stage.tell(Cancel())
    counts = rounds(stage)
    assert all(count <= 2 * AT_MOST + 1 for count in counts)
    assert len([event for event in stage.events if isinstance(event, ClaimWithdrawn)]) == UNITS
    ended = [event.place for event in stage.events if isinstance(event, PlaceEnded)]
    assert {(place.state, place.reason) for place in ended} == {(PlaceState.ENDED, EndReason.CANCELLED)}
    assert len(ended) == COUNT - UNITS
    assert {claim.state for claim in stage.actor.claims.values()} == {ClaimState.WITHDRAWN}
    closed = stage.events[-1]
    assert isinstance(closed, SaleClosed)
    assert closed.returned == UNITS
    assert stage.actor.wake_at(stage.now) is None


def test_a_lobby_that_nobody_woke_ends_a_thousand_at_a_time_and_the_sale_closes_after() -> None:
    stage = crowded()
    stage.now = START + timedelta(hours=2)
    assert rounds(stage) == [AT_MOST, AT_MOST, COUNT - 2 * AT_MOST + 1]
    assert isinstance(stage.events[-1], SaleClosed)


def test_a_decision_changes_nothing_by_itself() -> None:
    stage = crowded()
    rounds(stage)
    stage.turn(seconds=61)
    first, second = (stage.actor.decide(Reminded(), stage.now) for _ in range(2))
    assert first == second != Decision(None)

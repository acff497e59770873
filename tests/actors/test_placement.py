"""Actors over several processes: who is asked, in which order, and what becomes of it when nodes come and go."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from actors.runtime.directory import Actors
from actors.runtime.ports import Limits
from fastshop.contract.base import Busy, Refusal
from tests.actors.counting import KIND, Add, Added, Divide, Full, MemoryStore, NoCounter, Read
from tests.actors.town import House, Town
from tests.support import ManualClock, eventually

ONE, TWO, NOBODY = UUID(int=1), UUID(int=2), UUID(int=9)


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    town = Town(MemoryStore(ONE, TWO))
    yield town
    town.looking.set()
    town.carrying.set()
    await town.close()


@pytest.fixture
async def near(town: Town) -> House:
    """The process that owns counter ONE."""
    near = town.house("near")
    await add(near, 0, 0)
    return near


def add(house: House, key: int, amount: int = 1) -> "asyncio.Future[int]":
    answer = house.actors.ask(KIND, ONE, Add(key, amount))
    assert isinstance(answer, asyncio.Future), "no task is spent on it"
    return answer


async def outcomes(answers: list["asyncio.Future[Any]"]) -> list[Any]:
    told = await asyncio.gather(*answers, return_exceptions=True)
    return [answer.code if isinstance(answer, Refusal) else answer for answer in told]


async def turns(count: int = 20) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


# --- asking ---------------------------------------------------------------------------------------------------------


async def test_who_asks_first_owns_it_and_looks_once(town: Town) -> None:
    house = town.house("near")
    assert await asyncio.gather(*(add(house, key) for key in range(5))) == [1, 2, 3, 4, 5]
    assert await add(house, 5) == 6
    assert (house.owns(ONE), town.looks, town.carried) == (True, 1, [])
    assert town.store.groups == [[0, 1, 2, 3, 4], [5]]


async def test_where_another_owns_it_that_one_is_asked_and_its_answers_and_refusals_come_back(
    town: Town, near: House
) -> None:
    far = town.house("far")
    answers: list[asyncio.Future[Any]] = [add(far, 1, 999_999), add(far, 2, 5)]
    answers.append(far.actors.ask(KIND, ONE, Read()))  # type: ignore[arg-type]
    assert await outcomes(answers) == [999_999, "test.full", 999_999]
    assert (len(far.actors), len(near.actors)) == (0, 1)
    with pytest.raises(Full) as refused:
        await add(far, 3, 7)
    assert refused.value.total == 1_000_000 - 1


async def test_each_counter_has_its_own_owner(town: Town, near: House) -> None:
    far = town.house("far")
    assert await far.actors.ask(KIND, TWO, Add(1, 7)) == 7
    assert await near.actors.ask(KIND, TWO, Add(2)) == 8
    assert await add(far, 1) == 1
    assert (far.owns(TWO), near.owns(ONE)) == (True, True)


async def test_one_that_is_not_there_is_refused_to_all_wherever_they_ask(town: Town) -> None:
    far, near = town.house("far"), town.house("near")
    for house in (near, far):
        with pytest.raises(NoCounter):
            await house.actors.ask(KIND, NOBODY, Add(1))
    assert town.owners == {}


async def test_a_defect_fails_only_its_own_message(town: Town, near: House) -> None:
    far = town.house("far")
    before, broken, after = add(far, 1), far.actors.ask(KIND, ONE, Divide()), add(far, 2)
    assert (await before, await after) == (1, 2)
    with pytest.raises(ZeroDivisionError):
        await broken


async def test_what_waits_travels_together_and_the_rest_after_its_answers(town: Town, near: House) -> None:
    far = town.house("far")
    answers = [add(far, key) for key in range(1, 26)]
    assert await asyncio.gather(*answers) == list(range(1, 26))
    assert town.carried == [("near", 10), ("near", 10), ("near", 5)]
    assert [key for group in town.store.groups for key in group if key] == list(range(1, 26))
    await add(far, 26)
    assert town.looks == 2, "who owns it is remembered"


async def test_p6_what_waits_for_its_owner_has_a_bound(town: Town, near: House) -> None:
    far = town.house("far")
    town.carrying.clear()
    waiting = [add(far, key) for key in range(1, 101)]
    with pytest.raises(Busy):
        add(far, 101)
    town.carrying.set()
    assert await asyncio.gather(*waiting) == list(range(1, 101))


async def test_who_goes_away_hurts_nobody_and_what_they_asked_still_happens(town: Town, near: House) -> None:
    far = town.house("far")
    town.carrying.clear()
    answers = [add(far, 1), add(far, 2)]
    await turns()
    answers[0].cancel()
    town.carrying.set()
    assert await answers[1] == 2


# --- order ----------------------------------------------------------------------------------------------------------


async def test_p11_order_is_kept_while_it_is_found_out_who_owns_it(town: Town) -> None:
    house = town.house("near")
    town.looking.clear()
    answers = [add(house, 0)]
    for key in range(1, 8):
        await asyncio.sleep(0)
        answers.append(add(house, key))
    town.looking.set()
    answers.append(add(house, 8))
    assert await asyncio.gather(*answers) == list(range(1, 10))


async def test_p11_order_is_kept_while_the_owner_changes(town: Town, near: House) -> None:
    far, third = town.house("far"), town.house("third")
    answers = []
    for key in range(1, 120):
        answers.append(add(far, key))
        await asyncio.sleep(0)
        if key == 30:
            stopping = asyncio.create_task(near.stop())
        if key == 60:
            await third.actors.ask(KIND, ONE, Read())
        if key == 80:
            far.actors.let_go()
    assert await asyncio.gather(*answers) == list(range(1, 120))
    await stopping
    assert not near.owns(ONE)


# --- owners that go -------------------------------------------------------------------------------------------------


async def test_one_that_stops_finishes_its_turn_and_others_take_over_at_once(town: Town, near: House) -> None:
    far = town.house("far")
    assert await add(far, 1) == 1
    town.store.open.clear()
    under_way = add(far, 2)
    await eventually(lambda: town.store.commits == 2)
    stopping = asyncio.create_task(near.stop())
    await turns()
    later = add(far, 3)
    town.store.open.set()
    assert (await under_way, await later) == (2, 3)
    await stopping
    assert far.owns(ONE)


async def test_what_a_stopping_owner_has_not_read_is_decided_by_the_next(town: Town, near: House) -> None:
    far = town.house("far")
    town.store.open.clear()
    under_way = add(near, 1)
    await eventually(lambda: town.store.commits == 1)
    unread = [add(far, key) for key in (2, 3)]
    await turns()
    unread.append(add(far, 4))
    stopping = asyncio.create_task(near.stop())
    await turns()
    town.store.open.set()
    assert await under_way == 1
    assert await asyncio.gather(*unread) == [2, 3, 4]
    await stopping
    assert far.owns(ONE)


async def test_what_a_stopping_node_owned_and_had_asleep_is_free_at_once(town: Town, near: House) -> None:
    far = town.house("far")
    assert await add(far, 1) == 1
    town.store.open.clear()
    held_up = near.actors.ask(KIND, TWO, Add(1))
    await turns()
    stopping = asyncio.create_task(near.stop())
    await eventually(lambda: len(near.actors) == 1)
    assert near.owns(ONE)
    later = add(far, 2)
    town.store.open.set()
    assert await later == 2
    assert far.owns(ONE)
    assert await held_up == 1
    await stopping


async def test_an_owner_that_sleeps_wakes_for_what_others_send(town: Town, near: House) -> None:
    far = town.house("far")
    assert await add(far, 1) == 1
    near.actors.let_go()
    await eventually(lambda: not town.owners)
    town.looking.clear()
    later = add(far, 2)
    await turns()
    town.looking.set()
    assert await later == 2
    assert (near.owns(ONE), len(far.actors)) == (True, 0)


async def test_one_that_died_is_taken_over(town: Town, near: House) -> None:
    far = town.house("far")
    assert await add(far, 1) == 1
    near.die()
    assert await add(far, 2) == 2
    assert far.owns(ONE)


async def test_one_that_died_before_it_answered_is_taken_over_and_what_it_did_has_its_first_answer(
    town: Town, near: House
) -> None:
    far = town.house("far")
    await add(far, 1)
    town.silent.add("near")
    town.store.open.clear()
    unanswered = [add(far, 2, 10), add(far, 3, 10)]
    await eventually(lambda: town.store.commits == 2)
    near.die()
    town.store.open.set()
    assert await asyncio.gather(*unanswered) == [11, 21]
    assert far.owns(ONE)
    assert town.store.groups == [[1], [2, 3]] or town.store.groups[-1] == [2, 3]
    await near.stop()


async def test_one_that_lives_and_does_not_answer_is_busy_and_the_next_are_asked(town: Town, near: House) -> None:
    far = town.house("far")
    town.silent.add("near")
    assert await outcomes([add(far, 1), add(far, 2)]) == ["busy", "busy"]
    town.silent.clear()
    assert await add(far, 1) == 1
    assert await add(far, 3) == 3


async def test_p10_one_that_cannot_be_reached_is_done_without(town: Town, near: House) -> None:
    far = town.house("far")
    town.cut_off.add("near")
    assert await asyncio.gather(*(add(far, key) for key in range(1, 4))) == [1, 2, 3]
    assert near.owns(ONE)
    assert await add(near, 4) == 4, "it learns from the version that somebody has written"
    assert near.actors.stale == 1


async def test_p10_where_nobody_knows_who_owns_it_it_is_decided_here(town: Town) -> None:
    town.readable = False
    assert await add(town.house("near"), 1) == 1
    assert town.owners == {}


async def test_p4_after_two_owners_have_met_one_is_left(town: Town, near: House) -> None:
    far = town.house("far", Limits(settled=0))
    town.cut_off.add("near")
    assert await add(far, 1) == 1
    town.cut_off.clear()
    assert await add(near, 2) == 2
    await asyncio.sleep(0.01)
    assert await add(far, 3) == 3
    await eventually(lambda: len(far.actors) == 0)
    town.carried.clear()
    assert await add(far, 4) == 4
    assert town.carried == [("near", 1)]


async def test_p4_one_that_was_late_finds_out_anew_and_loses_nothing(town: Town, near: House) -> None:
    far = town.house("far")
    near.die()
    assert await add(far, 1) == 1
    town.store.open.clear()
    waiting = [add(near, 2)]
    await eventually(lambda: town.store.commits == 2)
    waiting.append(add(near, 3))
    town.living["near"] = near
    near.actors.let_go()
    town.store.open.set()
    assert await asyncio.gather(*waiting) == [2, 3]
    assert (len(near.actors), near.actors.stale, far.owns(ONE)) == (0, 1, True)


async def test_two_that_each_think_the_other_owns_it_come_to_an_end(town: Town, near: House) -> None:
    far = town.house("far")
    await add(far, 1)
    town.owners[KIND, ONE] = "far"
    near.actors.let_go()
    await eventually(lambda: len(near.actors) == 0)
    town.owners[KIND, ONE] = "near"
    async with asyncio.timeout(5):
        assert set(await asyncio.gather(add(near, 2), add(far, 3))) == {2, 3}


# --- sleeping and reminding -----------------------------------------------------------------------------------------


async def test_one_that_falls_asleep_is_given_back_and_wakes_where_it_is_asked_next(town: Town) -> None:
    near, far = town.house("near", Limits(idle=0.01)), town.house("far", Limits(idle=0.01))
    for key in range(0, 6, 2):
        assert await add(near, key) == key + 1
        await eventually(lambda: not town.owners)
        assert await add(far, key + 1) == key + 2
        await eventually(lambda: not town.owners)
    assert town.carried == []


async def test_nothing_is_lost_where_falling_asleep_and_being_asked_meet(town: Town) -> None:
    houses = [town.house("near", Limits(idle=0)), town.house("far", Limits(idle=0))]
    for key in range(200):
        answer = add(houses[key % 3 % 2], key)
        for _ in range(key % 7):
            await asyncio.sleep(0)
        assert await answer == key + 1


async def test_a_reminder_goes_to_the_owner_alone(town: Town, near: House) -> None:
    far = town.house("far")
    await far.actors.remind(KIND, ONE, "wake")
    assert (len(far.actors), town.carried) == (0, [])
    await near.actors.remind(KIND, ONE, "wake")
    await far.actors.remind(KIND, TWO, "wake")
    assert far.owns(TWO)
    near.die()
    await far.actors.remind(KIND, ONE, "wake")
    assert far.owns(ONE)


async def test_a_reminder_waits_while_nobody_knows_who_owns_it(town: Town, near: House) -> None:
    far = town.house("far")
    town.readable = False
    with pytest.raises(Busy):
        await far.actors.remind(KIND, ONE, "wake")
    assert len(far.actors) == 0
    town.readable = True
    await far.actors.remind(KIND, ONE, "wake")
    assert near.owns(ONE)


async def test_stopping_leaves_nobody_without_an_answer(town: Town, near: House) -> None:
    far = town.house("far")
    town.carrying.clear()
    waiting = [add(far, key) for key in range(1, 4)]
    await turns()
    await far.stop()
    assert await outcomes(waiting) == ["busy"] * 3
    with pytest.raises(Busy):
        add(far, 4)


# --- everything at once ---------------------------------------------------------------------------------------------


async def test_p2_p4_nodes_that_come_and_go_lose_and_double_nothing(town: Town) -> None:
    houses = {number: town.house(f"node {number}") for number in range(3)}

    async def ask(key: int) -> int:
        while True:
            for _ in range(key % 11):
                await asyncio.sleep(0)
            try:
                return await add(houses[key % 3], key)
            except Busy:
                await asyncio.sleep(0)

    async def trouble() -> None:
        for number in range(12):
            await turns(30)
            house = houses[number % 3]
            match number % 4:
                case 0:
                    house.die()
                    await turns(30)
                    town.living[house.name] = house
                    house.actors.let_go()
                case 1:
                    town.cut_off ^= {house.name}
                case 2:
                    town.silent ^= {house.name}
                case _:
                    await house.stop()
                    houses[number % 3] = town.house(f"node {number}.{number % 3}")

    answers, _ = await asyncio.gather(asyncio.gather(*(ask(key) for key in range(300))), trouble())
    assert sorted(answers) == list(range(1, 301))
    events = [event for event in town.store.events[ONE] if isinstance(event, Added)]
    assert sorted(event.key for event in events) == list(range(300))


async def test_a_process_alone_asks_nobody_who_owns_what(clock: ManualClock) -> None:
    actors = Actors({KIND: MemoryStore(ONE)}, clock)
    assert await actors.ask(KIND, ONE, Add(1)) == 1
    await actors.stop()

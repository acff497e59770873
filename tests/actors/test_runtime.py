"""The runtime: groups, order, durability, and what becomes of everybody when something fails."""

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator, Awaitable
from contextvars import ContextVar
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from actors.runtime.directory import Actors
from actors.runtime.ports import Change, Limits, Loaded
from fastshop.contract.base import Busy, Refusal
from tests.actors.counting import (
    KIND,
    Add,
    Added,
    Counter,
    Divide,
    Full,
    Lost,
    MemoryStore,
    NoCounter,
    Read,
    Tear,
    Wish,
)
from tests.support import ManualClock, eventually

ONE, TWO, NOBODY = UUID(int=1), UUID(int=2), UUID(int=9)


@pytest.fixture
async def store() -> MemoryStore:
    return MemoryStore(ONE, TWO)


@pytest.fixture
async def actors(store: MemoryStore, clock: ManualClock) -> AsyncIterator[Actors]:
    actors = Actors({KIND: store}, clock, Limits(mailbox=100, batch=10))
    yield actors
    store.open.set()
    await actors.stop()


def add(actors: Actors, key: int, amount: int = 1) -> "asyncio.Future[int]":
    """Put it into the mailbox now; its answer is awaited later."""
    answer = actors.ask(KIND, ONE, Add(key, amount))
    assert isinstance(answer, asyncio.Future)
    return answer


async def outcome(answer: Awaitable[Any]) -> Any:
    try:
        return await answer
    except Refusal as refusal:
        return refusal.code


async def turns(count: int = 20) -> None:
    """Let everything that can go on go on."""
    for _ in range(count):
        await asyncio.sleep(0)


@pytest.fixture
async def busy(actors: Actors, store: MemoryStore) -> Actors:
    """An actor in the middle of a commit of key 1, which lets the next group be decided meanwhile."""
    store.releases = True
    store.open.clear()
    return actors


# --- groups ---------------------------------------------------------------------------------------------------------


async def test_what_waits_together_is_committed_together_in_the_order_it_was_asked(
    actors: Actors, store: MemoryStore
) -> None:
    answers = [add(actors, key) for key in range(8)]
    assert list(await asyncio.gather(*answers)) == list(range(1, 9))
    assert store.groups == [list(range(8))]


async def test_a_group_has_a_bound_and_the_rest_comes_next(actors: Actors, store: MemoryStore) -> None:
    await asyncio.gather(*(add(actors, key) for key in range(25)))
    assert store.groups == [list(range(10)), list(range(10, 20)), list(range(20, 25))]


async def test_while_a_commit_is_under_way_the_next_group_gathers(actors: Actors, store: MemoryStore) -> None:
    store.open.clear()
    first = add(actors, 1)
    await eventually(lambda: store.commits == 1)
    later = [add(actors, key) for key in (2, 3, 4)]
    await turns()
    assert store.commits == 1
    store.open.set()
    assert list(await asyncio.gather(first, *later)) == [1, 2, 3, 4]
    assert store.groups == [[1], [2, 3, 4]]


async def test_nothing_is_answered_before_the_commit_not_even_a_refusal_or_a_look(
    actors: Actors, store: MemoryStore
) -> None:
    store.open.clear()
    answers: list[asyncio.Future[Any]] = [add(actors, 1, 999_999), add(actors, 2, 5)]
    look = actors.ask(KIND, ONE, Read())
    assert isinstance(look, asyncio.Future)
    answers.append(look)
    await eventually(lambda: store.commits == 1)
    await turns()
    assert [answer.done() for answer in answers] == [False] * 3
    assert store.events[ONE] == []
    store.open.set()
    assert [await outcome(answer) for answer in answers] == [999_999, "test.full", 999_999]


async def test_what_is_decided_ahead_waits_for_its_own_commit(busy: Actors, store: MemoryStore) -> None:
    first = add(busy, 1)
    await turns()
    second = add(busy, 2)
    assert store.commits == 1
    store.open.set()
    store.open.clear()  # the first goes through, the next is held up
    assert await first == 1
    await turns()
    assert (store.commits, second.done()) == (2, False)
    store.open.set()
    assert await second == 2
    assert store.groups == [[1], [2]]


@pytest.mark.parametrize(
    ("trouble", "sums"),
    [("lost before", [1, 2, 3]), ("lost after", [1, 2, 3]), ("somebody else", [101, 102, 103])],
)
async def test_what_was_decided_ahead_falls_with_the_commit_that_it_rests_on(
    busy: Actors, store: MemoryStore, trouble: str, sums: list[int]
) -> None:
    store.trouble = [trouble]
    first = add(busy, 1)
    await turns()
    rest = [add(busy, key) for key in (2, 3)]
    store.open.set()
    assert [await answer for answer in (first, *rest)] == sums
    assert sum(event.amount for event in store.events[ONE] if isinstance(event, Added)) == sums[-1]


async def test_what_was_decided_ahead_of_a_refusal_of_the_store_is_decided_again(
    busy: Actors, store: MemoryStore
) -> None:
    store.forbidden.add(1)
    first = add(busy, 1)
    await turns()
    second = add(busy, 2)
    store.open.set()
    assert await outcome(first) == Full.code
    assert await second == 1


async def test_more_than_a_group_is_decided_ahead_in_groups(busy: Actors, store: MemoryStore) -> None:
    answers = [add(busy, 0)]
    await turns()
    answers += [add(busy, key) for key in range(1, 31)]
    store.open.set()
    assert [await answer for answer in answers] == list(range(1, 32))
    assert [len(group) for group in store.groups] == [1, 10, 10, 10]


async def test_stopping_commits_what_was_decided_ahead(busy: Actors, store: MemoryStore) -> None:
    first = add(busy, 1)
    await turns()
    second = add(busy, 2)
    stopping = asyncio.create_task(busy.stop())
    await turns()
    store.open.set()
    await stopping
    assert (await first, await second) == (1, 2)


async def test_what_changes_nothing_is_not_committed(actors: Actors, store: MemoryStore) -> None:
    await add(actors, 1)
    assert await actors.ask(KIND, ONE, Read()) == 1
    assert await add(actors, 1) == 1
    assert store.commits == 1


async def test_a_moment_to_be_woken_at_is_kept_with_the_change_that_asks_for_it(
    actors: Actors, store: MemoryStore, clock: ManualClock
) -> None:
    at = clock.now() + timedelta(minutes=1)
    await actors.ask(KIND, ONE, Wish(at))
    assert store.wake_at[ONE] == at
    await actors.remind(KIND, ONE, "wake")
    assert store.wake_at[ONE] == at, "too early"
    clock.turn(minutes=1)
    await actors.remind(KIND, ONE, "wake")
    await actors.remind(KIND, ONE, "wake")
    assert (store.wake_at[ONE], store.commits) == (None, 2)


async def test_each_actor_goes_its_own_way(store: MemoryStore, clock: ManualClock) -> None:
    held_up = MemoryStore(ONE)
    held_up.open.clear()
    actors = Actors({KIND: store, "held up": held_up}, clock)
    stuck = actors.ask("held up", ONE, Add(1))
    assert await actors.ask(KIND, ONE, Add(1, 5)) == 5
    assert await actors.ask(KIND, TWO, Add(1, 7)) == 7
    assert len(actors) == 3
    held_up.open.set()
    assert await stuck == 1
    await actors.stop()


# --- failing --------------------------------------------------------------------------------------------------------


async def test_a_stale_owner_reads_again_and_decides_again(actors: Actors, store: MemoryStore) -> None:
    await add(actors, 1)
    store.write(ONE, Added(time=ManualClock().now(), key=50, amount=100))
    assert list(await asyncio.gather(add(actors, 2), add(actors, 50), add(actors, 3))) == [102, 101, 103]
    assert store.loads == 2
    assert store.groups == [[1], [2, 3]]


async def test_a_stale_owner_never_answers_from_what_is_no_longer_true(actors: Actors, store: MemoryStore) -> None:
    await add(actors, 1, 999_999)
    store.trouble = ["somebody else"]
    answers = [add(actors, 2), add(actors, 3)]
    assert [await outcome(answer) for answer in answers] == ["test.full", "test.full"]


async def test_a_stale_owner_neither_refuses_nor_looks_from_what_is_no_longer_true(
    actors: Actors, store: MemoryStore, clock: ManualClock
) -> None:
    await add(actors, 1, 999_999)
    with pytest.raises(Full):
        await add(actors, 2, 2)
    store.write(ONE, Added(time=clock.now(), key=50, amount=-999_999))
    assert await actors.ask(KIND, ONE, Read()) == 0
    store.write(ONE, Added(time=clock.now(), key=51, amount=1_000_000))
    store.write(ONE, Added(time=clock.now(), key=52, amount=-10))
    assert await add(actors, 3, 2) == 999_992
    store.write(ONE, Added(time=clock.now(), key=53, amount=8))
    with pytest.raises(Full) as refused:
        await add(actors, 4)
    assert refused.value.total == 1_000_000


async def test_what_was_stored_although_the_commit_failed_has_its_first_answer(
    actors: Actors, store: MemoryStore
) -> None:
    store.trouble = ["lost after"]
    assert list(await asyncio.gather(add(actors, 1, 5), add(actors, 2, 6))) == [5, 11]
    assert (store.groups, store.loads) == ([[1, 2]], 2)
    assert await add(actors, 3) == 12


async def test_what_was_not_stored_is_tried_again_in_order(actors: Actors, store: MemoryStore) -> None:
    store.trouble = ["lost before", "lost before"]
    store.open.clear()
    first = [add(actors, 1), add(actors, 2)]
    await eventually(lambda: store.commits == 1)
    later = add(actors, 3)
    store.open.set()
    assert list(await asyncio.gather(*first, later)) == [1, 2, 3]
    assert [key for group in store.groups for key in group] == [1, 2, 3]


async def test_after_a_few_failures_it_says_that_it_is_busy_and_later_works_again(
    actors: Actors, store: MemoryStore
) -> None:
    store.trouble = ["lost before"] * 3
    assert [await outcome(answer) for answer in (add(actors, 1), add(actors, 2))] == ["busy", "busy"]
    assert store.events[ONE] == []
    assert [await outcome(answer) for answer in (add(actors, 1), add(actors, 2))] == [1, 2]


async def test_a_refusal_out_of_a_commit_is_a_failure_like_others_and_leaves_nobody_waiting(
    actors: Actors, store: MemoryStore
) -> None:
    store.trouble = ["refused"]
    assert await add(actors, 1) == 1
    store.trouble = ["refused"] * 3
    assert await outcome(add(actors, 2)) == "busy"


async def test_failures_that_were_overcome_are_forgotten(actors: Actors, store: MemoryStore) -> None:
    for key in range(5):
        store.trouble = ["lost before", "somebody else"]
        assert await add(actors, key) == key + 1 + 100 * (key + 1)


async def test_what_the_store_overrules_is_refused_alone(actors: Actors, store: MemoryStore) -> None:
    store.forbidden = {2, 4}
    answers = [add(actors, key, 10) for key in (1, 2, 3, 4, 5)]
    assert [await outcome(answer) for answer in answers] == [10, "test.full", 20, "test.full", 30]
    assert store.groups == [[1, 3, 5]]


async def test_a_defect_answers_only_its_own_message(actors: Actors, store: MemoryStore) -> None:
    before = add(actors, 1)
    broken = actors.ask(KIND, ONE, Divide())
    after = add(actors, 2)
    assert list(await asyncio.gather(before, after)) == [1, 2]
    with pytest.raises(ZeroDivisionError):
        await broken
    assert (store.groups, store.loads) == ([[1, 2]], 1)


async def test_what_cannot_be_applied_leaves_nobody_waiting_and_nothing_half_done(actors: Actors) -> None:
    torn = actors.ask(KIND, ONE, Tear())
    after = add(actors, 1)
    assert [await outcome(answer) for answer in (torn, after)] == ["busy", "busy"]
    assert await add(actors, 1) == 1


async def test_what_cannot_be_applied_ahead_leaves_what_is_being_committed_alone(
    busy: Actors, store: MemoryStore
) -> None:
    first = add(busy, 1)
    await turns()
    torn = busy.ask(KIND, ONE, Tear())
    store.open.set()
    assert await first == 1
    assert await outcome(torn) == "busy"
    assert await add(busy, 2) == 2


class Unreadable(MemoryStore):
    """A store that cannot read for a while."""

    def __init__(self, *known: UUID) -> None:
        super().__init__(*known)
        self.unreadable = 0

    async def load(self, actor_id: UUID) -> Loaded[Counter]:
        if self.unreadable:
            self.unreadable -= 1
            raise Lost
        return await super().load(actor_id)


async def test_a_store_that_cannot_be_read_is_asked_again_and_then_busy(clock: ManualClock) -> None:
    store = Unreadable(ONE)
    actors = Actors({KIND: store}, clock)
    store.unreadable = 2
    assert await add(actors, 1) == 1
    await actors.stop()
    store.unreadable = 3
    actors = Actors({KIND: store}, clock)
    assert await outcome(add(actors, 2)) == "busy"
    assert len(actors) == 0, "what was never read is not kept awake"
    assert await add(actors, 2) == 2
    await actors.stop()


# --- coming and going -----------------------------------------------------------------------------------------------


async def test_an_actor_that_is_not_there_is_refused_to_all_and_not_kept(actors: Actors, store: MemoryStore) -> None:
    answers = [actors.ask(KIND, NOBODY, Add(key)) for key in range(15)]
    with pytest.raises(NoCounter):
        await answers[0]
    assert {await outcome(answer) for answer in answers[1:]} == {"test.no_counter"}
    await turns()
    assert len(actors) == 0
    store.events[NOBODY] = []
    assert await actors.ask(KIND, NOBODY, Add(1)) == 1


async def test_p6_a_full_mailbox_refuses_at_once_and_keeps_what_it_has(actors: Actors, store: MemoryStore) -> None:
    store.open.clear()
    taken = add(actors, 0)
    await eventually(lambda: store.commits == 1)
    waiting = [add(actors, key) for key in range(1, 101)]
    with pytest.raises(Busy) as refused:
        add(actors, 101)
    assert refused.value.temporary
    assert await outcome(actors.ask(KIND, TWO, Read())) == 0, "another actor is not full"
    store.open.set()
    assert list(await asyncio.gather(taken, *waiting)) == list(range(1, 102))
    assert await add(actors, 101) == 102


async def test_p6_nothing_is_kept_of_who_was_refused(actors: Actors) -> None:
    told: list[weakref.ref[Refusal]] = []
    for key in range(5):
        try:
            await add(actors, key, 1_000_001)
        except Full as refusal:
            told.append(weakref.ref(refusal))
    await actors.stop()
    gc.collect()
    assert [refusal() for refusal in told] == [None] * 5


async def test_it_falls_asleep_when_nobody_asks_and_wakes_with_all_it_knew(
    store: MemoryStore, clock: ManualClock
) -> None:
    actors = Actors({KIND: store}, clock, Limits(idle=0.01))
    for key in range(3):
        assert await actors.ask(KIND, ONE, Add(key)) == key + 1
        assert len(actors) == 1
        await eventually(lambda: len(actors) == 0)
    assert store.loads == 3


async def test_nothing_is_lost_where_falling_asleep_and_being_asked_meet(
    store: MemoryStore, clock: ManualClock
) -> None:
    actors = Actors({KIND: store}, clock, Limits(idle=0))
    for key in range(100):
        answer = actors.ask(KIND, ONE, Add(key))
        for _ in range(key % 7):
            await asyncio.sleep(0)
        assert await answer == key + 1
    await eventually(lambda: len(actors) == 0)


async def test_stopping_finishes_the_turn_and_answers_the_rest_with_busy(actors: Actors, store: MemoryStore) -> None:
    store.open.clear()
    under_way = [add(actors, 1), add(actors, 2)]
    await eventually(lambda: store.commits == 1)
    unread = [add(actors, 3), add(actors, 4)]
    stopping = asyncio.create_task(actors.stop())
    await turns()
    with pytest.raises(Busy):
        add(actors, 5)
    assert not stopping.done()
    store.open.set()
    await stopping
    assert list(await asyncio.gather(*under_way)) == [1, 2]
    assert [await outcome(answer) for answer in unread] == ["busy", "busy"]
    assert (store.groups, len(actors)) == ([[1, 2]], 0)


async def test_stopping_wakes_nobody_and_takes_sleepers_along(actors: Actors, store: MemoryStore) -> None:
    await add(actors, 1)
    await turns()
    async with asyncio.timeout(5):  # an idle one would sleep for a minute
        await actors.stop()
    assert (len(actors), store.commits) == (0, 1)


async def test_who_goes_away_hurts_nobody_and_what_they_asked_still_happens(actors: Actors, store: MemoryStore) -> None:
    async def ask(key: int) -> int:
        return await actors.ask(KIND, ONE, Add(key))

    store.open.clear()
    asking = [asyncio.create_task(ask(key)) for key in range(4)]
    await eventually(lambda: store.commits == 1)
    asking[1].cancel()
    asking[3].cancel()
    await turns()
    store.open.set()
    assert list(await asyncio.gather(asking[0], asking[2])) == [1, 3]
    assert [asking[1].cancelled(), asking[3].cancelled()] == [True, True]
    assert await add(actors, 9) == 5


async def test_who_goes_away_while_it_is_refused_hurts_nobody(actors: Actors, store: MemoryStore) -> None:
    store.forbidden = {1}
    gone, stays = add(actors, 1), add(actors, 2)
    gone.cancel()
    assert await stays == 1
    assert await outcome(actors.ask(KIND, ONE, Add(3, 1_000_000))) == "test.full"


_transaction: ContextVar[str] = ContextVar("transaction", default="none")


class Observing(MemoryStore):
    """A store that looks in whose context it is asked."""

    def __init__(self, *known: UUID) -> None:
        super().__init__(*known)
        self.seen: list[str] = []

    async def load(self, actor_id: UUID) -> Loaded[Counter]:
        self.seen.append(_transaction.get())
        return await super().load(actor_id)

    async def commit(self, actor: Counter, version: int, change: Change) -> int:
        self.seen.append(_transaction.get())
        return await super().commit(actor, version, change)


async def test_what_the_asker_is_in_the_middle_of_is_not_the_actors(clock: ManualClock) -> None:
    store = Observing(ONE)
    actors = Actors({KIND: store}, clock)
    token = _transaction.set("the asker's")
    try:
        assert await actors.ask(KIND, ONE, Add(1)) == 1
    finally:
        _transaction.reset(token)
    assert store.seen == ["none", "none"]
    await actors.stop()


async def test_two_owners_of_one_counter_lose_and_double_nothing(store: MemoryStore, clock: ManualClock) -> None:
    twins = [Actors({KIND: store}, clock, Limits(batch=3, attempts=50)) for _ in range(2)]

    async def ask(key: int) -> int:
        for _ in range(key % 5):
            await asyncio.sleep(0)
        return await twins[key % 2].ask(KIND, ONE, Add(key))

    answers = await asyncio.gather(*(ask(key) for key in range(60)))
    assert sorted(answers) == list(range(1, 61))
    again = await asyncio.gather(*(twins[1 - key % 2].ask(KIND, ONE, Add(key)) for key in range(60)))
    assert again == answers
    for actors in twins:
        await actors.stop()

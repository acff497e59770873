"""Leases on real PostgreSQL, messages and answers over real Valkey, and what becomes of them when either is away."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import Context
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
import pytest
import redis.asyncio as redis

from actors import flash_sale
from actors.flash_sale import messages as sale_messages
from actors.runtime.directory import Actors
from actors.runtime.ports import Elsewhere, Limits, Message, Reminded
from fastshop.contract.base import Busy, Money, Refusal
from fastshop.contract.flash_sales import LimitBy, SoldOut
from fastshop.registry import contract
from server.adapters.placement.leases import Leases, NotInTime
from server.adapters.placement.nodes import Nodes
from server.adapters.placement.parcels import Codec, DefectElsewhere, Parcel, Receipt
from server.embedded import EmbeddedServices
from server.kernel.database import Database
from tests.actors import counting
from tests.actors.counting import KIND, Add, Divide, Full, MemoryStore, Read, Wish
from tests.proxy import Proxy, proxy_to
from tests.sdk.samples import NOW, claim
from tests.support import ManualClock, eventually

ONE, TWO = UUID(int=1), UUID(int=2)
NOWHERE = "redis://127.0.0.1:1/0"
LONG, SHORT = 60.0, 0.5


async def dead(database: Database, node: str) -> None:
    """Nobody has heard of it for as long as it may be silent."""
    await database.fetch("UPDATE nodes SET expires_at = clock_timestamp() - interval '1 ms' WHERE id = $1", node)


async def leases_in(database: Database) -> dict[tuple[str, UUID], str]:
    rows = await database.fetch("SELECT kind, actor_id, node_id FROM actor_leases")
    return {(row["kind"], row["actor_id"]): row["node_id"] for row in rows}


# --- leases ---------------------------------------------------------------------------------------------------------


Enter = Callable[..., Any]


@pytest.fixture
def enter(database: Database) -> Enter:
    async def enter(node: str, lifetime: float = LONG) -> Leases:
        leases = Leases(database, node, f"{node} of the test", lifetime)
        assert not await leases.renew()
        return leases

    return enter


async def test_a_lease_is_taken_once_and_kept_until_it_is_given_back(enter: Enter, database: Database) -> None:
    near, far = await enter("near"), await enter("far")
    assert await far.take(KIND, TWO) == "far"
    assert await near.take(KIND, ONE) == "near"
    assert await near.take(KIND, ONE) == "near"
    assert await far.take(KIND, ONE) == "near"
    assert await far.take("another kind", ONE) == "far"
    await far.give_back(KIND, ONE)
    assert await far.take(KIND, ONE) == "near", "only who has it gives it back"
    await near.give_back(KIND, ONE)
    assert await far.take(KIND, ONE) == "far"
    assert await near.take(KIND, TWO) == "far"
    assert (near.taken_over, far.taken_over) == (0, 0)
    assert await leases_in(database) == dict.fromkeys([(KIND, ONE), (KIND, TWO), ("another kind", ONE)], "far")


async def test_of_twenty_that_want_a_lease_at_once_one_has_it_and_all_know_who(
    enter: Enter, database: Database
) -> None:
    nodes = {name: await enter(name) for name in (f"node {number}" for number in range(20))}
    for number in range(10):
        told = await asyncio.gather(*(leases.take(KIND, UUID(int=number)) for leases in nodes.values()))
        assert len(set(told)) == 1
        # And once more, where its owner has died.
        await dead(database, told[0])
        others = [leases for name, leases in nodes.items() if name != told[0]]
        again = await asyncio.gather(*(leases.take(KIND, UUID(int=number)) for leases in others))
        assert len(set(again)) == 1
        assert again[0] != told[0]
        await nodes[told[0]].renew()
    assert sum(leases.taken_over for leases in nodes.values()) == 10


async def test_a_dead_nodes_leases_are_taken_over_by_who_asks(enter: Enter, database: Database) -> None:
    near, far, other = await enter("near"), await enter("far"), await enter("other")
    for actor_id in (ONE, TWO):
        await near.take(KIND, actor_id)
    await other.take("another kind", ONE)
    await dead(database, "near")
    assert await far.take(KIND, ONE) == "far"
    assert await far.take("another kind", ONE) == "other"
    assert (far.taken_over, await leases_in(database)) == (
        1,
        {(KIND, ONE): "far", (KIND, TWO): "near", ("another kind", ONE): "other"},
    )


async def test_a_lease_given_back_while_another_asks_for_it_is_not_taken_over(enter: Enter, database: Database) -> None:
    near, far = await enter("near"), await enter("far")
    await near.take(KIND, ONE)
    async with database.transaction() as transaction:
        await transaction.connection.execute("DELETE FROM actor_leases WHERE node_id = 'near'")
        taking = asyncio.create_task(far.take(KIND, ONE), context=Context())
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        await eventually(lambda: _any(transaction.connection.fetchval(waits)))
    assert await taking == "far"
    assert far.taken_over == 0


async def _any(count: Awaitable[int]) -> bool:
    return await count > 0


async def test_renewing_keeps_all_leases(enter: Enter, database: Database) -> None:
    near, far = await enter("near"), await enter("far")
    for number in range(50):
        await near.take(KIND, UUID(int=number))
    nearly = "UPDATE nodes SET expires_at = clock_timestamp() + interval '5 s' WHERE id = 'near' RETURNING expires_at"
    soon = (await database.fetch(nearly))[0][0]
    assert await near.renew()
    rows = await database.fetch("SELECT id, expires_at - $1 > interval '30 s' FROM nodes WHERE id = 'near'", soon)
    assert [tuple(row) for row in rows] == [("near", True)]
    assert await far.take(KIND, UUID(int=49)) == "near"


async def test_a_node_that_was_late_has_lost_everything_and_begins_anew(enter: Enter, database: Database) -> None:
    near, far = await enter("near"), await enter("far")
    await near.take(KIND, ONE)
    await far.take(KIND, TWO)
    await dead(database, "near")
    assert not await near.renew()
    assert await leases_in(database) == {(KIND, TWO): "far"}
    assert await near.take(KIND, ONE) == "near"
    assert await near.renew()


async def test_by_its_own_clock_a_node_knows_that_it_is_late(enter: Enter) -> None:
    assert (await enter("far")).valid
    near = await enter("near", lifetime=0.05)
    await eventually(lambda: not near.valid)
    with pytest.raises(NotInTime):
        await near.take(KIND, ONE)


async def test_who_leaves_gives_all_leases_back_at_once(enter: Enter, database: Database) -> None:
    near, far = await enter("near"), await enter("far")
    await near.take(KIND, ONE)
    await far.take(KIND, TWO)
    await near.leave()
    assert await leases_in(database) == {(KIND, TWO): "far"}
    assert await far.take(KIND, ONE) == "far"


async def test_what_dead_nodes_left_is_swept_after_a_while(enter: Enter, database: Database) -> None:
    near, late, long_dead = await enter("near"), await enter("late"), await enter("long dead")
    await late.take(KIND, ONE)
    await long_dead.take(KIND, TWO)
    for node, seconds in (("late", 30), ("long dead", 90)):
        statement = "UPDATE nodes SET expires_at = clock_timestamp() - $2 * interval '1 second' WHERE id = $1"
        await database.fetch(statement, node, seconds)
    assert await near.renew()
    assert await leases_in(database) == {(KIND, ONE): "late"}
    assert {row["id"] for row in await database.fetch("SELECT id FROM nodes")} == {"near", "late"}


# --- messages and answers -------------------------------------------------------------------------------------------


class Office(NamedTuple):
    """A process."""

    nodes: Nodes
    actors: Actors

    def add(self, key: int, amount: int = 1, counter: UUID = ONE) -> "asyncio.Future[int]":
        answer = self.actors.ask(KIND, counter, Add(key, amount))
        assert isinstance(answer, asyncio.Future)
        return answer

    async def dies(self) -> None:
        """As a crash does it: nobody says goodbye, and its connections are gone."""
        for task in (self.nodes._living, self.nodes.post._listening):
            assert task is not None
            task.cancel()
            await asyncio.wait([task])


Offices = Callable[..., Any]


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(ONE, TWO)


@pytest.fixture
async def offices(database: Database, services: EmbeddedServices, store: MemoryStore) -> AsyncIterator[Offices]:
    """Further processes on the same services. None is ever late by itself, however busy this machine is."""
    opened = []

    async def office(url: str = services.redis_url, renew_every: float = LONG, answers_within: float = LONG) -> Office:
        refusals: dict[str, type[Refusal]] = {kind.code: kind for kind in (Full, counting.NoCounter, Busy)}
        nodes = Nodes(database, url, {KIND: counting}, refusals, LONG)
        nodes._every, nodes.post._answers_within = renew_every, answers_within
        actors = Actors({KIND: store}, ManualClock(), Limits(batch=10), nodes)
        await nodes.start(actors)
        opened.append(Office(nodes, actors))
        return opened[-1]

    yield office
    store.open.set()
    for each in opened:
        await each.actors.stop()
        await each.nodes.stop()


@pytest.fixture
async def near(offices: Offices) -> Office:
    """The process that owns counter ONE."""
    near: Office = await offices()
    await near.add(0, 0)
    return near


async def test_the_owner_decides_what_is_asked_elsewhere_in_its_order(
    near: Office, offices: Offices, store: MemoryStore
) -> None:
    far = await offices()
    answers = [far.add(key) for key in range(1, 40)]
    assert await asyncio.gather(*answers) == list(range(1, 40))
    assert await near.add(40) == 40
    assert await far.add(1) == 1, "sent twice it has its first answer"
    assert (len(far.actors), far.nodes.post.sent, near.nodes.post.sent) == (0, 40, 0)
    assert [key for group in store.groups for key in group] == list(range(41))


async def test_refusals_travel_with_their_facts_and_nothing_as_nothing(near: Office, offices: Offices) -> None:
    far = await offices()
    await far.add(1, 999_999)
    with pytest.raises(Full) as refused:
        await far.add(2, 2)
    assert refused.value.facts() == {"total": 999_999}
    assert await far.actors.ask(KIND, ONE, Wish(NOW)) is None
    assert await far.actors.ask(KIND, ONE, Read()) == 999_999
    with pytest.raises(counting.NoCounter):
        await far.add(1, counter=UUID(int=9))


async def test_a_defect_at_the_owner_fails_its_own_message_alone(near: Office, offices: Offices) -> None:
    far = await offices()
    before, broken, after = far.add(1), far.actors.ask(KIND, ONE, Divide()), far.add(2)
    assert (await before, await after) == (1, 2)
    with pytest.raises(DefectElsewhere):
        await broken


async def test_three_offices_fight_for_two_counters_and_lose_and_double_nothing(offices: Offices) -> None:
    all_of_them = [await offices() for _ in range(3)]
    asked = [(key, counter) for key in range(150) for counter in (ONE, TWO)]
    answers = await asyncio.gather(*(all_of_them[key % 3].add(key, 1, counter) for key, counter in asked))
    for counter in (ONE, TWO):
        told = [answer for answer, (_, of) in zip(answers, asked, strict=True) if of == counter]
        assert sorted(told) == list(range(1, 151))
    assert sum(office.actors.stale for office in all_of_them) == 0


# --- nodes that go --------------------------------------------------------------------------------------------------


async def test_who_stops_gives_back_what_it_owned_and_others_go_on_at_once(
    near: Office, offices: Offices, database: Database
) -> None:
    far = await offices()
    assert await far.add(1) == 1
    async with asyncio.timeout(LONG / 2):
        for key in range(2, 12):
            answer = far.add(key)
            if key == 5:
                stopping = asyncio.create_task(near.actors.stop())
            if key == 8:
                await stopping
                await near.nodes.stop()
            assert await answer == key
    assert await leases_in(database) == {(KIND, ONE): far.nodes.id}
    assert far.nodes.leases.taken_over == 0


async def test_what_is_on_its_way_to_a_node_that_leaves_is_decided_by_the_next(near: Office, offices: Offices) -> None:
    far = await offices()
    assert await far.add(1) == 1
    async with asyncio.timeout(LONG / 2):
        answers = [far.add(key) for key in range(2, 60)]
        await near.actors.stop()
        await near.nodes.stop()
        assert await asyncio.gather(*answers) == list(range(2, 60))


async def test_an_actor_that_crashed_with_its_node_answers_at_once_elsewhere(
    near: Office, offices: Offices, database: Database
) -> None:
    far, third = await offices(), await offices()
    assert await far.add(1) == 1
    await near.dies()
    async with asyncio.timeout(LONG / 2):
        assert await far.add(2) == 2, "nobody hears for its owner"
    assert await leases_in(database) == {(KIND, ONE): near.nodes.id}
    await dead(database, near.nodes.id)
    assert await third.add(3) == 3
    assert (await leases_in(database), third.nodes.leases.taken_over) == ({(KIND, ONE): third.nodes.id}, 1)


async def test_an_owner_that_does_not_answer_in_time_is_busy(
    near: Office, offices: Offices, store: MemoryStore
) -> None:
    far = await offices(answers_within=SHORT)
    store.open.clear()
    with pytest.raises(Busy):
        await far.add(1)
    store.open.set()
    far.nodes.post._answers_within = LONG
    assert await far.add(1) == 1
    assert await far.add(2) == 2


async def test_an_owner_that_died_before_it_answered_is_taken_over(
    near: Office, offices: Offices, store: MemoryStore, database: Database
) -> None:
    far = await offices(answers_within=2)  # the other dies before that
    store.open.clear()
    answer = far.add(1)
    await eventually(lambda: store.commits == 1)
    await near.dies()
    await dead(database, near.nodes.id)
    await eventually(lambda: store.commits == 2)
    store.open.set()
    assert await answer == 1
    assert await far.add(2) == 2
    assert far.nodes.leases.taken_over == 1


async def test_p4_a_node_that_was_late_lets_go_and_asks_who_owns_them_now(offices: Offices, database: Database) -> None:
    late, far = await offices(renew_every=0.1), await offices()
    assert await late.add(1) == 1
    await dead(database, late.nodes.id)
    assert await far.add(2) == 2
    await eventually(lambda: len(late.actors) == 0)
    assert await late.add(3) == 3
    assert (len(far.actors), len(late.actors)) == (1, 0)


async def test_p4_a_late_node_does_not_decide_what_reaches_it_late(offices: Offices, database: Database) -> None:
    late, far = await offices(), await offices()
    assert await late.add(1) == 1
    assert await far.add(2) == 2
    assert len(far.actors) == 0
    late.nodes.leases._until = 0
    await dead(database, late.nodes.id)
    assert await far.add(3) == 3
    assert (len(far.actors), far.nodes.leases.taken_over) == (1, 1)


async def test_an_actor_that_falls_asleep_is_given_back(
    database: Database, services: EmbeddedServices, store: MemoryStore
) -> None:
    nodes = Nodes(database, services.redis_url, {KIND: counting}, {}, LONG)
    actors = Actors({KIND: store}, ManualClock(), Limits(idle=0.01), nodes)
    await nodes.start(actors)
    for key in range(1, 5):
        assert await actors.ask(KIND, ONE, Add(key)) == key

        async def given_back() -> bool:
            return not await leases_in(database)

        await eventually(given_back)
    await actors.stop()
    await nodes.stop()
    assert await database.fetch("SELECT FROM nodes") == []


# --- Valkey ---------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def through_proxy(services: EmbeddedServices) -> AsyncIterator[tuple[Proxy, str]]:
    parts = urlsplit(services.redis_url)
    target = parts.path if parts.scheme == "unix" else parts.port
    assert target is not None
    async with proxy_to(target) as proxy:
        yield proxy, f"redis://127.0.0.1:{proxy.port}/0"


async def test_p10_without_valkey_what_another_owns_is_decided_here(
    near: Office, offices: Offices, database: Database
) -> None:
    far = await offices(url=NOWHERE)
    async with asyncio.timeout(LONG / 2):
        assert await asyncio.gather(*(far.add(key) for key in range(1, 20))) == list(range(1, 20))
    assert await near.add(20) == 20, "the version told it"
    assert await leases_in(database) == {(KIND, ONE): near.nodes.id}


async def test_p10_two_that_cannot_talk_only_lose_time(near: Office, offices: Offices) -> None:
    far = await offices(url=NOWHERE)

    async def ask(office: Office, key: int) -> int:
        while True:
            try:
                return await office.add(key)
            except Busy:
                await asyncio.sleep(0)

    answers = await asyncio.gather(*(ask((near, far)[key % 2], key) for key in range(1, 101)))
    assert sorted(answers) == list(range(1, 101))


async def test_p10_a_cut_to_valkey_is_survived_and_healed(
    near: Office, offices: Offices, services: EmbeddedServices
) -> None:
    async with through_proxy(services) as (proxy, url):
        far = await offices(url=url)
        assert await far.add(1) == 1
        proxy.refusing = True
        proxy.cut()
        async with asyncio.timeout(LONG / 2):
            assert await far.add(2) == 2
        assert len(far.actors) == 1
        proxy.refusing = False

        async def goes_to_its_owner() -> bool:
            far.actors.let_go()  # as the next sleep does
            await eventually(lambda: len(far.actors) == 0)
            assert await far.add(3) == 3, "the same, wherever it is decided"
            return len(far.actors) == 0

        await eventually(goes_to_its_owner)
        await far.actors.stop()
        await far.nodes.stop()


async def test_p10_a_valkey_that_hangs_holds_nobody_up_for_long(near: Office, offices: Offices) -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    async with server:
        far = await offices(url=f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0")
        async with asyncio.timeout(LONG / 2):
            assert await far.add(1) == 1
        await far.actors.stop()
        await far.nodes.stop()


async def test_p10_a_node_starts_and_decides_though_the_database_is_too_slow_for_its_lease(
    offices: Offices, database: Database
) -> None:
    async with database.transaction() as transaction:
        await transaction.connection.execute("LOCK TABLE nodes")
        # It starts outside of the transaction that is in its way.
        slow = await asyncio.create_task(offices(renew_every=0.05), context=Context())
        assert not slow.nodes.leases.valid
        assert await slow.add(1) == 1
    await eventually(lambda: slow.nodes.leases.valid)


async def test_what_nobody_understands_is_passed_over(near: Office, offices: Offices, valkey: "redis.Redis") -> None:
    far = await offices()
    topic = f"fastshop:node:{near.nodes.id}"
    for nonsense in (b"", b"\xc1", msgspec.msgpack.encode({"a": 1}), msgspec.msgpack.encode(["answer", 99, []])):
        assert await valkey.publish(topic, nonsense) == 1
    assert await far.add(1) == 1


async def test_a_message_of_another_release_is_not_decided(near: Office, valkey: "redis.Redis") -> None:
    raw = msgspec.Raw(msgspec.msgpack.encode({}))
    async with valkey.pubsub() as listening:
        await listening.subscribe("fastshop:node:newer")
        for kind, name in ((KIND, "Multiply"), (KIND, "Add"), ("ticket", "Say")):
            parcel = Parcel("newer", 7, kind, ONE, ((name, raw),))
            await valkey.publish(f"fastshop:node:{near.nodes.id}", msgspec.msgpack.encode(parcel))
        heard: list[bytes] = []
        while len(heard) < 3:
            said = await listening.get_message(ignore_subscribe_messages=True, timeout=2)
            if said is not None:
                heard.append(said["data"])
    assert heard == [msgspec.msgpack.encode(Receipt(7))] * 3


# --- encoding -------------------------------------------------------------------------------------------------------


def test_messages_of_a_sale_and_their_answers_come_out_as_they_went_in() -> None:
    codec = Codec({flash_sale.KIND: sale_messages}, contract().refusals)
    terms = flash_sale.Terms(Money(1, "EUR"), Money(2, "EUR"), NOW, NOW, 10, 1, 60, (LimitBy.CARD,), True)
    messages: list[Message[Any]] = [
        Reminded(),
        flash_sale.Hold(UUID(int=1), UUID(int=2), 3, flash_sale.Proved.GOOD),
        flash_sale.StartPayment(UUID(int=1), UUID(int=2), UUID(int=3), ("card:1",)),
        flash_sale.Edit(terms),
    ]
    parcel = codec.decode(codec.encode(Parcel("here", 1, flash_sale.KIND, ONE, codec.pack(messages))))
    assert isinstance(parcel, Parcel)
    assert list(codec.unpack(parcel)) == messages
    outcomes = [None, SoldOut(0, 3, 9), claim(5), Elsewhere()]
    receipt = codec.decode(codec.encode(Receipt(1, codec.report(outcomes))))
    assert isinstance(receipt, Receipt)
    nothing, refused, claimed, undecided = codec.outcomes(flash_sale.KIND, [*messages[:3], messages[1]], receipt)
    assert (nothing, claimed, type(undecided)) == (None, claim(5), Elsewhere)
    assert isinstance(refused, SoldOut)
    assert refused.facts() == {"left": 0, "held": 3, "waiting": 9}


def test_what_this_release_does_not_understand_counts_as_undecided() -> None:
    codec = Codec({KIND: counting}, {})
    with pytest.raises(Elsewhere):
        codec.outcomes(KIND, [Read()], Receipt(1))
    receipt = Receipt(1, codec.report([Full(1), "a word", 3]))
    outcomes = codec.outcomes(KIND, [Read(), Read(), Read()], receipt)
    assert [type(outcome) for outcome in outcomes] == [Elsewhere, Elsewhere, int]

"""Two nodes on one PostgreSQL and one Valkey, and what they do without Valkey (promises P5, P7, P10)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec
import pytest
import redis.asyncio as redis

from server.kernel.clock import SystemClock
from server.kernel.log import Publication
from server.realtime.limits import Limits
from server.realtime.service import Realtime
from tests.proxy import Proxy, proxy_to
from tests.realtime.shop import METER, TestShop, id_of
from tests.realtime.support import Client, running
from tests.support import eventually

WATER = METER.of("water")
NOWHERE = "redis://127.0.0.1:1/0"
# The promise is a second, on a machine that is not shared; nothing but being told ends them sooner than in an hour.
SOON = 10


class Nodes(NamedTuple):
    """What happens, happens on the first."""

    here: Realtime
    there: Realtime
    valkey: Proxy


@asynccontextmanager
async def two_nodes(shop: TestShop, here: str, there: str, limits: Limits) -> AsyncIterator[tuple[Realtime, Realtime]]:
    async with (
        running(shop, here, SystemClock(), limits=limits) as first,
        running(shop, there, SystemClock(), limits=limits, announced=False) as second,
    ):
        yield first, second


@pytest.fixture
async def nodes(shop: TestShop, valkey_url: str) -> AsyncIterator[Nodes]:
    """Two nodes; the second reaches Valkey through a proxy. Nothing is found by comparing, only by being told."""
    parts = urlsplit(valkey_url)
    target = parts.path if parts.scheme == "unix" else parts.port
    assert target is not None
    async with proxy_to(target) as proxy:
        through = f"redis://127.0.0.1:{proxy.port}/0"
        limits = Limits(recheck_every=3600, reread_every=3600, sweep_every=3600, sweep_alone_every=3600)
        async with two_nodes(shop, valkey_url, through, limits) as (here, there):
            await eventually(lambda: here.bus.whole and there.bus.whole)
            yield Nodes(here, there, proxy)


async def connected(realtime: Realtime, token: str = "", *channels: str) -> Client:
    client = Client(realtime)
    await client.connect(token)
    for channel in channels:
        assert "subscribe" in await client.subscribe(channel)
    return client


async def test_watchers_on_another_node_see_events_and_states(nodes: Nodes, shop: TestShop) -> None:
    near, far = await connected(nodes.here, "", "room:a", WATER), await connected(nodes.there, "", "room:a", WATER)
    await shop.tell_room("a", 3)
    await shop.raise_level(4)
    for client in (near, far):
        await eventually(lambda client=client: len(client.pushes("room:a")) == 3)  # type: ignore[misc]
        await eventually(lambda client=client: len(client.pushes(WATER)) == 1)  # type: ignore[misc]
        assert client.offsets("room:a") == [1, 2, 3]


async def test_who_is_in_a_room_is_known_on_both_nodes(nodes: Nodes) -> None:
    ann, bob = await connected(nodes.here, "ann", "room:a"), await connected(nodes.there, "bob", "room:a")
    bobs = bob.session.client  # type: ignore[union-attr]
    await eventually(lambda: bobs in [join["info"]["client"] for join in ann.pushes("room:a", "join")])

    async def people(client: Client) -> int:
        return len((await client.ask(presence={"channel": "room:a"}))["presence"]["presence"])

    async def both() -> bool:
        return await people(ann) == await people(bob) == 2

    await eventually(both)
    bob.session.gone()  # type: ignore[union-attr]
    await eventually(lambda: len(ann.pushes("room:a", "leave")) == 1)

    async def alone() -> bool:
        return await people(ann) == 1

    await eventually(alone)


async def test_a_node_that_died_leaves_nobody_in_a_room(nodes: Nodes, valkey: "redis.Redis") -> None:
    ann = await connected(nodes.here, "ann", "room:a")
    await eventually(lambda: _present(valkey, 1))
    left = await valkey.httl("presence:room:a", ann.session.client)  # type: ignore[union-attr]
    assert 0 < left[0] <= 60


async def test_what_is_published_is_seen_on_the_other_node(nodes: Nodes) -> None:
    ann, bob = await connected(nodes.here, "ann", "typing:a"), await connected(nodes.there, "bob", "typing:a")
    event = {"type": "test.typing", "time": "2026-11-21T12:00:00Z", "text": "He"}
    await ann.ask(publish={"channel": "typing:a", "data": event})
    await eventually(lambda: [push["data"] for push in bob.pushes("typing:a")] == [event])


async def test_p7_an_ended_session_closes_its_sockets_on_both_nodes_soon(nodes: Nodes, shop: TestShop) -> None:
    near, far = await connected(nodes.here, "ann-phone"), await connected(nodes.there, "ann-phone")
    other = await connected(nodes.there, "ann-laptop")
    async with asyncio.timeout(SOON):
        await nodes.here.end_sessions([id_of("session ann-phone")])
        assert (await near.closed(), await far.closed()) == (4501, 4501)
    assert other.code is None


async def test_a_session_that_gave_way_to_a_newer_one_is_told_so_on_both_nodes(nodes: Nodes) -> None:
    near, far = await connected(nodes.here, "ann-phone"), await connected(nodes.there, "ann-phone")
    await nodes.here.end_sessions([id_of("session ann-phone")], replaced=True)
    assert (await near.closed(), await far.closed()) == (4502, 4502)


async def test_people_come_anew_on_both_nodes(nodes: Nodes) -> None:
    near, far = await connected(nodes.here, "ann"), await connected(nodes.there, "ann")
    await nodes.here.renew_users([id_of("ann")])
    assert (await near.closed(), await far.closed()) == (3011, 3011)


async def test_p5_a_node_that_lost_valkey_for_a_while_reads_from_the_log_what_it_was_not_told(
    nodes: Nodes, shop: TestShop
) -> None:
    far = await connected(nodes.there, "", "room:a")
    nodes.valkey.refusing = True
    nodes.valkey.cut()
    await eventually(lambda: not nodes.there.bus.whole)
    await shop.tell_room("a", 5)
    assert far.pushes("room:a") == []
    nodes.valkey.refusing = False
    await eventually(lambda: len(far.pushes("room:a")) == 5)
    await shop.tell_room("a", 1)
    await eventually(lambda: far.offsets("room:a") == [1, 2, 3, 4, 5, 6])


async def test_p5_what_a_node_could_not_tell_is_read_from_the_log_when_it_can_speak_again(
    nodes: Nodes, shop: TestShop
) -> None:
    near = await connected(nodes.here, "", "room:a")
    shop.database.on_commit(nodes.there.hub.announce)
    nodes.valkey.refusing = True
    nodes.valkey.cut()
    await eventually(lambda: not nodes.there.bus.whole)
    await shop.tell_room("a", 5)
    await eventually(lambda: nodes.there.counts.lost > 0)
    assert near.pushes("room:a") == []
    nodes.valkey.refusing = False
    await eventually(lambda: near.offsets("room:a") == [1, 2, 3, 4, 5])


async def test_p10_without_valkey_a_node_serves_and_finds_by_itself_what_others_did(shop: TestShop) -> None:
    limits = Limits(recheck_every=0.1, reread_every=0.1, sweep_alone_every=0.1)
    async with two_nodes(shop, NOWHERE, NOWHERE, limits) as (here, there):
        near, far = (
            await connected(here, "ann", "room:a", WATER, "typing:a"),
            await connected(there, "ann", "room:a", WATER),
        )
        await shop.tell_room("a", 3)
        await shop.raise_level(8)
        for client in (near, far):
            await eventually(lambda client=client: client.offsets("room:a") == [1, 2, 3])  # type: ignore[misc]
            await eventually(lambda client=client: client.pushes(WATER) != [])  # type: ignore[misc]
        assert "rpc" in await far.call("test.echo", text="a")
        assert len((await near.ask(presence={"channel": "room:a"}))["presence"]["presence"]) == 1
        shop.people.ended.add(id_of("session ann"))
        await here.end_sessions([id_of("session ann")])
        async with asyncio.timeout(SOON):
            assert (await near.closed(), await far.closed()) == (4501, 4501)


async def test_p6_what_waits_for_valkey_is_bounded(shop: TestShop) -> None:
    async with running(shop, NOWHERE, SystemClock()) as realtime:
        for seq in range(5000):
            realtime.hub.announce([Publication("room:a", seq + 1, b"{}")])
        assert len(realtime.bus._waiting) <= 1000
        assert realtime.counts.lost >= 4000


async def test_a_node_alone_tells_nobody_until_another_comes(shop: TestShop, valkey_url: str) -> None:
    limits = Limits(hello_every=0.05, recheck_every=3600, reread_every=3600)
    async with running(shop, valkey_url, SystemClock(), limits=limits) as here:
        async with redis.Redis.from_url(valkey_url).pubsub() as listening:
            await listening.subscribe("fastshop:live")
            await eventually(lambda: not here.bus._others)
            await shop.tell_room("a", 3)
            told = [said["data"] async for said in first_messages(listening, 8)]
        assert all(b"test.told" not in message for message in told), "only hellos"
        async with running(shop, valkey_url, SystemClock(), limits=limits, announced=False) as there:
            far = await connected(there, "", "room:a")
            await eventually(lambda: there.bus._node in here.bus._others)
            await shop.tell_room("a", 2)
            await eventually(lambda: far.offsets("room:a") == [4, 5])


async def test_a_message_that_is_not_understood_is_passed_over(nodes: Nodes, valkey: "redis.Redis") -> None:
    near = await connected(nodes.here, "", "room:a")
    for nonsense in (b"", b"\xc1", msgspec.msgpack.encode({"a": 1}), msgspec.msgpack.encode([1, 2, 3])):
        await valkey.publish("fastshop:live", nonsense)
    nodes.there.hub.announce([Publication("room:a", 1, b'{"n":1}')])
    await eventually(lambda: near.offsets("room:a") == [1])
    assert nodes.here.bus.whole


async def first_messages(listening: "redis.client.PubSub", count: int) -> AsyncIterator[dict[str, bytes]]:
    while count:
        said = await listening.get_message(timeout=2)
        if said is not None and said["type"] == "message":
            count -= 1
            yield said


async def _present(valkey: "redis.Redis", count: int) -> bool:
    return len(await valkey.hgetall("presence:room:a")) == count

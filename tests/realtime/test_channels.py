"""Channels: where a watcher starts, what it is sent, and that no event is lost, doubled or out of order (P5, P11)."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from time import monotonic

import msgspec
import pytest

from fastshop.contract.flash_sales import USER
from server.kernel.database import Database
from server.kernel.log import Publication
from server.realtime.limits import Limits
from server.realtime.service import Realtime
from tests.realtime.shop import METER, Level, TestShop, id_of
from tests.realtime.support import Client, running
from tests.support import ManualClock, eventually

WATER = METER.of("water")


async def connected(realtime: Realtime, token: str = "") -> Client:
    client = Client(realtime)
    await client.connect(token)
    return client


async def test_a_log_channel_starts_with_a_snapshot_at_its_exact_offset(realtime: Realtime, shop: TestShop) -> None:
    await shop.tell_room("a", 3)
    client = await connected(realtime)
    result = (await client.subscribe("room:a"))["subscribe"]
    assert result == {
        "recoverable": True,
        "positioned": True,
        "epoch": realtime.hub.epoch,
        "offset": 3,
        "data": {"told": 3},
    }
    await shop.tell_room("a", 2)
    await eventually(lambda: len(client.pushes("room:a")) == 2)
    assert client.offsets("room:a") == [4, 5]
    assert client.pushes("room:a")[0]["data"]["type"] == "test.told"
    assert client.pushes("room:other") == []


async def test_p5_who_subscribes_in_a_storm_of_commits_gets_each_event_after_the_snapshot_once(
    realtime: Realtime, shop: TestShop
) -> None:
    clients = [await connected(realtime) for _ in range(20)]

    async def join(client: Client, after: float) -> int:
        await asyncio.sleep(after)
        result = (await client.subscribe("room:a"))["subscribe"]
        assert result["data"]["told"] == result.get("offset", 0)
        return int(result.get("offset", 0))

    writing = [shop.tell_room("a", 2, commits=20) for _ in range(5)]
    joining = [join(client, number * 0.01) for number, client in enumerate(clients)]
    starts: Sequence[int] = await asyncio.gather(*joining, *writing)
    for client, start in zip(clients, starts, strict=False):
        await eventually(lambda client=client, start=start: len(client.pushes("room:a")) == 200 - start)  # type: ignore[misc]
        assert client.offsets("room:a") == list(range(start + 1, 201))


async def test_p5_of_two_who_come_first_the_one_with_the_older_view_misses_nothing(
    realtime: Realtime, shop: TestShop
) -> None:
    early, late = await connected(realtime), await connected(realtime)
    shop.gate = gate = asyncio.Event()
    begun = early.begin(subscribe={"channel": "room:a"})
    await eventually(lambda: shop.gate is None)
    await shop.tell_room("a")
    assert (await late.subscribe("room:a"))["subscribe"]["offset"] == 1
    gate.set()
    start = (await early.reply(begun))["subscribe"]
    assert start["data"]["told"] == start["offset"]
    await shop.tell_room("a")
    for client in (early, late):
        await eventually(lambda client=client: client.offsets("room:a")[-1:] == [2])  # type: ignore[misc]
        assert client.code is None


async def test_events_that_arrive_twice_or_crossed_are_sent_once_and_in_order(realtime: Realtime) -> None:
    client = await connected(realtime)
    await client.subscribe("room:a")
    events = [Publication("room:a", seq, b'{"n":%d}' % seq) for seq in range(1, 6)]
    for batch in ([events[1]], [events[0]], [events[0], events[1]], [events[4], events[3]], [events[2]], events):
        realtime.hub.receive(batch)
    await eventually(lambda: len(client.pushes("room:a")) == 5)
    assert [push["data"]["n"] for push in client.pushes("room:a")] == [1, 2, 3, 4, 5]


async def test_p5_an_event_whose_wake_up_was_lost_is_read_from_the_log_when_the_next_comes(
    realtime: Realtime, shop: TestShop, database: Database
) -> None:
    client = await connected(realtime)
    await client.subscribe("room:a")
    database.on_commit(lambda _: None)
    await shop.tell_room("a", 3)
    database.on_commit(realtime.hub.announce)
    await shop.tell_room("a")
    await eventually(lambda: len(client.pushes("room:a")) == 4)
    assert client.offsets("room:a") == [1, 2, 3, 4]


async def test_p5_an_event_whose_wake_up_was_lost_is_found_by_the_comparison_with_the_log(
    realtime: Realtime, shop: TestShop, database: Database
) -> None:
    client = await connected(realtime)
    await client.subscribe("room:a")
    database.on_commit(lambda _: None)
    await shop.tell_room("a", 1200)
    await realtime.hub.recheck()
    await eventually(lambda: len(client.pushes("room:a")) == 1200)
    assert client.offsets("room:a") == list(range(1, 1201))


@pytest.mark.parametrize("gone", ["seq = 2", "seq > 0"], ids=["one event", "all there was"])
async def test_p5_a_gap_in_the_log_itself_ends_the_connection(
    realtime: Realtime, shop: TestShop, database: Database, gone: str
) -> None:
    client = await connected(realtime)
    await client.subscribe("room:a")
    database.on_commit(lambda _: None)
    await shop.tell_room("a", 3)
    await database.fetch(f"DELETE FROM event_log WHERE channel = 'room:a' AND {gone}")
    await realtime.hub.recheck()
    assert await client.closed() == 3010


async def test_a_position_resumes_with_all_that_was_missed(realtime: Realtime, shop: TestShop) -> None:
    await shop.tell_room("a", 5)
    client = await connected(realtime)
    epoch = realtime.hub.epoch
    result = (await client.subscribe("room:a", recover=True, offset=2, epoch=epoch))["subscribe"]
    assert (result["was_recovering"], result["recovered"], result["offset"]) == (True, True, 5)
    assert [publication["offset"] for publication in result["publications"]] == [3, 4, 5]
    assert result["publications"][0]["data"]["type"] == "test.told"
    assert "data" not in result
    await shop.tell_room("a")
    await eventually(lambda: client.offsets("room:a") == [6])


@pytest.mark.parametrize(("offset", "epoch"), [(2, "another"), (6, ""), (2, ""), (2**62, "")])
async def test_a_position_that_is_not_known_gets_a_fresh_snapshot(
    realtime: Realtime, shop: TestShop, offset: int, epoch: str
) -> None:
    await shop.tell_room("a", 5)
    client = await connected(realtime)
    here = realtime.hub.epoch if offset > 5 else epoch
    result = (await client.subscribe("room:a", recover=True, offset=offset, epoch=here))["subscribe"]
    assert (result["was_recovering"], result.get("recovered", False), result["data"]) == (True, False, {"told": 5})


async def test_who_does_not_want_a_fresh_snapshot_is_told_so(realtime: Realtime, shop: TestShop) -> None:
    client = await connected(realtime)
    reply = await client.subscribe("room:a", recover=True, offset=2, epoch="another", flag=2)
    assert reply["error"]["code"] == 112
    assert realtime.hub.watchers("room:a") == 0


async def test_recovered_and_live_events_say_the_same(realtime: Realtime, shop: TestShop) -> None:
    client = await connected(realtime)
    await client.subscribe("room:a")
    await shop.tell_room("a", 2)
    await eventually(lambda: len(client.pushes("room:a")) == 2)
    other = await connected(realtime)
    result = (await other.subscribe("room:a", recover=True, epoch=realtime.hub.epoch))["subscribe"]
    assert result["publications"] == client.pushes("room:a")


async def test_a_state_channel_starts_with_the_state_and_shows_the_newest(realtime: Realtime, shop: TestShop) -> None:
    shop.height = 7
    client = await connected(realtime)
    result = (await client.subscribe(WATER))["subscribe"]
    assert result["data"]["height"] == 7
    assert "offset" not in result
    assert "recoverable" not in result
    began = monotonic()
    for height in range(8, 40):
        await shop.raise_level(height)
    await eventually(lambda: client.pushes(WATER)[-1]["data"]["height"] == 39)
    assert len(client.pushes(WATER)) < 2 + (monotonic() - began) * Limits().state_per_second


async def test_many_who_come_to_a_state_channel_at_once_share_a_reading(realtime: Realtime, shop: TestShop) -> None:
    clients = [await connected(realtime) for _ in range(30)]
    before = shop.snapshots
    ids = [client.begin(subscribe={"channel": WATER}) for client in clients]
    for client, command_id in zip(clients, ids, strict=True):
        assert "subscribe" in await client.reply(command_id)
    assert shop.snapshots - before < 5


async def test_a_state_whose_wake_up_was_lost_is_shown_by_the_next_reading(realtime: Realtime, shop: TestShop) -> None:
    client = await connected(realtime)
    await client.subscribe(WATER)
    await shop.raise_level(5)
    await eventually(lambda: len(client.pushes(WATER)) == 1)
    await realtime.hub.reread(WATER)
    await asyncio.sleep(0.15)
    assert len(client.pushes(WATER)) == 1
    await shop.raise_level(9, told=False)
    await realtime.hub.reread(WATER)
    await eventually(lambda: len(client.pushes(WATER)) == 2)
    assert client.pushes(WATER)[1]["data"]["height"] == 9


async def test_p6_a_slow_reader_gets_the_newest_state_only(realtime: Realtime, shop: TestShop) -> None:
    client = await connected(realtime)
    await client.subscribe(WATER)
    client.reads = False
    feed = realtime.hub._feeds[WATER]
    for height in range(1000):
        push = msgspec.json.encode(Level(time=datetime.now(UTC), height=height))
        for watcher in feed.watchers:
            watcher.state(b'{"push":{"channel":"%b","pub":{"data":%b}}}' % (WATER.encode(), push))
    client.read()
    assert [push["data"]["height"] for push in client.pushes(WATER)] == [999]
    assert realtime.counts.conflated == 999


async def test_p6_a_log_reader_that_does_not_read_is_disconnected_and_holds_no_memory(
    realtime: Realtime, shop: TestShop
) -> None:
    slow, quick = await connected(realtime), await connected(realtime)
    await slow.subscribe("room:a")
    await quick.subscribe("room:a")
    slow.reads = False
    await shop.tell_room("a", 1, commits=300)
    assert await slow.closed() == 3008
    assert slow.session is not None
    assert slow.session.outbound.held == 0
    await eventually(lambda: len(quick.pushes("room:a")) == 300)
    assert realtime.hub.watchers("room:a") == 1


async def test_p6_who_does_not_read_answers_is_not_read_from(realtime: Realtime, clock: ManualClock) -> None:
    client = await connected(realtime)
    client.reads = False
    for _ in range(20):
        clock.turn(seconds=3)
        for _ in range(50):
            client.begin(rpc={"method": "test.echo", "data": {"text": "x" * 2000, "times": 3}})
        await asyncio.sleep(0.01)
    assert client.session is not None
    assert client.paused
    assert client.session.outbound.held < 1024 * 1024 + 32 * 6100


async def test_a_burst_in_one_commit_is_one_message(realtime: Realtime, shop: TestShop) -> None:
    client = await connected(realtime)
    await client.subscribe("room:a")
    client.frames.clear()
    await shop.tell_room("a", 1000)
    await eventually(lambda: len(client.pushes("room:a")) == 1000)
    assert client.offsets("room:a") == list(range(1, 1001))
    assert len(client.frames) == 1


async def test_a_channel_that_is_not_there_or_not_for_the_caller_is_not_found(realtime: Realtime) -> None:
    client = await connected(realtime, "ann")
    for channel in (
        "nothing",
        "nothing:1",
        "room",
        "room:",
        "room:closed",
        USER.of(id_of("bob")),
        "admin",
        "room:" + "x" * 300,
    ):
        error = (await client.subscribe(channel))["error"]
        assert (error["code"], json.loads(error["message"])["code"]) == (404, "channel_not_found"), channel
    assert (await client.subscribe(""))["error"]["code"] == 107


async def test_a_second_subscribe_is_refused_and_one_after_unsubscribe_is_not(realtime: Realtime) -> None:
    client = await connected(realtime)
    await client.subscribe("room:a")
    assert (await client.subscribe("room:a"))["error"]["code"] == 105
    assert (await client.ask(unsubscribe={"channel": "room:a"}))["unsubscribe"] == {}
    assert (await client.ask(unsubscribe={"channel": "room:a"}))["unsubscribe"] == {}
    assert realtime.hub.watchers("room:a") == 0
    assert "subscribe" in await client.subscribe("room:a")


async def test_unsubscribing_while_the_subscription_is_being_read_leaves_nothing_behind(realtime: Realtime) -> None:
    client = await connected(realtime)
    begun = client.begin(subscribe={"channel": "room:a"})
    await client.ask(unsubscribe={"channel": "room:a"})
    assert (await client.reply(begun))["error"]["code"] == 107
    assert realtime.hub.watchers("room:a") == 0
    assert "subscribe" in await client.subscribe("room:a")


async def test_a_client_that_goes_while_it_is_being_connected_or_subscribed_leaves_nothing_behind(
    realtime: Realtime,
) -> None:
    for turns in range(12):
        client = Client(realtime)
        client.send({"id": 1, "connect": {"token": "ann"}})
        for _ in range(turns):
            await asyncio.sleep(0)
        client.session.gone()  # type: ignore[union-attr]
        client = await connected(realtime)
        client.begin(subscribe={"channel": "room:a"})
        for _ in range(turns):
            await asyncio.sleep(0)
        client.session.gone()  # type: ignore[union-attr]
    await eventually(lambda: not realtime.node.running)
    assert realtime.hub._feeds == {}
    assert len(realtime.sockets) == 0
    assert realtime.sockets.sessions == ()
    assert await realtime.presence.who("room:a") == {}


async def test_a_client_may_subscribe_what_the_server_gave_and_keeps_it_afterwards(
    realtime: Realtime, shop: TestShop
) -> None:
    channel = USER.of(id_of("ann"))
    client = await connected(realtime, "ann")
    await shop.tell_person("ann", 2)
    result = (await client.subscribe(channel))["subscribe"]
    assert (result["data"], result["offset"]) == ({"told": 2}, 2)
    assert (await client.subscribe(channel))["error"]["code"] == 105
    await client.ask(unsubscribe={"channel": channel})
    await shop.tell_person("ann", 1)
    await eventually(lambda: client.offsets(channel)[-1:] == [3])
    assert "subscribe" in await client.subscribe(channel)


async def test_a_connect_leaves_to_the_client_what_the_same_frame_subscribes(
    realtime: Realtime, shop: TestShop
) -> None:
    channel = USER.of(id_of("ann"))
    client = Client(realtime)
    client.send({"id": 1, "connect": {"token": "ann"}}, {"id": 2, "subscribe": {"channel": channel}})
    assert "subs" not in (await client.reply(1))["connect"]
    assert (await client.reply(2))["subscribe"]["data"] == {"told": 0}


async def test_129_subscriptions_are_one_too_many(realtime: Realtime, clock: ManualClock) -> None:
    client = await connected(realtime)
    for number in range(128):
        clock.turn(seconds=1)
        assert "subscribe" in await client.subscribe(f"meter:{number}")
    clock.turn(seconds=1)
    assert (await client.subscribe("meter:128"))["error"]["code"] == 106


async def test_only_who_watches_may_ask_of_a_channel(realtime: Realtime, shop: TestShop) -> None:
    client = await connected(realtime)
    for kind in ("presence", "presence_stats", "history", "sub_refresh"):
        assert (await client.ask(**{kind: {"channel": "room:a"}}))["error"]["code"] == 103
    assert (await client.ask(publish={"channel": "typing:a", "data": {}}))["error"]["code"] == 103
    await client.subscribe(WATER)
    for kind in ("presence", "presence_stats", "history"):
        assert (await client.ask(**{kind: {"channel": WATER}}))["error"]["code"] == 108


async def test_sub_refresh_asks_the_channels_rule_again(realtime: Realtime) -> None:
    client = await connected(realtime)
    await client.subscribe("room:a")
    assert (await client.ask(sub_refresh={"channel": "room:a"}))["sub_refresh"] == {}


async def test_a_channel_whose_id_is_a_secret_is_watched_by_it_and_kept_by_its_hash(
    realtime: Realtime, shop: TestShop, database: Database
) -> None:
    await shop.tell_vault("sesame", 2)
    first, second = await connected(realtime), await connected(realtime)
    assert (await first.subscribe("vault:sesame"))["subscribe"]["offset"] == 2
    position = {"recover": True, "offset": 1, "epoch": realtime.hub.epoch}
    resumed = (await second.subscribe("vault:sesame", **position))["subscribe"]
    assert [publication["offset"] for publication in resumed["publications"]] == [2]
    await shop.tell_vault("sesame", 2)
    await eventually(lambda: first.offsets("vault:sesame") == second.offsets("vault:sesame") == [3, 4])
    await realtime.hub.recheck()
    read = (await first.ask(history={"channel": "vault:sesame", "limit": 9}))["history"]
    assert (len(read["publications"]), read["offset"]) == (4, 4)
    kept = await database.fetch("SELECT channel FROM event_log UNION SELECT channel FROM channel_heads")
    assert len(kept) == 2
    assert not any("sesame" in row["channel"] for row in kept)
    await second.ask(unsubscribe={"channel": "vault:sesame"})
    await shop.tell_vault("sesame")
    await eventually(lambda: first.offsets("vault:sesame") == [3, 4, 5])
    assert second.offsets("vault:sesame") == [3, 4]
    hashed = next(row["channel"] for row in kept)
    stranger = await connected(realtime)
    assert (await stranger.subscribe(hashed))["subscribe"].get("offset", 0) == 0, "the hash is no key"


async def test_history_gives_pages_in_both_directions(realtime: Realtime, shop: TestShop) -> None:
    await shop.tell_room("a", 10)
    client = await connected(realtime)
    await client.subscribe("room:a")
    epoch = realtime.hub.epoch

    async def offsets(**request: object) -> list[int]:
        result = (await client.ask(history={"channel": "room:a", **request}))["history"]
        assert (result["offset"], result["epoch"]) == (10, epoch)
        return [publication["offset"] for publication in result["publications"]]

    assert await offsets() == []
    assert await offsets(limit=3) == [1, 2, 3]
    assert await offsets(limit=3, since={"offset": 3, "epoch": epoch}) == [4, 5, 6]
    assert await offsets(limit=2, reverse=True) == [10, 9]
    assert await offsets(limit=-1, since={"offset": 3, "epoch": epoch}, reverse=True) == [2, 1]
    for since in ({"offset": 3, "epoch": "another"}, {"offset": 11, "epoch": epoch}):
        reply = await client.ask(history={"channel": "room:a", "limit": 1, "since": since})
        assert reply["error"]["code"] == 112


async def test_publishing_goes_only_where_it_may_and_only_as_the_channel_says(realtime: Realtime) -> None:
    ann, bob, guest = await connected(realtime, "ann"), await connected(realtime, "bob"), await connected(realtime)
    for client in (ann, bob, guest):
        await client.subscribe("typing:a")
    event = {"type": "test.typing", "time": "2026-11-21T12:00:00Z", "text": "He"}
    reply = await ann.ask(publish={"channel": "typing:a", "data": {**event, "extra": "<script>"}})
    assert reply["publish"] == {}
    await eventually(lambda: len(bob.pushes("typing:a")) == 1)
    push = bob.pushes("typing:a")[0]
    assert push["data"] == event
    assert push["info"] == {"client": ann.session.client, "user": str(id_of("ann"))}  # type: ignore[union-attr]
    assert (await guest.ask(publish={"channel": "typing:a", "data": event}))["error"]["code"] == 401
    bad = await ann.ask(publish={"channel": "typing:a", "data": {"type": "test.told"}})
    assert bad["error"]["code"] == 400
    assert (await ann.ask(publish={"channel": "typing:a"}))["error"]["code"] == 400


async def test_presence_tells_who_came_and_went(realtime: Realtime) -> None:
    ann, bob = await connected(realtime, "ann"), await connected(realtime, "bob")
    await ann.subscribe("room:a")
    await bob.subscribe("room:a")
    bob_info = {"client": bob.session.client, "user": str(id_of("bob"))}  # type: ignore[union-attr]
    await eventually(lambda: {"info": bob_info} in ann.pushes("room:a", "join"))
    who = (await ann.ask(presence={"channel": "room:a"}))["presence"]["presence"]
    assert len(who) == 2
    assert who[bob_info["client"]] == bob_info
    stats = (await ann.ask(presence_stats={"channel": "room:a"}))["presence_stats"]
    assert stats == {"num_clients": 2, "num_users": 2}
    bob.session.gone()  # type: ignore[union-attr]
    await eventually(lambda: ann.pushes("room:a", "leave") == [{"info": bob_info}])
    assert len((await ann.ask(presence={"channel": "room:a"}))["presence"]["presence"]) == 1


async def test_an_unsubscribed_state_is_not_written_any_more(realtime: Realtime, shop: TestShop) -> None:
    client = await connected(realtime)
    await client.subscribe(WATER)
    client.reads = False
    await shop.raise_level(3)
    client.begin(unsubscribe={"channel": WATER})
    await asyncio.sleep(0.05)
    client.read()
    assert client.pushes(WATER) == []


async def test_bounds_are_settings(shop: TestShop, valkey_url: str, clock: ManualClock) -> None:
    async with running(shop, valkey_url, clock, limits=Limits(subscriptions=1)) as realtime:
        client = await connected(realtime)
        await client.subscribe("room:a")
        assert (await client.subscribe("room:b"))["error"]["code"] == 106

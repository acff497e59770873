"""The official Python client, unchanged, against a running server: `centrifuge-python` from PyPI."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import centrifuge
import pytest
import redis.asyncio as redis
from centrifuge import Client as Centrifuge
from centrifuge import ClientEventHandler, ClientState, SubscriptionEventHandler, SubscriptionState

from fastshop.contract.codes import STALE
from fastshop.contract.flash_sales import USER
from server.embedded import EmbeddedServices
from server.kernel.clock import SystemClock
from server.realtime.limits import Limits
from server.realtime.service import Realtime
from tests.proxy import Proxy, proxy_to
from tests.realtime.serving import served
from tests.realtime.shop import TestShop, id_of
from tests.realtime.support import running
from tests.support import eventually


class Heard(ClientEventHandler, SubscriptionEventHandler):  # type: ignore[misc]
    """All that a client was told, of itself and of its subscriptions."""

    def __init__(self) -> None:
        self.connected = 0
        self.disconnected: list[int] = []
        self.connecting: list[int] = []
        self.subscribed: list[Any] = []
        self.events: list[Any] = []
        self.joined: list[str] = []
        self.left: list[str] = []
        self.unsubscribed: list[Any] = []

    async def on_connected(self, ctx: Any) -> None:
        self.connected += 1

    async def on_connecting(self, ctx: Any) -> None:
        self.connecting.append(ctx.code)

    async def on_disconnected(self, ctx: Any) -> None:
        self.disconnected.append(ctx.code)

    async def on_subscribed(self, ctx: Any) -> None:
        self.subscribed.append(ctx)

    async def on_unsubscribed(self, ctx: Any) -> None:
        self.unsubscribed.append(ctx)

    async def on_publication(self, ctx: Any) -> None:
        self.events.append(ctx.pub)

    async def on_join(self, ctx: Any) -> None:
        self.joined.append(ctx.info.client)

    async def on_leave(self, ctx: Any) -> None:
        self.left.append(ctx.info.client)

    @property
    def offsets(self) -> list[int]:
        return [event.offset for event in self.events]


class Server:
    """The running server, behind a proxy that can cut."""

    def __init__(self, realtime: Realtime, port: int, proxy: Proxy) -> None:
        self.realtime = realtime
        self.port = port
        self.proxy = proxy
        self.clients: list[Centrifuge] = []

    def watchers(self, channel: str) -> int:
        """How many watch a channel on this node."""
        return self.realtime.hub.watchers(channel)

    async def client(self, token: str = "", path: str = "/ws", **more: Any) -> tuple[Centrifuge, Heard]:
        """A client that has connected."""
        heard = Heard()
        url = f"ws://127.0.0.1:{self.proxy.port}{path}"
        client = Centrifuge(url, events=heard, token=token, proxy=None, min_reconnect_delay=0.01, **more)
        self.clients.append(client)
        await client.connect()
        await client.ready(timeout=5)
        return client, heard


@asynccontextmanager
async def serving(shop: TestShop, services: EmbeddedServices, limits: Limits | None = None) -> AsyncIterator[Server]:
    async with (
        running(shop, services.redis_url, SystemClock(), limits=limits) as realtime,
        served(realtime) as port,
        proxy_to(port) as proxy,
    ):
        server = Server(realtime, port, proxy)
        yield server
        for client in server.clients:
            await client.disconnect()


@pytest.fixture
async def server(shop: TestShop, services: EmbeddedServices, valkey: "redis.Redis") -> AsyncIterator[Server]:
    async with serving(shop, services) as server:
        yield server


async def watch(client: Centrifuge, channel: str) -> tuple[Any, Heard]:
    heard = Heard()
    subscription = client.new_subscription(channel, heard)
    await subscription.subscribe()
    await subscription.ready(timeout=5)
    return subscription, heard


async def test_it_connects_and_gets_answers_and_refusals(server: Server) -> None:
    client, _ = await server.client("ann")
    answer = await client.rpc("test.echo", {"text": "hello"})
    assert answer.data == {"text": "hello", "by": str(id_of("ann"))}
    with pytest.raises(centrifuge.ReplyError) as refused:
        await client.rpc("test.buy", {})
    assert refused.value.code == 409
    assert '"code":"test.gone"' in refused.value.message
    with pytest.raises(centrifuge.ReplyError) as unknown:
        await client.rpc("test.nothing", {})
    assert unknown.value.code == 104


async def test_p5_cut_in_a_burst_of_1000_events_it_sees_each_once_and_in_order(server: Server, shop: TestShop) -> None:
    await shop.tell_room("a", 3)
    client, heard = await server.client()
    _, room = await watch(client, "room:a")
    assert room.subscribed[0].data == {"told": 3}
    assert room.subscribed[0].stream_position.offset == 3

    server.proxy.cut_after = 20_000
    await shop.tell_room("a", 5, commits=100)
    server.proxy.cut_after = 10_000
    await shop.tell_room("a", 5, commits=100)
    await eventually(lambda: len(room.events) >= 1000)
    assert room.offsets == list(range(4, 1004))
    assert heard.connected >= 2
    assert [context.recovered for context in room.subscribed[1:]] == [True] * (heard.connected - 1)


async def test_what_happens_while_it_is_away_is_there_when_it_comes_back(server: Server, shop: TestShop) -> None:
    client, _ = await server.client()
    _, room = await watch(client, "room:a")
    server.proxy.refusing = True
    server.proxy.cut()
    await eventually(lambda: client.state is ClientState.CONNECTING)
    await shop.tell_room("a", 1000)
    server.proxy.refusing = False
    await eventually(lambda: len(room.events) >= 1000)
    assert room.offsets == list(range(1, 1001))


async def test_who_missed_too_much_gets_a_fresh_snapshot(shop: TestShop, services: EmbeddedServices) -> None:
    async with serving(shop, services, Limits(recovered_events=10)) as server:
        client, _ = await server.client()
        _, room = await watch(client, "room:a")
        server.proxy.refusing = True
        server.proxy.cut()
        await eventually(lambda: client.state is ClientState.CONNECTING)
        await shop.tell_room("a", 11)
        server.proxy.refusing = False
        await eventually(lambda: len(room.subscribed) == 2)
        again = room.subscribed[1]
        assert (again.was_recovering, again.recovered, again.data) == (True, False, {"told": 11})
        await shop.tell_room("a")
        await eventually(lambda: room.offsets == [12])


async def test_server_side_subscriptions_resume_as_well(server: Server, shop: TestShop) -> None:
    await shop.tell_person("ann", 2)
    client, heard = await server.client("ann")
    await eventually(lambda: len(heard.subscribed) == 1)
    assert (heard.subscribed[0].channel, heard.subscribed[0].data) == (USER.of(id_of("ann")), {"told": 2})
    await shop.tell_person("ann", 3)
    await eventually(lambda: heard.offsets == [3, 4, 5])
    server.proxy.refusing = True
    server.proxy.cut()
    await eventually(lambda: client.state is ClientState.CONNECTING)
    await shop.tell_person("ann", 4)
    server.proxy.refusing = False
    await eventually(lambda: len(heard.events) >= 7)
    assert heard.offsets == list(range(3, 10))
    assert heard.subscribed[1].recovered


async def test_presence_shows_who_is_in_a_room(server: Server) -> None:
    ann, _ = await server.client("ann")
    bob, _ = await server.client("bob")
    _, heard = await watch(ann, "room:a")
    subscription, _ = await watch(bob, "room:a")
    await eventually(lambda: bob.client_id in heard.joined)
    present = await ann.presence("room:a")
    assert {client.user for client in present.clients.values()} == {str(id_of("ann")), str(id_of("bob"))}
    stats = await ann.presence_stats("room:a")
    assert (stats.num_clients, stats.num_users) == (2, 2)
    await subscription.unsubscribe()
    await eventually(lambda: heard.left == [bob.client_id])
    assert list((await ann.presence("room:a")).clients) == [ann.client_id]


async def test_history_and_publish(server: Server, shop: TestShop) -> None:
    await shop.tell_room("a", 5)
    ann, _ = await server.client("ann")
    await watch(ann, "room:a")
    page = await ann.history("room:a", limit=2)
    assert [publication.offset for publication in page.publications] == [1, 2]
    assert page.offset == 5
    bob, _ = await server.client("bob")
    _, typing = await watch(bob, "typing:a")
    await watch(ann, "typing:a")
    event = {"type": "test.typing", "time": "2026-11-21T12:00:00Z", "text": "He"}
    await ann.publish("typing:a", event)
    await eventually(lambda: len(typing.events) == 1)
    assert (typing.events[0].data, typing.events[0].info.user) == (event, str(id_of("ann")))
    with pytest.raises(centrifuge.ReplyError) as refused:
        await ann.publish("room:a", event)
    assert refused.value.code == 103


async def test_it_refreshes_its_token_and_stays(server: Server, shop: TestShop) -> None:
    tokens: list[str] = []

    async def token() -> str:
        name = f"ann-{len(tokens)}"
        shop.people.lasts[name] = timedelta(seconds=1.2)
        tokens.append(name)
        return name

    client, heard = await server.client(get_token=token)
    await eventually(lambda: len(tokens) >= 3)
    assert heard.connected == 1
    assert client.state is ClientState.CONNECTED


async def test_with_a_token_that_is_over_it_asks_for_a_new_one(server: Server) -> None:
    tokens = iter(["eve", "ann"])

    async def token() -> str:
        return next(tokens)

    client, _ = await server.client(get_token=token)
    assert (await client.rpc("test.echo", {"text": "a"})).data["by"] == str(id_of("ann"))


async def test_a_channel_that_is_not_there_ends_the_subscription(server: Server) -> None:
    client, _ = await server.client()
    watching = Heard()
    subscription = client.new_subscription("room:closed", watching)
    await subscription.subscribe()
    await eventually(lambda: subscription.state is SubscriptionState.UNSUBSCRIBED)
    assert watching.unsubscribed[0].code == 404
    assert '"code":"channel_not_found"' in watching.unsubscribed[0].reason
    assert client.state is ClientState.CONNECTED


async def test_some_codes_make_it_come_back_and_some_stay_away(server: Server, shop: TestShop) -> None:
    client, heard = await server.client("ann")
    await server.realtime.renew_users([id_of("ann")])
    await eventually(lambda: heard.connected == 2)
    assert heard.connecting[-1] == 3011
    await server.realtime.end_sessions([id_of("session ann")])
    await eventually(lambda: heard.disconnected == [4501])
    assert client.state is ClientState.DISCONNECTED


async def test_who_was_not_received_in_time_comes_again_by_itself(server: Server, shop: TestShop) -> None:
    shop.people.held = asyncio.Event()
    coming = asyncio.create_task(server.client("ann"))
    await eventually(lambda: shop.people.asked == 1)
    for session in server.realtime.sockets:
        session.close(STALE)  # type: ignore[attr-defined]
    await eventually(lambda: shop.people.asked == 2)
    shop.people.held.set()
    _, heard = await coming
    assert heard.disconnected == []


async def test_a_session_that_ends_itself_over_its_socket_hears_the_answer(server: Server) -> None:
    client, heard = await server.client("ann")
    await client.rpc("test.leave_all", {})
    await eventually(lambda: heard.disconnected == [4501])


async def test_the_addresses_with_a_channel(server: Server) -> None:
    _, heard = await server.client("seller", path=f"/ws/merchant/{id_of('shop')}")
    await eventually(lambda: any(context.channel == f"seller:{id_of('shop')}" for context in heard.subscribed))
    stranger = Heard()
    url = f"ws://127.0.0.1:{server.proxy.port}/ws/support/1"
    client = Centrifuge(url, events=stranger, token="ann", proxy=None)
    await client.connect()
    await eventually(lambda: stranger.disconnected == [404])


async def deaf(port: int, *commands: str) -> asyncio.StreamWriter:
    """A peer that says these commands and never reads an answer."""
    peer = socket.socket()
    # The kernel keeps little for it, so that the server's writes soon have to wait.
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    peer.setblocking(False)
    await asyncio.get_running_loop().sock_connect(peer, ("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=peer, limit=1024)
    handshake = (
        "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    writer.write(handshake.encode())
    assert b"101" in await reader.readuntil(b"\r\n\r\n")
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    for text in commands:
        writer.write(bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text.encode())
    return writer


WATCHING = ('{"id":1,"connect":{}}', '{"id":2,"subscribe":{"channel":"room:a"}}')


async def test_p6_a_reader_that_never_reads_is_cut_off_and_the_others_see_all(server: Server, shop: TestShop) -> None:
    writer = await deaf(server.port, *WATCHING)
    client, _ = await server.client()
    _, room = await watch(client, "room:a")
    await eventually(lambda: server.watchers("room:a") == 2)
    told = 0
    while server.realtime.counts.slow == 0:
        await shop.tell_room("a", 10, size=20_000)
        told += 10
        held = [session.outbound.held for session in server.realtime.sockets]  # type: ignore[attr-defined]
        assert max(held) < 2 * 1024 * 1024
    await eventually(lambda: len(server.realtime.sockets) == 1)
    await eventually(lambda: len(room.events) == told)
    assert room.offsets == list(range(1, told + 1))
    writer.close()


async def test_p6_a_peer_that_neither_reads_nor_answers_pings_is_let_go_of(
    shop: TestShop, services: EmbeddedServices
) -> None:
    limits = Limits(ping_every=3, pong_within=0.5, outbound_bytes=64 * 1024 * 1024)
    async with serving(shop, services, limits) as server:
        writer = await deaf(server.port, *WATCHING)
        await eventually(lambda: server.watchers("room:a") == 1)
        await shop.tell_room("a", 8, size=1_000_000)
        assert len(server.realtime.sockets) == 1
        await eventually(lambda: len(server.realtime.sockets) == 0)
        await eventually(lambda: not any("AsgiLine" in repr(task) for task in asyncio.all_tasks()))
        assert server.realtime.counts.slow == 0
        writer.close()

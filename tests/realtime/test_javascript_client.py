"""The official JavaScript client, unchanged, in Node with `ws` as its WebSocket, against a running server."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis.asyncio as redis

from fastshop.contract.flash_sales import USER
from server.embedded import EmbeddedServices
from server.kernel.clock import SystemClock
from server.realtime.service import Realtime
from tests.proxy import Proxy, proxy_to
from tests.realtime.serving import served
from tests.realtime.shop import TestShop, id_of
from tests.realtime.support import running
from tests.support import eventually

HERE = Path(__file__).parent / "js"
# The machine's own, or the one that `scripts/with-node` has put beside our Python.
PATH = os.pathsep.join((os.environ.get("PATH", ""), str(Path(sys.executable).parent)))
NODE, NPM = shutil.which("node", path=PATH), shutil.which("npm", path=PATH)

pytestmark = pytest.mark.skipif(NODE is None or NPM is None, reason="there is no Node on this machine")


@pytest.fixture(scope="session")
def packages() -> None:
    """The client and its WebSocket, installed once as the lock says."""
    lock, installed = HERE / "package-lock.json", HERE / "node_modules" / ".installed"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        assert NPM is not None
        subprocess.run([NPM, "ci"], cwd=HERE, check=True, capture_output=True, env={**os.environ, "PATH": PATH})
        installed.touch()


class Script:
    """One client in its own process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.told: list[dict[str, Any]] = []
        self._reading = asyncio.create_task(self._read())

    def do(self, command: str, **rest: Any) -> None:
        """Give it a command."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"command": command, **rest}).encode() + b"\n")

    def all(self, event: str) -> list[dict[str, Any]]:
        """What it told of this kind."""
        return [told for told in self.told if told["event"] == event]

    async def first(self, event: str, number: int = 1) -> dict[str, Any]:
        """The first, or a later, of this kind."""
        await eventually(lambda: len(self.all(event)) >= number)
        return self.all(event)[number - 1]

    async def stop(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        await self._reading

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self.told.append(json.loads(line))


class Server:
    """The running server behind a proxy, and the clients of a test."""

    def __init__(self, realtime: Realtime, proxy: Proxy, stack: AsyncExitStack) -> None:
        self.realtime = realtime
        self.proxy = proxy
        self._stack = stack

    async def client(self, *tokens: str) -> Script:
        """A client that has connected."""
        assert NODE is not None
        process = await asyncio.create_subprocess_exec(
            NODE,
            "client.mjs",
            f"ws://127.0.0.1:{self.proxy.port}/ws",
            json.dumps(tokens),
            cwd=HERE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        script = Script(process)
        self._stack.push_async_callback(script.stop)
        await script.first("connected")
        return script


@pytest.fixture
async def server(
    shop: TestShop, services: EmbeddedServices, valkey: "redis.Redis", packages: None
) -> AsyncIterator[Server]:
    async with (
        running(shop, services.redis_url, SystemClock()) as realtime,
        served(realtime) as port,
        proxy_to(port) as proxy,
        AsyncExitStack() as stack,
    ):
        yield Server(realtime, proxy, stack)


async def test_it_gets_answers_and_refusals(server: Server) -> None:
    client = await server.client("ann")
    client.do("rpc", method="test.echo", data={"text": "hello"})
    assert (await client.first("answer"))["data"] == {"text": "hello", "by": str(id_of("ann"))}
    client.do("rpc", method="test.buy", data={})
    refusal = await client.first("refusal")
    assert (refusal["code"], refusal["temporary"], json.loads(refusal["message"])["left"]) == (409, False, 0)


async def test_p5_cut_in_a_burst_of_1000_events_it_sees_each_once_and_in_order(server: Server, shop: TestShop) -> None:
    await shop.tell_room("a", 3)
    client = await server.client()
    client.do("watch", channel="room:a")
    first = await client.first("subscribed")
    assert (first["data"], first["position"]["offset"]) == ({"told": 3}, 3)
    server.proxy.cut_after = 20_000
    await shop.tell_room("a", 5, commits=100)
    server.proxy.cut_after = 10_000
    await shop.tell_room("a", 5, commits=100)
    await client.first("publication", 1000)
    assert [event["offset"] for event in client.all("publication")] == list(range(4, 1004))
    again = client.all("subscribed")[1:]
    assert again
    assert all(subscribed["recovered"] for subscribed in again)


async def test_a_channel_that_the_server_gave_is_resumed_by_the_clients_own_subscription_without_doubles(
    server: Server, shop: TestShop
) -> None:
    channel = USER.of(id_of("ann"))
    await shop.tell_person("ann", 2)
    client = await server.client("ann")
    assert (await client.first("own subscribed"))["data"] == {"told": 2}
    client.do("watch", channel=channel)
    assert (await client.first("subscribed"))["data"] == {"told": 2}
    await shop.tell_person("ann", 3)
    await client.first("publication", 3)
    await _away(server, client, lambda: shop.tell_person("ann", 2))
    await client.first("publication", 5)
    await shop.tell_person("ann", 1)
    await client.first("publication", 6)
    assert [event["offset"] for event in client.all("publication")] == [3, 4, 5, 6, 7, 8]
    assert client.all("own publication") == []


async def test_server_side_subscriptions_resume(server: Server, shop: TestShop) -> None:
    client = await server.client("ann")
    await shop.tell_person("ann", 2)
    await client.first("own publication", 2)
    await _away(server, client, lambda: shop.tell_person("ann", 2))
    await client.first("own publication", 4)
    assert [event["offset"] for event in client.all("own publication")] == [1, 2, 3, 4]


async def test_presence_and_history(server: Server, shop: TestShop) -> None:
    await shop.tell_room("a", 4)
    ann, bob = await server.client("ann"), await server.client("bob")
    ann.do("watch", channel="room:a")
    await ann.first("subscribed")
    bob.do("watch", channel="room:a")
    assert (await ann.first("join", 2))["user"] == str(id_of("bob"))
    ann.do("presence", channel="room:a")
    people = (await ann.first("presence"))["clients"].values()
    assert {person["user"] for person in people} == {str(id_of("ann")), str(id_of("bob"))}
    bob.do("forget", channel="room:a")
    await ann.first("leave")
    ann.do("history", channel="room:a", limit=2)
    assert await ann.first("history") == {"event": "history", "offsets": [1, 2], "offset": 4}


async def test_it_refreshes_its_token_and_stays(server: Server, shop: TestShop) -> None:
    for name in ("ann-1", "ann-2"):
        shop.people.lasts[name] = timedelta(seconds=1.5)
    client = await server.client("ann-1", "ann-2", "ann-3")
    asked = shop.people.asked
    await eventually(lambda: shop.people.asked == asked + 2)
    client.do("rpc", method="test.echo", data={"text": "still"})
    await client.first("answer")
    assert len(client.all("connected")) == 1


async def test_some_codes_make_it_come_back_and_some_stay_away(server: Server) -> None:
    client = await server.client("ann")
    await server.realtime.renew_users([id_of("ann")])
    await client.first("connected", 2)
    assert client.all("connecting")[-1]["code"] == 3011
    await server.realtime.end_sessions([id_of("session ann")])
    assert await client.first("disconnected") == {"event": "disconnected", "code": 4501, "reason": "session ended"}
    assert len(client.all("connected")) == 2


async def test_a_channel_that_is_not_there_ends_the_subscription(server: Server) -> None:
    client = await server.client()
    client.do("watch", channel="room:closed")
    over = await client.first("unsubscribed")
    assert (over["code"], json.loads(over["reason"])["code"]) == (404, "channel_not_found")


async def _away(server: Server, client: Script, meanwhile: Callable[[], Any]) -> None:
    """Cut the line, let something happen, let it come back."""
    times = len(client.all("connected"))
    server.proxy.refusing = True
    server.proxy.cut()
    await client.first("connecting", len(client.all("connecting")) + 1)
    await meanwhile()
    server.proxy.refusing = False
    await client.first("connected", times + 1)

"""Clients that mean harm (promise P6): memory has a ceiling, others are answered in time, and each is let go.

This is asked of the way below ASGI only: the stock way reads floods to their end, and is there to compare with.
"""

import asyncio
import select
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from time import process_time

import pytest

from server.http.connections import Bounds
from server.kernel.clock import SystemClock
from server.realtime.limits import Limits
from server.realtime.service import Realtime
from server.realtime.session import Session
from server.realtime.uvicorn_protocol import AsgiProtocol, DirectProtocol
from tests.realtime.serving import served
from tests.realtime.shop import TestShop
from tests.realtime.support import running
from tests.realtime.wire import CLOSE, MORE, PING, PONG, TEXT, Wire, close, frame, request, text, wired
from tests.support import eventually

# What may be computed here until others have their answer, in seconds: some 0.04, without bounds a fifth and more.
# Where each line is traced for its coverage, everything takes longer.
_SOON = 0.15 if sys.gettrace() is None else 0.3


@asynccontextmanager
async def node(shop: TestShop, valkey_url: str, limits: Limits | None = None) -> AsyncIterator[tuple[Realtime, int]]:
    async with running(shop, valkey_url, SystemClock(), limits=limits) as realtime, served(realtime) as port:
        yield realtime, port


async def flood(wire: Wire, piece: bytes) -> int:
    """Send the same again and again until the server ends the connection; how many bytes went out."""
    chunk, sent = piece * (1 + 65536 // len(piece)), 0
    with suppress(ConnectionError):
        while not wire.writer.transport.is_closing():
            wire.send(chunk)
            await wire.writer.drain()
            sent += len(chunk)
            await asyncio.sleep(0)
    return sent


async def slowest(wire: Wire, until: Callable[[], bool]) -> float:
    """What the slowest answer had to wait for meanwhile, in seconds of our own: a busy machine makes no difference."""
    worst = 0.0
    while not until():
        began = process_time()
        await wire.works()
        worst = max(worst, process_time() - began)
        await asyncio.sleep(0.06)
    return worst


@pytest.mark.parametrize(
    ("before", "piece"),
    [
        (b"", frame(PING)),
        (b"", frame(PING, b"x" * 125)),
        (b"", frame(PONG)),
        (b"", frame(TEXT)),
        (b"", frame(TEXT, b"{}")),
        (b"", text(id=2, ping={})),
        (frame(TEXT, b"{", final=False), frame(MORE, final=False)),
        (b"", frame(TEXT, final=False) + frame(MORE, final=False) * 20 + frame(MORE)),
        (frame(TEXT, b"no JSON"), frame(TEXT, b"{}")),
    ],
    ids=[
        "pings",
        "large pings",
        "pongs",
        "nothings",
        "empty commands",
        "commands",
        "fragments",
        "fragmented nothings",
        "after our goodbye",
    ],
)
@pytest.mark.parametrize("reads", [True, False], ids=["reading", "not reading"])
async def test_p6_a_flood_is_cut_off_and_others_do_not_wait_for_it(
    shop: TestShop, valkey_url: str, before: bytes, piece: bytes, reads: bool
) -> None:
    async with node(shop, valkey_url) as (realtime, port), wired(port) as bad, wired(port) as good:
        await bad.connect()
        await good.connect()
        bad.send(before)
        flooding = asyncio.create_task(flood(bad, piece))
        reading = asyncio.create_task(bad.rest() if reads else asyncio.sleep(0, b""))
        assert await slowest(good, flooding.done) < _SOON
        assert flooding.result() < 16 * 1024 * 1024
        assert len(realtime.sockets) == 1
        await reading


async def test_p6_a_reader_that_never_reads_is_let_go_and_costs_no_more_than_its_bound(
    shop: TestShop, valkey_url: str
) -> None:
    limits = Limits(outbound_bytes=100_000)
    async with node(shop, valkey_url, limits) as (realtime, port), unread(port) as peer:
        peer.sendall(text(id=2, subscribe={"channel": "room:a"}))
        await eventually(lambda: realtime.hub.watchers("room:a") == 1)
        told = 0
        while len(realtime.sockets):
            await shop.tell_room("a", 20, size=2000)
            told += 20 * 2000
            assert all(size < 100_000 + 20 * 3000 for size in held_of(realtime))
            assert told < 64 * 1024 * 1024
        await eventually(lambda: is_cut(peer))


async def test_p6_who_asks_and_never_reads_the_answers_is_heard_no_more_then_let_go(
    shop: TestShop, valkey_url: str
) -> None:
    limits = Limits(
        outbound_bytes=50_000, commands_per_second=1e6, commands_burst=10**6, ping_every=0.5, pong_within=0.5
    )
    async with node(shop, valkey_url, limits) as (realtime, port), unread(port) as peer:
        ask = text(id=2, rpc={"method": "test.echo", "data": {"text": "x" * 2000, "times": 3}})
        loop = asyncio.get_running_loop()
        peer.setblocking(False)
        with suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(5):
                while True:
                    await loop.sock_sendall(peer, ask * 20)
                    assert all(size < 50_000 + 33 * 7000 for size in held_of(realtime))
        await eventually(lambda: is_cut(peer))
        assert len(realtime.sockets) == 0


async def test_p6_a_connection_on_which_nothing_is_said_is_ended(shop: TestShop, valkey_url: str) -> None:
    async with node(shop, valkey_url, Limits(connect_within=0.2)) as (realtime, port), wired(port) as wire:
        await upgrade(wire)
        assert await wire.ended() == (4001, "stale")
        await eventually(lambda: len(realtime.sockets) == 0)


async def test_p6_who_does_not_answer_pings_is_let_go(shop: TestShop, valkey_url: str) -> None:
    limits = Limits(ping_every=0.1, pong_within=0.1)
    async with node(shop, valkey_url, limits) as (realtime, port), wired(port) as wire:
        await wire.connect()
        assert await wire.frame() == (TEXT, b"{}")
        assert (await wire.ended())[0] == 3012
        await eventually(lambda: len(realtime.sockets) == 0)


async def test_p6_who_says_goodbye_and_stays_is_cut(shop: TestShop, valkey_url: str) -> None:
    """The server has said its goodbye as well: nothing is left to wait for."""
    async with node(shop, valkey_url) as (_, port), unread(port) as peer:
        peer.sendall(close(1000))
        await eventually(lambda: is_over(peer), 4)


async def test_p6_who_does_not_answer_our_goodbye_is_cut(shop: TestShop, valkey_url: str) -> None:
    async with node(shop, valkey_url) as (_, port), wired(port) as wire:
        await wire.connect()
        wire.send(frame(TEXT, b"no JSON"))
        assert (await wire.frame())[0] == CLOSE
        assert await wire.rest() == b""


@pytest.mark.parametrize("protocol", [DirectProtocol, AsgiProtocol], ids=["direct", "asgi"])
async def test_p6_sockets_count_for_their_address_until_they_are_gone(
    shop: TestShop, valkey_url: str, protocol: type[AsgiProtocol]
) -> None:
    bounds = Bounds(per_address=2)
    async with (
        running(shop, valkey_url, SystemClock()) as realtime,
        served(realtime, protocol, bounds, trusted="10.0.0.1") as port,
        wired(port) as one,
        wired(port) as two,
    ):
        await one.connect()
        await two.connect()
        async with wired(port) as three:
            assert (await three.head())[0] == 429
        one.send(close(1000))
        await one.ended()

        async def served_again() -> bool:
            async with wired(port) as wire:
                await upgrade(wire)
                return True

        await eventually(served_again)


@asynccontextmanager
async def unread(port: int) -> AsyncIterator[socket.socket]:
    """A connected client that reads nothing any more."""
    with socket.socket() as peer:
        # Before connecting: it bounds what the kernel takes on the client's behalf.
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        peer.setblocking(False)
        await asyncio.get_running_loop().sock_connect(peer, ("127.0.0.1", port))
        wire = Wire(*await asyncio.open_connection(sock=peer.dup()))
        await wire.connect()
        wire.writer.transport.pause_reading()  # type: ignore[attr-defined]
        peer.setblocking(True)
        yield peer
        wire.writer.transport.abort()


def held_of(realtime: Realtime) -> list[int]:
    """What waits to be written to each socket, in bytes."""
    return [session.outbound.held for session in realtime.sockets if isinstance(session, Session)]


def is_cut(peer: socket.socket) -> bool:
    """Whether the server has cut the connection, without reading from it."""
    return bool(_events(peer) & (select.POLLERR | select.POLLHUP))


def is_over(peer: socket.socket) -> bool:
    """Whether the server has closed its end."""
    return bool(_events(peer) & select.POLLRDHUP)


def _events(peer: socket.socket) -> int:
    poll = select.poll()
    poll.register(peer, select.POLLRDHUP)
    return sum(events for _, events in poll.poll(0))


async def upgrade(wire: Wire) -> None:
    """Shake hands, and say nothing."""
    wire.send(request())
    assert (await wire.head())[0] == 101

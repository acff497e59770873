"""Clients that take for ever, or all connections there are (promise P6): they are let go, and others are served."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from time import monotonic

import pytest

from server.http.connections import Bounds
from server.settings import SettingsError, read_settings
from tests.http.support import SHELF, THING, Edge, edge
from tests.support import eventually

HASTY = Bounds(head_within=0.5, pace_within=0.5, pace_bytes=100)
HEAD = b"GET /livez HTTP/1.1\r\nHost: shop\r\n"


def post(size: int) -> bytes:
    """The head of a request whose body has so many bytes."""
    lines = (
        f"POST /api/v1/shelves/{SHELF}/things HTTP/1.1",
        "Host: shop",
        "Content-Type: application/json",
        f"Content-Length: {size}",
    )
    return "\r\n".join((*lines, "", "")).encode()


@pytest.fixture(scope="module")
async def hasty() -> AsyncIterator[Edge]:
    """The sample shop with little patience."""
    async with edge(bounds=HASTY) as running:
        yield running


@asynccontextmanager
async def connection(shop: Edge) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", shop.port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


@asynccontextmanager
async def dripping(writer: asyncio.StreamWriter, pieces: Iterable[bytes], every: float) -> AsyncIterator[None]:
    """Send piece after piece, for as long as somebody takes them."""
    task = asyncio.create_task(drip(writer, pieces, every))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def drip(writer: asyncio.StreamWriter, pieces: Iterable[bytes], every: float) -> None:
    for piece in pieces:
        if writer.transport.is_closing():
            return
        writer.write(piece)
        await asyncio.sleep(every)


async def alive(shop: Edge) -> bool:
    async with shop.http.get("/livez") as response:
        return response.status == 200


@pytest.mark.parametrize("said", [b"", b"GET", HEAD], ids=["nothing", "a word", "half a head"])
async def test_a_head_that_does_not_come_is_not_waited_for(hasty: Edge, said: bytes) -> None:
    async with connection(hasty) as (reader, writer):
        writer.write(said)
        async with asyncio.timeout(20):
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    assert json.loads(body)["code"] == "request_timeout"


async def test_a_head_that_comes_byte_by_byte_must_end_in_time_too(hasty: Edge) -> None:
    async with connection(hasty) as (reader, writer), dripping(writer, (b"x" for _ in range(2000)), 0.02):
        async with asyncio.timeout(20):
            assert (await reader.read()).startswith(b"HTTP/1.1 408 ")


async def test_the_second_head_of_a_connection_must_come_in_time_as_the_first(hasty: Edge) -> None:
    async with connection(hasty) as (reader, writer):
        writer.write(HEAD + b"\r\n")
        assert b" 200 " in await reader.readuntil(b'"alive"}')
        writer.write(HEAD)
        async with asyncio.timeout(20):
            assert (await reader.read()).startswith(b"HTTP/1.1 408 ")


async def test_a_connection_that_is_kept_alive_may_be_silent_longer_than_a_head_may_take(hasty: Edge) -> None:
    async with connection(hasty) as (reader, writer):
        writer.write(HEAD + b"\r\n")
        await reader.readuntil(b'"alive"}')
        await asyncio.sleep(2 * HASTY.head_within)
        writer.write(HEAD + b"\r\n")
        assert b" 200 " in await reader.readuntil(b'"alive"}')


@pytest.mark.parametrize("every", [10.0, 0.05], ids=["stops", "drips"])
async def test_a_body_that_does_not_come_is_not_waited_for(hasty: Edge, every: float) -> None:
    async with connection(hasty) as (reader, writer):
        writer.write(post(5000))
        async with dripping(writer, (b" " for _ in range(200)), every):
            with suppress(ConnectionResetError):
                async with asyncio.timeout(20):
                    assert await reader.read() == b"", "it is cut without an answer"


async def test_a_body_may_take_long_as_long_as_it_comes(hasty: Edge) -> None:
    body = json.dumps({"thing_id": str(THING), "count": 1}).encode().ljust(20_000)
    began = monotonic()
    async with connection(hasty) as (reader, writer):
        writer.write(post(len(body)))
        await drip(writer, (body[at : at + 500] for at in range(0, len(body), 500)), every=0.05)
        async with asyncio.timeout(20):
            status = await reader.readuntil(b"\r\n")
    assert b" 200 " in status
    assert monotonic() - began > 3 * HASTY.pace_within


async def test_an_answer_that_nobody_reads_is_let_go_of(tmp_path: Path) -> None:
    size = 32 * 1024 * 1024
    (tmp_path / "index.html").write_text("a page")
    (tmp_path / "large.bin").write_bytes(bytes(size))
    async with edge(bounds=HASTY, pages=tmp_path) as shop, connection(shop) as (reader, writer):
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(b"GET /large.bin HTTP/1.1\r\nHost: shop\r\n\r\n")
        await asyncio.sleep(5 * HASTY.pace_within)
        writer.transport.resume_reading()  # type: ignore[attr-defined]
        came = 0
        async with asyncio.timeout(20):
            with suppress(ConnectionError):
                while piece := await reader.read(1 << 20):
                    came += len(piece)
        assert 0 < came < size


async def test_p6_fifty_slow_clients_are_gone_after_a_while_and_others_were_served_meanwhile(hasty: Edge) -> None:
    async with AsyncExitStack() as stack:
        slow = [await stack.enter_async_context(connection(hasty)) for _ in range(50)]
        for _, writer in slow:
            writer.write(HEAD)
        assert await alive(hasty)
        async with asyncio.timeout(20):
            answers = await asyncio.gather(*(reader.read() for reader, _ in slow))
        assert all(answer.startswith(b"HTTP/1.1 408 ") for answer in answers)
        assert await alive(hasty)


async def test_p6_an_address_has_so_many_connections_and_no_more_until_one_is_gone() -> None:
    async with edge(bounds=Bounds(per_address=3), trusted="10.0.0.1") as shop, AsyncExitStack() as stack:
        held = [await stack.enter_async_context(connection(shop)) for _ in range(3)]
        await eventually(lambda: len(held) == 3)
        async with connection(shop) as (reader, _):
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 429 ")
        assert json.loads(body)["code"] == "too_many_connections"
        held[0][1].transport.abort()

        async def served() -> bool:
            async with shop.raw(HEAD + b"\r\n") as reader:
                return b" 200 " in await reader.readline()

        await eventually(served)


async def test_a_proxy_that_is_trusted_may_have_any_number() -> None:
    async with edge(bounds=Bounds(per_address=1)) as shop, AsyncExitStack() as stack:
        for _ in range(5):
            await stack.enter_async_context(connection(shop))
        assert await alive(shop)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FASTSHOP_HEAD_SECONDS", "0"),
        ("FASTSHOP_PACE_SECONDS", "soon"),
        ("FASTSHOP_CONNECTIONS_PER_ADDRESS", "-1"),
        ("FASTSHOP_COMMANDS_PER_SECOND", "0"),
    ],
)
def test_a_bound_that_cannot_be_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings({name: value})

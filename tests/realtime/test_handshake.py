"""The socket itself: who may come with a cookie, and frames that are no text of ours. Never a traceback, never 1011."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import aiohttp
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from server.kernel.clock import SystemClock
from tests.realtime.serving import served
from tests.realtime.shop import TestShop, id_of
from tests.realtime.support import ORIGIN, running


@pytest.fixture
async def url(shop: TestShop, valkey_url: str) -> AsyncIterator[str]:
    async with running(shop, valkey_url, SystemClock()) as realtime, served(realtime) as port:
        yield f"ws://127.0.0.1:{port}/ws"


def opened(url: str, **headers: str) -> connect:
    return connect(url, additional_headers=headers, proxy=None)


async def ask(socket: ClientConnection, **command: Any) -> dict[str, Any]:
    await socket.send(json.dumps({"id": 1, **command}))
    reply: dict[str, Any] = json.loads(await socket.recv())
    return reply


async def closed(socket: ClientConnection) -> int:
    with suppress(ConnectionClosed):
        async with asyncio.timeout(5):
            while True:
                await socket.recv()
    assert socket.close_code is not None
    return socket.close_code


@pytest.mark.parametrize(
    ("origin", "believed"),
    [
        (ORIGIN, True),
        (None, False),
        ("null", False),
        ("http://evil.example", False),
        (f"{ORIGIN}.evil.example", False),
        (ORIGIN.replace("http", "https"), False),
        (ORIGIN.upper(), False),
        ("http://127.0.0.1", False),
    ],
)
async def test_a_cookie_is_believed_only_from_a_page_of_ours(url: str, origin: str | None, believed: bool) -> None:
    headers = {"Cookie": "other=1; fastshop=ann"} | ({"Origin": origin} if origin else {})
    async with opened(url, **headers) as socket:
        reply = await ask(socket, connect={})
        assert ("subs" in reply["connect"]) is believed


async def test_a_token_is_believed_from_anywhere_and_before_the_cookie(url: str) -> None:
    async with opened(url, Cookie="fastshop=ann", Origin="http://evil.example") as socket:
        reply = await ask(socket, connect={"token": "bob"})
        assert list(reply["connect"]["subs"]) == [f"user:{id_of('bob')}"]


async def test_text_that_is_not_utf_8_closes_with_1007_and_no_traceback(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        async with opened(url) as socket:
            await ask(socket, connect={})
            await socket.send(b'{"id":2,"rpc":{"method":"\xff\xfe"}}', text=True)
            assert await closed(socket) == 1007
    assert caplog.records == []


async def test_a_frame_of_64_kib_is_taken_and_one_byte_more_closes_with_1009(url: str) -> None:
    async with opened(url) as socket:
        await ask(socket, connect={})
        text = json.dumps({"id": 2, "ping": {}})
        await socket.send(text + " " * (65536 - len(text)))
        assert json.loads(await socket.recv()) == {"id": 2, "ping": {}}
        await socket.send(text + " " * (65537 - len(text)))
        assert await closed(socket) == 1009


async def test_a_message_in_fragments_is_put_together(url: str) -> None:
    async with opened(url) as socket:
        await socket.send(['{"id":1,', '"connect":', "{}}"])
        assert "connect" in json.loads(await socket.recv())


async def test_a_binary_frame_is_sent_away(url: str) -> None:
    async with opened(url) as socket:
        await socket.send(b"\x0a\x02\x08\x01")
        assert await closed(socket) == 3506


async def test_what_is_not_json_is_sent_away_with_a_code(url: str) -> None:
    async with opened(url) as socket:
        await socket.send("GET / HTTP/1.1")
        assert await closed(socket) == 3501
        assert socket.close_reason == "bad request"


async def test_a_client_that_closes_is_forgotten(url: str) -> None:
    async with opened(url) as socket:
        await ask(socket, connect={})
    async with opened(url) as socket:
        assert "connect" in await ask(socket, connect={})


async def test_an_unknown_address_and_plain_http_are_refused(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(url.replace("ws://", "http://")) as response:
            assert response.status in (404, 405)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url + "/elsewhere")

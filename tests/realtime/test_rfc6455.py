"""RFC 6455 frame by frame, over a raw TCP connection: what Autobahn's fuzzing client asks of a server, and more.

The chapters are Autobahn's. What is echoed is the shop's own protocol: a command and its answer. Everything is asked of
both ways to serve a socket: below ASGI, and through it.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator

import pytest
from structlog.testing import capture_logs

from server.embedded import EmbeddedServices
from server.kernel.clock import SystemClock
from server.kernel.database import Database
from server.realtime.uvicorn_protocol import AsgiProtocol, DirectProtocol
from tests.realtime.serving import served
from tests.realtime.shop import TestShop
from tests.realtime.support import running
from tests.realtime.wire import (
    ACCEPT,
    BINARY,
    CLOSE,
    MORE,
    PING,
    PONG,
    TEXT,
    Wire,
    close,
    frame,
    padded,
    request,
    text,
    wired,
)

LIMIT = 64 * 1024
ECHO = json.dumps({"id": 7, "rpc": {"method": "test.echo", "data": {"text": "κόσμε 🂱"}}}, ensure_ascii=False).encode()
ECHOED = {"id": 7, "rpc": {"data": {"text": "κόσμε 🂱", "by": ""}}}


@pytest.fixture(scope="module", params=[DirectProtocol, AsgiProtocol], ids=["direct", "asgi"])
def protocol(request: pytest.FixtureRequest) -> type[AsgiProtocol]:
    """Each way to serve a socket."""
    way: type[AsgiProtocol] = request.param
    return way


@pytest.fixture(scope="module")
async def port(protocol: type[AsgiProtocol], open_database: Database, services: EmbeddedServices) -> AsyncIterator[int]:
    """One server for all that is asked here: nothing is stored."""
    async with (
        running(TestShop(open_database), services.redis_url, SystemClock()) as realtime,
        served(realtime, protocol) as port,
    ):
        yield port


@pytest.fixture(autouse=True)
def _nothing_goes_wrong(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever is sent, nothing of ours breaks over it."""
    with caplog.at_level(logging.WARNING), capture_logs() as said:
        yield
    assert [entry for entry in said if entry["log_level"] == "error"] == []
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.fixture
async def wire(port: int) -> AsyncIterator[Wire]:
    """A connection over which the protocol has begun."""
    async with wired(port) as wire:
        await wire.connect()
        yield wire


# --- 1 · framing ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [125, 126, 127, 128, 65535, LIMIT])
async def test_a_message_of_any_size_up_to_the_limit_is_taken(wire: Wire, size: int) -> None:
    wire.send(frame(TEXT, padded(size, id=2, ping={})))
    assert await wire.answer() == {"id": 2, "ping": {}}
    await wire.works()


async def test_a_message_of_nothing_asks_for_nothing(wire: Wire) -> None:
    wire.send(frame(TEXT))
    await wire.works()


@pytest.mark.parametrize("size", [LIMIT + 1, 1 << 20])
async def test_a_larger_message_closes_with_1009(wire: Wire, size: int) -> None:
    wire.send(frame(TEXT, padded(size, id=2, ping={})))
    assert (await wire.ended())[0] == 1009


async def test_a_message_is_refused_for_the_size_it_says_before_it_comes(wire: Wire) -> None:
    wire.send(frame(TEXT, length=b"\x7f" + (1 << 40).to_bytes(8, "big")))
    assert (await wire.ended())[0] == 1009


async def test_a_length_with_the_top_bit_set_is_refused(wire: Wire) -> None:
    wire.send(frame(TEXT, length=b"\x7f" + (1 << 63 | 10).to_bytes(8, "big")))
    assert (await wire.ended())[0] in (1002, 1009)


@pytest.mark.parametrize("extra", [b"\x7e\x00\x1f", b"\x7f" + (31).to_bytes(8, "big")], ids=["16 bit", "64 bit"])
async def test_a_length_said_in_more_bytes_than_it_needs_is_taken(wire: Wire, extra: bytes) -> None:
    """RFC 6455 5.2 forbids it to the sender only; browsers and Autobahn's own clients read it too."""
    wire.send(frame(TEXT, padded(31, id=2, ping={}), length=extra))
    assert await wire.answer() == {"id": 2, "ping": {}}
    await wire.works()


@pytest.mark.parametrize("size", [126, 5000])
async def test_a_message_may_come_byte_by_byte(wire: Wire, size: int) -> None:
    await wire.chop(frame(TEXT, padded(size, id=2, ping={})))
    assert await wire.answer() == {"id": 2, "ping": {}}
    await wire.works()


async def test_many_messages_may_come_in_one_piece(wire: Wire) -> None:
    wire.send(b"".join(text(id=number, ping={}) for number in range(2, 42)))
    assert [(await wire.answer())["id"] for _ in range(40)] == list(range(2, 42))


@pytest.mark.parametrize("size", [100, 126, 127, 128, 2000, 6000])
async def test_answers_of_any_size_are_framed_right(wire: Wire, size: int) -> None:
    said = "a" * (size // 3 if size > 2000 else size)
    wire.send(text(id=2, rpc={"method": "test.echo", "data": {"text": said, "times": 3 if size > 2000 else 1}}))
    assert (await wire.answer())["rpc"]["data"]["text"] == "a" * size
    await wire.works()


async def test_a_mask_of_zeros_is_a_mask(wire: Wire) -> None:
    wire.send(frame(TEXT, ECHO, mask=b"\0\0\0\0"))
    assert await wire.answer() == ECHOED


@pytest.mark.parametrize("opcode", [TEXT, PING, CLOSE])
async def test_a_frame_that_is_not_masked_is_refused(wire: Wire, opcode: int) -> None:
    wire.send(frame(opcode, b"{}", mask=b""))
    assert (await wire.ended())[0] == 1002


# --- 2 · pings and pongs ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("payload", [b"", b"Hello", bytes(range(131, 256)), b"\x00\xff\xfe\xfd"], ids=len)
async def test_a_ping_is_answered_with_what_it_says(wire: Wire, payload: bytes) -> None:
    wire.send(frame(PING, payload))
    assert await wire.frame() == (PONG, payload)
    await wire.works()


async def test_a_ping_may_come_byte_by_byte(wire: Wire) -> None:
    await wire.chop(frame(PING, b"x" * 125))
    assert await wire.frame() == (PONG, b"x" * 125)


@pytest.mark.parametrize("opcode", [PING, PONG, CLOSE])
async def test_a_control_frame_of_126_bytes_is_refused(wire: Wire, opcode: int) -> None:
    wire.send(frame(opcode, b"\x03\xe8" + b"x" * 124))
    assert (await wire.ended())[0] == 1002


async def test_pongs_that_nobody_asked_for_are_passed_over(wire: Wire) -> None:
    wire.send(frame(PONG) + frame(PONG, b"unsolicited") + frame(PING, b"a") + frame(PONG, b"b"))
    assert await wire.frame() == (PONG, b"a")
    await wire.works()


async def test_many_pings_are_answered_in_their_order(wire: Wire) -> None:
    wire.send(b"".join(frame(PING, b"%d" % number) for number in range(10)))
    assert [await wire.frame() for _ in range(10)] == [(PONG, b"%d" % number) for number in range(10)]


# --- 3 · reserved bits ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reserved", range(1, 8))
@pytest.mark.parametrize("opcode", [TEXT, BINARY, PING, CLOSE])
async def test_a_reserved_bit_is_refused(wire: Wire, opcode: int, reserved: int) -> None:
    wire.send(frame(opcode, b"", reserved=reserved))
    assert (await wire.ended())[0] == 1002


async def test_what_came_before_a_violation_is_not_undone_and_what_comes_after_is_not_heard(wire: Wire) -> None:
    wire.send(frame(PING, b"before") + frame(TEXT, b"{}", reserved=4) + frame(PING, b"after"))
    assert await wire.frame() == (PONG, b"before")
    assert (await wire.ended())[0] == 1002


# --- 4 · opcodes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("opcode", [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
@pytest.mark.parametrize("payload", [b"", b"{}"], ids=len)
async def test_an_unknown_opcode_is_refused(wire: Wire, opcode: int, payload: bytes) -> None:
    wire.send(frame(opcode, payload))
    assert (await wire.ended())[0] == 1002


@pytest.mark.parametrize("fragments", [1, 3])
async def test_a_binary_message_is_sent_away_with_the_protocols_own_code(wire: Wire, fragments: int) -> None:
    wire.send(b"".join(_fragments(BINARY, [b"\x0a"] * fragments)))
    assert await wire.ended() == (3506, "inappropriate protocol")


# --- 5 · fragments ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pieces", [2, 3, len(ECHO)])
async def test_a_message_in_fragments_is_put_together(wire: Wire, pieces: int) -> None:
    wire.send(b"".join(_cut(ECHO, pieces)))
    assert await wire.answer() == ECHOED
    await wire.works()


async def test_fragments_may_come_byte_by_byte(wire: Wire) -> None:
    await wire.chop(b"".join(_cut(ECHO, 5)))
    assert await wire.answer() == ECHOED


async def test_fragments_may_be_empty(wire: Wire) -> None:
    wire.send(b"".join(_fragments(TEXT, [b"", ECHO, b"", b""])))
    assert await wire.answer() == ECHOED
    wire.send(b"".join(_fragments(TEXT, [b"", b"", b""])))
    await wire.works()


async def test_a_ping_between_fragments_is_answered_at_once(wire: Wire) -> None:
    first, second, third = _cut(ECHO, 3)
    wire.send(first + frame(PING, b"one"))
    assert await wire.frame() == (PONG, b"one")
    wire.send(second + frame(PONG, b"none") + frame(PING, b"two"))
    assert await wire.frame() == (PONG, b"two")
    wire.send(third)
    assert await wire.answer() == ECHOED


@pytest.mark.parametrize("opcode", [PING, PONG, CLOSE])
async def test_a_control_frame_may_not_be_a_fragment(wire: Wire, opcode: int) -> None:
    wire.send(frame(opcode, b"", final=False))
    assert (await wire.ended())[0] == 1002


@pytest.mark.parametrize("final", [True, False])
@pytest.mark.parametrize("before", [b"", text(id=2, send={})], ids=["at first", "after a message"])
async def test_nothing_goes_on_that_did_not_begin(wire: Wire, before: bytes, final: bool) -> None:
    wire.send(before + frame(MORE, b"{}", final=final))
    assert (await wire.ended())[0] == 1002


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
@pytest.mark.parametrize("final", [True, False])
async def test_no_message_begins_inside_another(wire: Wire, opcode: int, final: bool) -> None:
    wire.send(frame(TEXT, b"{", final=False) + frame(opcode, b"{}", final=final))
    assert (await wire.ended())[0] == 1002


async def test_the_limit_counts_for_all_fragments_together(wire: Wire) -> None:
    whole = padded(LIMIT, id=2, ping={})
    wire.send(b"".join(_fragments(TEXT, [whole[at : at + 1024] for at in range(0, LIMIT, 1024)])))
    assert await wire.answer() == {"id": 2, "ping": {}}
    wire.send(b"".join(_fragments(TEXT, [whole[at : at + 1024] for at in range(0, LIMIT, 1024)] + [b" "])))
    assert (await wire.ended())[0] == 1009


# --- 6 · UTF-8 --------------------------------------------------------------------------------------------------------

INVALID = {
    "a byte that never is": b"\xff",
    "a continuation alone": b"\x80",
    "a truncated code point": "κ".encode()[:1],
    "an overlong slash": b"\xc0\xaf",
    "an overlong nothing": b"\xe0\x80\x80",
    "a surrogate": b"\xed\xa0\x80",
    "beyond Unicode": b"\xf4\x90\x80\x80",
    "five bytes": b"\xf8\x88\x80\x80\x80",
}


@pytest.mark.parametrize("wrong", INVALID.values(), ids=list(INVALID))
async def test_text_that_is_not_utf_8_closes_with_1007(wire: Wire, wrong: bytes) -> None:
    wire.send(frame(TEXT, b'{"id":2,"rpc":{"method":"' + wrong + b'"}}'))
    assert (await wire.ended())[0] == 1007


@pytest.mark.parametrize("wrong", INVALID.values(), ids=list(INVALID))
async def test_fragments_that_are_not_utf_8_close_with_1007_at_their_end_at_the_latest(
    wire: Wire, wrong: bytes
) -> None:
    wire.send(b"".join(_fragments(TEXT, [b'{"id":2,"rpc":{"method":"', wrong, b'"}}'])))
    assert (await wire.ended())[0] == 1007


async def test_utf_8_that_ends_in_the_middle_of_a_code_point_closes_with_1007(wire: Wire) -> None:
    wire.send(frame(TEXT, "🂱".encode()[:3]))
    assert (await wire.ended())[0] == 1007


async def test_a_code_point_may_be_cut_between_fragments_and_between_segments(wire: Wire) -> None:
    at = ECHO.index("🂱".encode()) + 2
    first, second = _fragments(TEXT, [ECHO[:at], ECHO[at:]])
    wire.send(first)
    wire.send(frame(PING))
    assert await wire.frame() == (PONG, b"")
    await wire.chop(second)
    assert await wire.answer() == ECHOED


@pytest.mark.parametrize(
    "point", ["\x01", "\x7f", "\x80", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\ufffe", "\U0010ffff"]
)
async def test_every_code_point_comes_through(wire: Wire, point: str) -> None:
    said = {"id": 2, "rpc": {"method": "test.echo", "data": {"text": point}}}
    wire.send(frame(TEXT, json.dumps(said, ensure_ascii=point < " ").encode()))
    assert (await wire.answer())["rpc"]["data"]["text"] == point


# --- 7 · closing ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999])
async def test_a_close_is_answered_with_its_code(wire: Wire, code: int) -> None:
    wire.send(close(code, b"bye"))
    assert (await wire.ended())[0] == code


async def test_a_close_without_a_code_is_answered(wire: Wire) -> None:
    wire.send(frame(CLOSE))
    assert (await wire.ended())[0] in (None, 1000)


@pytest.mark.parametrize("reason", [b"x" * 123, "ü".encode() * 61], ids=["ASCII", "UTF-8"])
async def test_a_reason_may_be_as_long_as_a_control_frame_holds(wire: Wire, reason: bytes) -> None:
    wire.send(close(1000, reason))
    assert (await wire.ended())[0] == 1000


async def test_a_longer_reason_is_refused(wire: Wire) -> None:
    wire.send(close(1000, b"x" * 124))
    assert (await wire.ended())[0] == 1002


async def test_half_a_code_is_refused(wire: Wire) -> None:
    wire.send(frame(CLOSE, b"\x03"))
    assert (await wire.ended())[0] == 1002


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65535])
async def test_a_code_that_may_not_be_sent_is_refused(wire: Wire, code: int) -> None:
    wire.send(close(code))
    assert (await wire.ended())[0] == 1002


@pytest.mark.parametrize("wrong", INVALID.values(), ids=list(INVALID))
async def test_a_reason_that_is_not_utf_8_closes_with_1007(wire: Wire, wrong: bytes) -> None:
    wire.send(close(1000, b"bye" + wrong))
    assert (await wire.ended())[0] == 1007


@pytest.mark.parametrize("after", [text(id=2, ping={}), frame(PING), close(1001), b"\xff" * 20])
async def test_what_comes_after_a_close_is_not_heard(wire: Wire, after: bytes) -> None:
    wire.send(close(1000) + after)
    assert (await wire.ended())[0] == 1000


async def test_a_close_inside_a_fragmented_message_counts(
    request: pytest.FixtureRequest, protocol: type[AsgiProtocol], wire: Wire
) -> None:
    if protocol is AsgiProtocol:
        reason = "websockets calls the message incomplete, though RFC 6455 5.4 lets control frames interrupt it"
        request.applymarker(pytest.mark.xfail(strict=True, reason=reason))
    wire.send(frame(TEXT, b"{", final=False) + close(1000))
    assert (await wire.ended())[0] == 1000


async def test_the_server_closes_with_a_reason_and_hears_the_echo(wire: Wire) -> None:
    wire.send(frame(TEXT, b"GET / HTTP/1.1"))
    opcode, payload = await wire.frame()
    assert (opcode, payload) == (CLOSE, (3501).to_bytes(2, "big") + b"bad request")
    wire.send(close(3501))
    async with asyncio.timeout(4):
        assert await wire.rest() == b""


async def test_a_server_that_said_goodbye_answers_nothing_more(wire: Wire) -> None:
    wire.send(frame(TEXT, b"no JSON"))
    assert (await wire.frame())[0] == CLOSE
    wire.send(text(id=2, ping={}) + frame(TEXT, b"no JSON either") + close(1000))
    assert await wire.rest() == b""


# --- the ends of a connection -----------------------------------------------------------------------------------------


async def test_a_client_that_will_say_no_more_is_let_go(wire: Wire) -> None:
    wire.send(text(id=2, ping={}))
    assert await wire.answer() == {"id": 2, "ping": {}}
    wire.writer.write_eof()
    async with asyncio.timeout(4):
        await wire.rest()


async def test_a_client_that_vanishes_in_the_middle_of_a_frame_harms_nobody(port: int, wire: Wire) -> None:
    async with wired(port) as other:
        await other.connect()
        other.send(frame(TEXT, padded(5000, id=2, ping={}))[:100])
    await wire.works()


# --- the handshake ----------------------------------------------------------------------------------------------------


async def test_the_handshake_is_answered_with_the_key_and_nothing_that_was_not_agreed(port: int) -> None:
    async with wired(port) as wire:
        offered = {
            "Sec_WebSocket_Protocol": "centrifuge-json, soap",
            "Sec_WebSocket_Extensions": "permessage-deflate; client_max_window_bits",
        }
        wire.send(request(**offered))
        status, headers = await wire.head()
        assert status == 101
        assert headers["sec-websocket-accept"] == ACCEPT
        assert (headers["upgrade"].lower(), headers["connection"].lower()) == ("websocket", "upgrade")
        assert "sec-websocket-extensions" not in headers
        assert "sec-websocket-protocol" not in headers
        wire.send(text(id=1, connect={}))
        assert "connect" in await wire.answer()


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (request(Sec_WebSocket_Key=None), 400),
        (request(Sec_WebSocket_Key="c2hvcnQ="), 400),
        (request(Sec_WebSocket_Key="not base64!"), 400),
        (request("GET", "/ws", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="), 400),
        (request(Sec_WebSocket_Version="12"), 426),
        (request(Sec_WebSocket_Version="13, 8"), 426),
        (request(Sec_WebSocket_Version=None), 426),
        (request("POST"), 405),
        (request(path="/elsewhere"), 403),
    ],
    ids=[
        "no key",
        "a short key",
        "a key that is no base64",
        "two keys",
        "an old version",
        "two versions",
        "no version",
        "POST",
        "elsewhere",
    ],
)
async def test_a_wrong_handshake_is_refused_and_the_connection_ended(port: int, said: bytes, status: int) -> None:
    async with wired(port) as wire:
        wire.send(said)
        found, headers = await wire.head()
        assert found == status
        assert status != 426 or headers["sec-websocket-version"] == "13"
        await wire.rest()


@pytest.mark.parametrize("lines", [[f"X-{n}: 1" for n in range(300)], ["X: " + "x" * 9000], ["X: " + "x" * 70_000]])
async def test_a_handshake_with_too_much_in_it_is_refused(port: int, lines: list[str]) -> None:
    async with wired(port) as wire:
        wire.send(request("GET", "/ws", *lines))
        assert (await wire.head())[0] in (400, 431)
        await wire.rest()


async def test_a_handshake_may_come_byte_by_byte(port: int) -> None:
    async with wired(port) as wire:
        await wire.chop(request())
        assert (await wire.head())[0] == 101
        wire.send(text(id=1, connect={}))
        assert "connect" in await wire.answer()


def _fragments(opcode: int, pieces: list[bytes]) -> list[bytes]:
    last = len(pieces) - 1
    return [frame(MORE if at else opcode, piece, final=at == last) for at, piece in enumerate(pieces)]


def _cut(message: bytes, pieces: int) -> list[bytes]:
    size = -(-len(message) // pieces)
    return _fragments(TEXT, [message[at : at + size] for at in range(0, len(message), size)])

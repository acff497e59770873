"""The client's end of a WebSocket, byte by byte: it can say whatever the protocol forbids."""

import asyncio
import json
import struct
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
MORE = 0x0

KEY, ACCEPT = "dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # the sample of RFC 6455, 1.3
_MASK = b"\x37\xfa\x21\x3d"
# Longer than anything here may take: a test that waits so long has failed.
_PATIENCE = 30


def frame(
    opcode: int,
    payload: bytes = b"",
    *,
    final: bool = True,
    reserved: int = 0,
    mask: bytes = _MASK,
    length: bytes | None = None,
) -> bytes:
    """A frame of a client. ``reserved`` are three bits; ``length`` says the size otherwise, after RFC 6455 5.2."""
    first = (0x80 if final else 0) | reserved << 4 | opcode
    said = _length(len(payload)) if length is None else length
    head = bytes([first, (0x80 if mask else 0) | said[0]]) + said[1:] + mask
    return head + (masked(payload, mask) if mask else payload)


def _length(size: int) -> bytes:
    if size < 126:
        return bytes([size])
    return b"\x7e" + size.to_bytes(2, "big") if size < 1 << 16 else b"\x7f" + size.to_bytes(8, "big")


def masked(payload: bytes, mask: bytes = _MASK) -> bytes:
    """The payload as it travels."""
    if not payload:
        return b""
    size = len(payload)
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")


def close(code: int, reason: bytes = b"") -> bytes:
    """A client's close frame."""
    return frame(CLOSE, struct.pack("!H", code) + reason)


def text(**command: Any) -> bytes:
    """A command in a text frame."""
    return frame(TEXT, json.dumps(command).encode())


def padded(size: int, **command: Any) -> bytes:
    """A command in exactly so many bytes: JSON may end in blanks."""
    return json.dumps(command).encode().ljust(size)


def request(method: str = "GET", path: str = "/ws", *lines: str, **headers: str | None) -> bytes:
    """A request for an upgrade. Headers replace the usual ones, None leaves one out; ``lines`` come after them."""
    usual: dict[str, str | None] = {
        "Host": "shop",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": KEY,
        "Sec-WebSocket-Version": "13",
    }
    said = usual | {name.replace("_", "-"): value for name, value in headers.items()}
    shown = [f"{name}: {value}" for name, value in said.items() if value is not None]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *shown, *lines, "", ""]).encode()


class Wire:
    """A TCP connection to the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self._count = 0
        self._answers: deque[dict[str, Any]] = deque()

    def send(self, data: bytes) -> None:
        """Send bytes as they are, in one piece."""
        self.writer.write(data)

    async def chop(self, data: bytes) -> None:
        """Send one byte a segment: the server gets them one by one."""
        for at in range(len(data)):
            self.writer.write(data[at : at + 1])
            await self.writer.drain()
            await asyncio.sleep(0)

    async def head(self) -> tuple[int, dict[str, str]]:
        """The status and the headers of the answer to a request."""
        async with asyncio.timeout(_PATIENCE):
            head = await self.reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")[:-2]
        headers = dict(line.split(": ", 1) for line in lines)
        return int(first.split()[1]), {name.lower(): value for name, value in headers.items()}

    async def frame(self) -> tuple[int, bytes]:
        """The next frame of the server: it is whole and not masked."""
        async with asyncio.timeout(_PATIENCE):
            first, size = await self.reader.readexactly(2)
            assert first & 0xF0 == 0x80, "every frame of ours is final, without reserved bits"
            assert size < 0x80, "a server does not mask"
            if size > 125:
                size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8), "big")
            return first & 0x0F, await self.reader.readexactly(size)

    async def answer(self) -> dict[str, Any]:
        """The next answer: several may share a text frame."""
        if not self._answers:
            opcode, payload = await self.frame()
            assert opcode == TEXT, (opcode, payload)
            self._answers.extend(json.loads(line) for line in payload.splitlines())
        return self._answers.popleft()

    async def connect(self) -> None:
        """Shake hands, and begin the shop's own protocol."""
        self.send(request())
        status, headers = await self.head()
        assert (status, headers["sec-websocket-accept"]) == (101, ACCEPT)
        self.send(text(id=1, connect={}))
        assert "connect" in await self.answer()

    async def works(self) -> None:
        """Fail unless the connection still answers."""
        self._count += 1
        said = f"still here {self._count}"
        self.send(text(id=1000 + self._count, rpc={"method": "test.echo", "data": {"text": said}}))
        assert (await self.answer())["rpc"]["data"]["text"] == said

    async def ended(self) -> tuple[int | None, str]:
        """The code and the reason that the server closes with. Its close is answered; then it ends the connection."""
        opcode, payload = await self.frame()
        assert opcode == CLOSE, (opcode, payload)
        self.send(frame(CLOSE, payload))
        assert await self.rest() == b"", "nothing follows a close frame"
        return (int.from_bytes(payload[:2], "big") if payload else None), payload[2:].decode()

    async def rest(self) -> bytes:
        """All that comes until the server ends the connection."""
        async with asyncio.timeout(_PATIENCE):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""


@asynccontextmanager
async def wired(port: int) -> AsyncIterator[Wire]:
    """A connection on which nothing was said yet."""
    wire = Wire(*await asyncio.open_connection("127.0.0.1", port))
    try:
        yield wire
    finally:
        wire.writer.transport.abort()

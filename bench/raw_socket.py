"""A WebSocket client that costs next to nothing, so that what is measured is the server."""

import asyncio
import base64
import os
from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

_HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def frame(payload: bytes) -> bytes:
    """A text frame of a client. Its mask is all zeros, which leaves the payload as it is (RFC 6455 5.3)."""
    size = len(payload)
    head = bytes([0x81, 0x80 | size]) if size < 126 else bytes([0x81, 0xFE]) + size.to_bytes(2, "big")
    return head + b"\0\0\0\0" + payload


class RawSocket(asyncio.Protocol):
    """One connection. ``heard`` is given each text frame."""

    def __init__(self, heard: Callable[[bytes], None]) -> None:
        self.heard = heard
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._buffer = b""

    @classmethod
    async def open(cls, address: str, heard: Callable[[bytes], None], path: str = "/ws") -> "RawSocket":
        """Connect and shake hands."""
        parts = urlsplit(address)
        assert parts.hostname is not None
        assert parts.port is not None
        _, socket = await asyncio.get_running_loop().create_connection(lambda: cls(heard), parts.hostname, parts.port)
        key = base64.b64encode(os.urandom(16)).decode()
        socket.transport.write(_HANDSHAKE.format(path=path, host=parts.netloc, key=key).encode())
        await socket.opened
        return socket

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio."""
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        self._buffer += data
        if not self.opened.done():
            head, end, rest = self._buffer.partition(b"\r\n\r\n")
            if not end:
                return
            assert b" 101 " in head, head
            self._buffer = rest
            self.opened.set_result(None)
        while (payload := self._next()) is not None:
            self.heard(payload)

    def send(self, payload: bytes) -> None:
        """Send a text frame."""
        self.transport.write(frame(payload))

    def close(self) -> None:
        """Hang up."""
        self.transport.abort()

    def _next(self) -> bytes | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        size, start = buffer[1], 2
        if size == 126:
            size, start = int.from_bytes(buffer[2:4], "big"), 4
        elif size == 127:
            size, start = int.from_bytes(buffer[2:10], "big"), 10
        if len(buffer) < start + size:
            return None
        self._buffer = buffer[start + size :]
        return buffer[start : start + size]

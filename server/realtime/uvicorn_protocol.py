"""uvicorn's WebSocket with what it lacks mended: give one of these classes to it as ``ws=``."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request, Response

from server.kernel.cutting import cut

# The version of the protocol that RFC 6455 describes, and the only one.
_VERSION = "13"
# How long a peer that does not read may take to read what is left, in seconds; then its connection is cut.
_LINGER = 5.0

# Where a handler finds the way below ASGI, in the extensions of its scope.
BELOW_ASGI = "fastshop.below_asgi"

# Makes what serves the transport from now on. It is given how to be forgotten when the connection is gone.
Successor = Callable[[asyncio.Transport, Callable[[asyncio.Protocol], None]], asyncio.Protocol]


class AsgiProtocol(WebSocketsSansIOProtocol):
    """Mended: every handshake is answered, text that is not UTF-8 closes with 1007, a peer that never reads is cut."""

    _left: Callable[[], None] | None = None

    def when_gone(self, then: Callable[[], None]) -> None:
        """Call this once the connection is gone, whoever serves it by then."""
        self._left = then

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        super().connection_lost(exc)
        self._leave()

    def data_received(self, data: bytes) -> None:
        """Frames; at first the handshake, which may be such that no request comes of it."""
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            self._end_handshake()

    def handle_connect(self, event: Request) -> None:
        """Begin to serve a request. One for another version is told ours (RFC 6455 4.4)."""
        if event.headers.get_all("Sec-WebSocket-Version") == [_VERSION]:
            super().handle_connect(event)
            return
        refusal = self.conn.reject(HTTPStatus.UPGRADE_REQUIRED, "This is version 13 of the WebSocket protocol.\n")
        refusal.headers["Sec-WebSocket-Version"] = _VERSION
        self._end_handshake(refusal)

    def send_receive_event_to_app(self) -> None:
        """Hand a whole message over, if it is what it says."""
        if self.curr_msg_data_type == "text" and not self.close_sent and not _is_text(b"".join(self.frames)):
            self.frames = []
            self.conn.send_close(1007, "invalid UTF-8")
            self.handle_parser_exception()
            return
        super().send_receive_event_to_app()

    def _leave(self) -> None:
        if self._left is not None:
            self._left()

    def _end_handshake(self, refusal: Response | None = None) -> None:
        if refusal is not None:
            self.conn.send_response(refusal)
        self.handshake_initiated = self.handshake_complete = self.close_sent = True
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.transport.close()

    async def run_asgi(self) -> None:
        """Serve the connection; afterwards let go of it, even if the peer does not."""
        await super().run_asgi()
        if self.transport.is_closing() and self.transport.get_write_buffer_size():
            asyncio.get_running_loop().call_later(_LINGER, cut, self.transport)


class DirectProtocol(AsgiProtocol):
    """Shakes hands through ASGI; then the application may take the transport over, below it."""

    def handle_connect(self, event: Request) -> None:
        """Offer the application the way below."""
        super().handle_connect(event)
        if not self.handshake_complete:
            cast("dict[str, Any]", self.scope["extensions"])[BELOW_ASGI] = self.hand_over

    def hand_over(self, successor: Successor) -> None:
        """Let another protocol serve the accepted connection. What arrived before it was accepted is not heard."""
        # uvicorn asks of what is in this set only that it has a `shutdown`.
        connections = cast("set[Any]", self.connections)

        def forget(line: asyncio.Protocol) -> None:
            connections.discard(line)
            self._leave()

        line = successor(self.transport, forget)
        self.transport.set_protocol(line)
        connections.discard(self)
        connections.add(line)
        self.transport = _HandedOver()


class _HandedOver(asyncio.Transport):
    """In the place of a transport that somebody else serves: uvicorn closes it when the handler has returned."""

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        pass

    def get_write_buffer_size(self) -> int:
        return 0


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True

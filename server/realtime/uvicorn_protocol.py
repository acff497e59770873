"""uvicorn's WebSocket with what it lacks mended: give this class to it as ``ws=``."""

import asyncio

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

# How long a peer that does not read may take to read what is left, in seconds; then its connection is cut.
_LINGER = 5.0


class RealtimeProtocol(WebSocketsSansIOProtocol):
    """Closes with 1007 on text that is not UTF-8, and does not keep a connection for a peer that never reads."""

    def send_receive_event_to_app(self) -> None:
        """Hand a whole message over, if it is what it says."""
        if self.curr_msg_data_type == "text" and not self.close_sent and not _is_text(b"".join(self.frames)):
            self.frames = []
            self.conn.send_close(1007, "invalid UTF-8")
            self.handle_parser_exception()
            return
        super().send_receive_event_to_app()

    async def run_asgi(self) -> None:
        """Serve the connection; afterwards let go of it, even if the peer does not."""
        await super().run_asgi()
        if self.transport.is_closing() and self.transport.get_write_buffer_size():
            asyncio.get_running_loop().call_later(_LINGER, self.transport.abort)


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True

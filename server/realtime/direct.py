"""A socket below ASGI: frames go from the transport to the session by a plain call, and back by one write a turn.

The handshake is uvicorn's and Litestar's; then the transport is handed to a `DirectLine`. A hop through ASGI costs more
than all that the session does (docs/decisions/0013-below-asgi.md).
"""

import asyncio
import time
from collections.abc import Callable
from typing import Self

import structlog

from fastshop.contract.codes import COMMAND_FLOOD, INAPPROPRIATE_PROTOCOL, SERVER_ERROR, SHUTDOWN, CloseCode
from server.kernel.cutting import cut
from server.realtime import websocket
from server.realtime.bucket import TokenBucket
from server.realtime.node import Line, Visitor
from server.realtime.session import Session
from server.realtime.websocket import FrameReader, Violation

logger = structlog.get_logger()

# How long a peer may take to read what is left and to say goodbye, in seconds; then its connection is cut.
_LINGER = 5.0
# What waits in the transport before we stop writing to it, in bytes: the rest waits, bounded, in the session.
_HIGH_WATER = 64 * 1024
# Frames that bring no message: enough for the largest message in the small fragments that some libraries make.
_FRAMES_PER_SECOND, _FRAMES_AT_ONCE = 50, 2000
# What we listen to after we said goodbye, in bytes: the peer's goodbye is somewhere among what was on its way.
_LISTENED_TO = 256 * 1024

Open = Callable[[Line, Visitor], Session]


class Turn:
    """Gathers the lines that have something to write, so that each writes once for all that a turn brings it."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._lines: list[DirectLine] = []

    def add(self, line: "DirectLine") -> None:
        """Have the line write, soon."""
        if not self._lines:
            # Not in the next turn but in the one after: what a commit publishes comes a turn before its answers.
            self._loop.call_soon(self._loop.call_soon, self._write)
        self._lines.append(line)

    def _write(self) -> None:
        lines, self._lines = self._lines, []
        for line in lines:
            try:
                line.write()
            except Exception:
                logger.exception("a frame could not be written")
                line.abort()


class DirectLine(asyncio.Protocol):
    """One connection after its handshake. ``forget`` is called when it is gone."""

    def __init__(
        self, transport: asyncio.Transport, limit: int, turn: Turn, forget: Callable[[asyncio.Protocol], None]
    ) -> None:
        self._transport = transport
        self._turn = turn
        self._forget = forget
        spend = TokenBucket(_FRAMES_PER_SECOND, _FRAMES_AT_ONCE, time.monotonic).spend
        self._reader = FrameReader(limit, spend)
        self._timer: asyncio.TimerHandle | None = None
        self._writable = True
        self._waking = False
        # Our close frame, once there is a reason for one, and whether it was written.
        self._goodbye = b""
        self._said = False
        # The peer said goodbye, or what it says cannot be read any more, or is too much.
        self._deaf = False
        self._left_to_hear = _LISTENED_TO
        transport.set_write_buffer_limits(high=_HIGH_WATER)

    def serve(self, open_session: Open, visitor: Visitor) -> Self:
        """Open the session that this line serves."""
        self._session = open_session(self, visitor)
        return self

    # --- what the session asks: see `server.realtime.node.Line` -------------------------------------------------------

    def wake(self) -> None:
        """See `server.realtime.node.Line`."""
        if not self._waking:
            self._waking = True
            self._turn.add(self)

    def close(self, code: CloseCode) -> None:
        """See `server.realtime.node.Line`."""
        self._deaf = self._deaf or code is COMMAND_FLOOD
        self._end(code.number, code.sentence)

    def pause(self) -> None:
        """See `server.realtime.node.Line`."""
        if not self._goodbye and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume(self) -> None:
        """See `server.realtime.node.Line`."""
        if not self._transport.is_closing():
            self._transport.resume_reading()

    def schedule(self, seconds: float) -> None:
        """See `server.realtime.node.Line`."""
        if not self._goodbye:
            self._set_timer(seconds, self._tick)

    # --- what the transport tells -------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Frames, in whatever pieces. What is answered at once is written at once."""
        queued, self._waking = self._waking, True
        self._hear(data)
        if not queued:
            self.write()

    def eof_received(self) -> None:
        """The peer will say no more: the transport closes itself, once what it holds is read."""
        self._deaf = self._said = True
        self._session.gone()
        self._set_timer(_LINGER, self.abort)

    def pause_writing(self) -> None:
        """The peer does not read as fast as we write."""
        self._writable = False

    def resume_writing(self) -> None:
        """There is room again."""
        self._writable = True
        self.write()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - however it was lost
        """It is gone."""
        self._deaf = self._said = True
        if self._timer is not None:
            self._timer.cancel()
        self._session.gone()
        self._forget(self)

    def abort(self) -> None:
        """Cut the connection."""
        cut(self._transport)

    def shutdown(self) -> None:
        """See `uvicorn.Server.shutdown`."""
        self._session.close(SHUTDOWN)

    # --- writing ------------------------------------------------------------------------------------------------------

    def write(self) -> None:
        """Write what waits, as fast as the peer reads it; after that goodbye, if it is time."""
        self._waking = False
        if self._said:
            return
        outbound, wrote = self._session.outbound, False
        while self._writable and (message := outbound.take()) is not None:
            self._transport.write(websocket.frame(websocket.TEXT, message))
            wrote = True
        if self._goodbye and self._writable:
            self._say_goodbye()
        elif wrote:
            self._session.written()

    def _hear(self, data: bytes) -> None:
        if self._goodbye:
            self._left_to_hear -= len(data)
            if self._left_to_hear < 0:
                self.abort()
                return
        if self._deaf:
            return
        try:
            for opcode, payload in self._reader.receive(data):
                if opcode == websocket.TEXT:
                    self._session.receive(payload)
                else:
                    self._control(opcode, payload)
                if self._deaf:
                    return
        except Violation as violation:
            self._deaf = True
            self._end(violation.code, violation.reason)
        except Exception:
            logger.exception("a frame could not be handled")
            self._session.close(SERVER_ERROR)

    def _control(self, opcode: int, payload: bytes) -> None:
        if opcode == websocket.CLOSE:
            self._deaf = True
            code = websocket.close_code(payload)
            self._session.outbound.clear()
            self._end(code)
        elif opcode == websocket.BINARY:
            self._session.close(INAPPROPRIATE_PROTOCOL)
        elif opcode == websocket.PING and self._writable and not self._said:
            self._transport.write(websocket.frame(websocket.PONG, payload))

    def _end(self, code: int, reason: str = "") -> None:
        """Say goodbye after what still waits, and hear theirs; a peer that does neither is cut."""
        if self._said:
            if self._deaf:
                self._transport.close()
            return
        if not self._goodbye:
            self._goodbye = websocket.close_frame(code, reason)
            self._session.gone()
            self._set_timer(_LINGER, self.abort)
            self.resume()
        self.wake()

    def _say_goodbye(self) -> None:
        self._said = True
        self._transport.write(self._goodbye)
        if self._deaf:
            self._transport.close()

    def _set_timer(self, seconds: float, then: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, then)

    def _tick(self) -> None:
        self._timer = None
        self._session.tick()

"""uvicorn's HTTP connections with what they lack: a client may not take for ever, and an address not all there are.

Give `bounded` to uvicorn as ``http=``. A connection that became a WebSocket counts for its address until it is gone;
how long it may be silent then is the session's business.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ClassVar, Protocol, runtime_checkable

import h11
import msgspec
from msgspec import Struct
from uvicorn.protocols.http.h11_impl import H11Protocol

from server.kernel.cutting import cut


class Bounds(Struct, frozen=True, kw_only=True):
    """How slow a client may be, and how many connections it may have. Times are in seconds, sizes in bytes."""

    # From the first byte of a request's head, or from the connection, to the head's end.
    head_within: float = 10
    # While a body is sent or an answer read, so many bytes must get through in each such time.
    pace_within: float = 30
    pace_bytes: int = 1024
    # Of one address at a time. 0: no bound. Proxies that are trusted to say who a client is may have any number.
    per_address: int = 1000


@runtime_checkable
class Succeeding(Protocol):
    """What a connection was handed over to."""

    def when_gone(self, then: Callable[[], None]) -> None:
        """Call this once the connection is gone."""
        ...


class Addresses:
    """How many connections each address has."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._open: Counter[str] = Counter()

    def enter(self, address: str) -> bool:
        """Count one more, if there is room for it."""
        if self._bound and self._open[address] >= self._bound:
            return False
        self._open[address] += 1
        return True

    def leave(self, address: str) -> None:
        """Count one less."""
        self._open[address] -= 1
        if not self._open[address]:
            del self._open[address]


class Deadline:
    """Calls something after so many seconds, unless it is stopped before."""

    def __init__(self, seconds: float, then: Callable[[], None]) -> None:
        self._seconds = seconds
        self._then = then
        self._timer: asyncio.TimerHandle | None = None

    @property
    def running(self) -> bool:
        """Whether it was started and not stopped."""
        return self._timer is not None

    def start(self) -> None:
        """Begin to wait, anew if it waits already."""
        self.stop()
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._over)

    def stop(self) -> None:
        """Wait no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _over(self) -> None:
        self._timer = None
        self._then()


class BoundedProtocol(H11Protocol):
    """One connection."""

    bounds: ClassVar[Bounds]
    addresses: ClassVar[Addresses]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head = Deadline(self.bounds.head_within, self._head_is_late)
        self._body = Deadline(self.bounds.pace_within, self._body_is_late)
        self._answer = Deadline(self.bounds.pace_within, self._answer_is_late)
        # What has come of the body, and what had still to be read of the answer, since the deadline was set.
        self._came = 0
        self._unread = 0
        self._counted = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody has come; too many of one address are sent away."""
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        if not address or address in getattr(self.config.loaded_app, "trusted_hosts", ()):
            self._head.start()
        elif self.addresses.enter(address):
            self._counted = address
            self._head.start()
        else:
            self._dismiss(HTTPStatus.TOO_MANY_REQUESTS, "too_many_connections")

    def data_received(self, data: bytes) -> None:
        """Some of a request."""
        self._came += len(data)
        super().data_received(data)
        if not self.transport.is_closing() and self.transport.get_protocol() is self:
            self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._stop()
        self._leave()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The client does not read as fast as we write."""
        super().pause_writing()
        self._expect_reading()

    def resume_writing(self) -> None:
        """It has read nearly all."""
        super().resume_writing()
        self._answer.stop()

    def on_response_complete(self) -> None:
        """All is written, but perhaps not read."""
        super().on_response_complete()
        if self.transport.get_write_buffer_size():
            self._expect_reading()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand the connection over."""
        self._stop()
        super().handle_websocket_upgrade(event)
        successor = self.transport.get_protocol()
        if isinstance(successor, Succeeding):
            successor.when_gone(self._leave)
        else:
            self._leave()

    def _expect(self) -> None:
        state = self.conn.their_state
        if state is h11.IDLE:
            self._body.stop()
            if not self._head.running:
                self._head.start()
            return
        self._head.stop()
        if state is not h11.SEND_BODY:
            self._body.stop()
        elif not self._body.running or self._came >= self.bounds.pace_bytes:
            self._came = 0
            self._body.start()

    def _expect_reading(self) -> None:
        self._unread = self.transport.get_write_buffer_size()
        self._answer.start()

    def _head_is_late(self) -> None:
        self._dismiss(HTTPStatus.REQUEST_TIMEOUT, "request_timeout")

    def _body_is_late(self) -> None:
        if self.flow.read_paused:
            # We are the slow ones.
            self._body.start()
        else:
            cut(self.transport)

    def _answer_is_late(self) -> None:
        unread = self.transport.get_write_buffer_size()
        if unread > max(self._unread - self.bounds.pace_bytes, 0):
            cut(self.transport)
        elif unread:
            self._expect_reading()

    def _dismiss(self, status: HTTPStatus, code: str) -> None:
        """Answer what was not asked, and hang up."""
        if not self.transport.is_closing():
            self.transport.write(_problem(status, code))
            self.transport.close()

    def _stop(self) -> None:
        for deadline in (self._head, self._body, self._answer):
            deadline.stop()

    def _leave(self) -> None:
        if self._counted:
            self.addresses.leave(self._counted)
            self._counted = ""


def bounded(bounds: Bounds) -> type[BoundedProtocol]:
    """A protocol with these bounds for one server: its connections are counted together."""

    class Bounded(BoundedProtocol):
        pass

    Bounded.bounds = bounds
    Bounded.addresses = Addresses(bounds.per_address)
    return Bounded


def _problem(status: HTTPStatus, code: str) -> bytes:
    body = msgspec.json.encode(
        {
            "type": "about:blank",
            "title": status.phrase,
            "status": status,
            "detail": f"{status.phrase}.",
            "code": code,
            "temporary": True,
        }
    )
    lines = (
        f"HTTP/1.1 {status} {status.phrase}",
        "content-type: application/problem+json",
        f"content-length: {len(body)}",
        "cache-control: no-store",
        "connection: close",
    )
    return "\r\n".join((*lines, "", "")).encode() + body

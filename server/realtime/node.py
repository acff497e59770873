"""What a session is given: its socket, what the handshake told, and what all sessions of a node share."""

import asyncio
from dataclasses import dataclass
from typing import Protocol

from msgspec import Struct

from fastshop.contract.codes import CloseCode
from server.kernel.caller import Authenticate
from server.kernel.clock import Clock
from server.realtime.bucket import Ticks
from server.realtime.calls import Calls
from server.realtime.counts import Counts
from server.realtime.limits import Limits
from server.realtime.refusals import Errors
from server.realtime.sockets import Sockets
from server.realtime.watching import Channels


class Line(Protocol):
    """What a session can do to its socket."""

    def wake(self) -> None:
        """Something waits in the session's ``outbound``: write it when the socket can take it."""
        ...

    def close(self, code: CloseCode) -> None:
        """Write what still waits, then close."""
        ...

    def pause(self) -> None:
        """Read no more until `resume`."""
        ...

    def resume(self) -> None:
        """Read again."""
        ...

    def schedule(self, seconds: float) -> None:
        """Call the session's `tick` then, instead of when it was to be called before."""
        ...


class Visitor(Struct, frozen=True):
    """What the handshake told: a session token from a cookie that may be believed, where from, with what.

    ``channel`` is one that the address asks for, and ``person`` the one whose address it is, if it is somebody's.
    """

    cookie: str = ""
    address: str = ""
    device: str = ""
    channel: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """What all sessions of a node share."""

    name: str
    version: str
    limits: Limits
    counts: Counts
    clock: Clock
    ticks: Ticks
    authenticate: Authenticate
    calls: Calls
    errors: Errors
    channels: Channels
    sockets: Sockets
    running: set["asyncio.Task[None]"]

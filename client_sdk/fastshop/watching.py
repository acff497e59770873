"""What a watcher of a channel is given, and the bounded buffer that it is given from. Knows no socket.

A reader that is slower than its channel costs no memory and loses nothing: of a state channel it gets the newest; of
a log channel the buffer fills up, delivery pauses and goes on later from the same place, which the log remembers.
"""

import asyncio
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Union

import msgspec

from fastshop.contract.base import Channel, ChannelKind, Event
from fastshop.errors import ProtocolError


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state that a watcher starts from: what the channel's doc promises, e.g. a `SaleLedger`.

    A further one in the middle of a stream replaces all that was known: what happened in between is in it.
    """

    state: Any
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of the channel. ``offset`` counts the events of a log channel; it is 0 in channels that keep none."""

    event: Event
    offset: int = 0


class UnknownEvent(Event, frozen=True):
    """An event that this version of the SDK does not know; ``data`` is all that it said."""

    type: str
    data: dict[str, Any]


Item = Snapshot | Happened


class Reader:
    """Turns what a channel sends into items."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._known = {event.tag() for event in channel.events}
        self._union: Any = Union[channel.events]  # noqa: UP007 - made of a tuple

    def snapshot(self, data: Any, offset: int) -> Snapshot:
        """A starting state. Raises `ProtocolError`."""
        return Snapshot(self._convert(data, self._channel.snapshot), offset)

    def happened(self, data: Any, offset: int) -> Happened:
        """An event. Raises `ProtocolError`."""
        if isinstance(data, dict) and data.get("type") not in self._known:
            time = self._convert(data.get("time"), datetime)
            return Happened(UnknownEvent(time=time, type=str(data.get("type")), data=data), offset)
        return Happened(self._convert(data, self._union), offset)

    def _convert(self, data: Any, kind: Any) -> Any:
        try:
            return msgspec.convert(data, kind)
        except msgspec.ValidationError as error:
            raise ProtocolError(f"{self._channel.pattern} sent what the contract does not say: {error}") from error


class Buffer:
    """Items on their way to a reader. ``limit`` is how many wait at most."""

    def __init__(self, kind: ChannelKind, limit: int) -> None:
        self._conflates = kind is ChannelKind.STATE
        self._keeps_all = kind is ChannelKind.LOG
        self._limit = limit
        self._items: deque[Item] = deque()
        self._error: Exception | None = None
        self._changed = asyncio.Event()

    def put(self, item: Item) -> bool:
        """Add an item. Answers whether there is room for more; whoever sends on must stop where there is none."""
        if self._conflates:
            self._items.clear()
        elif not self._keeps_all and len(self._items) >= self._limit:
            self._items.popleft()
        self._items.append(item)
        self._changed.set()
        return not self._keeps_all or len(self._items) < self._limit

    def end(self, error: Exception) -> None:
        """Nothing more will come. The reader gets what waits, then ``error``."""
        self._error = self._error or error
        self._changed.set()

    @property
    def waiting(self) -> int:
        """How many items wait."""
        return len(self._items)

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self._error is not None

    async def take(self) -> Item:
        """The next item, as soon as there is one."""
        while not self._items:
            if self._error is not None:
                raise self._error
            self._changed.clear()
            await self._changed.wait()
        return self._items.popleft()

"""Channels on this node: each with its local watchers, and its place in the log or its newest state.

A feed encodes a push once and gives the same bytes to all. Nothing here awaits: what needs the database is the hub's.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from fastshop.contract.codes import INSUFFICIENT_STATE, SLOW, CloseCode
from server.kernel.log import Publication
from server.realtime import frames
from server.realtime.outbound import Outbound

# While a gap is being filled from the log, so many later events are kept; the rest is read from the log as well.
_MAX_AHEAD = 4_096


class Batch(Struct, frozen=True, gc=False):
    """Events that follow each other without a gap, ready to be written."""

    first: int
    last: int
    data: bytes
    pushes: list[bytes]


class Watcher:
    """One connection's end of a channel. Until `open` all is held back: the answer to `subscribe` comes first.

    ``logged`` is what the log calls the channel, where that is not its name.
    """

    __slots__ = ("_close", "_held", "_held_bytes", "_last", "channel", "logged", "opened", "outbound", "seq")

    def __init__(
        self, channel: str, outbound: Outbound, close: Callable[[CloseCode], None], logged: str | None = None
    ) -> None:
        self.channel = channel
        self.logged = logged or channel
        self.outbound = outbound
        self.opened = False
        self.seq = 0
        self._close = close
        self._held: list[Batch] = []
        self._held_bytes = 0
        self._last: bytes | None = None

    def open(self, seq: int = 0) -> None:
        """Let through what is newer than what the answer told: events after ``seq``, a state shown since."""
        self.opened, self.seq = True, seq
        held = self._held
        self.restart()
        for batch in held:
            self.events(batch)
        if self._last is not None:
            self.outbound.state(self.channel, self._last)
            self._last = None

    def events(self, batch: Batch) -> None:
        """Events of a log channel: each once, in order. A gap ends the connection rather than pass unnoticed."""
        if not self.opened:
            self._hold(batch)
        elif batch.first == self.seq + 1:
            self.seq = batch.last
            self.outbound.event(batch.data)
        elif batch.first > self.seq:
            self.lost()
        elif batch.last > self.seq:
            fresh = batch.pushes[self.seq + 1 - batch.first :]
            self.seq = batch.last
            self.outbound.event(b"\n".join(fresh))

    def lost(self) -> None:
        """Events are missing that nobody can give: the connection ends rather than pass over them."""
        self._close(INSUFFICIENT_STATE)

    def state(self, data: bytes) -> None:
        """What a state channel shows now."""
        if self.opened:
            self.outbound.state(self.channel, data)
        else:
            self._last = data

    def passing(self, data: bytes) -> None:
        """Something that may as well be lost."""
        if self.opened:
            self.outbound.passing(data)

    def restart(self) -> None:
        """Hold back anew, because what is read for the answer is read again."""
        self._held, self._held_bytes = [], 0

    def _hold(self, batch: Batch) -> None:
        self._held.append(batch)
        self._held_bytes += len(batch.data)
        if self._held_bytes > self.outbound.max_bytes:
            self._close(SLOW)


class Feed:
    """A channel with its watchers on this node. By itself it is a passing channel: nothing is kept.

    ``name`` is what the log calls it, ``shown`` what its watchers do.
    """

    def __init__(self, name: str, shown: str) -> None:
        self.name = name
        self.start = frames.push_start(shown)
        self.watchers: dict[Watcher, None] = {}

    def passing(self, push: bytes) -> None:
        """Give everybody a push that may be lost."""
        for watcher in tuple(self.watchers):
            watcher.passing(push)

    def take(self, publications: Sequence[Publication]) -> None:
        """Give everybody what was published."""
        for publication in publications:
            self.passing(frames.state_push(self.start, publication.data))


class LogFeed(Feed):
    """A log channel. ``seq`` is the last event given to the watchers, None until the first of them has read its place.

    ``on_gap`` is called when events arrived that do not follow: somebody must read those between from the log.
    """

    def __init__(self, name: str, shown: str, on_gap: "Callable[[LogFeed], None]") -> None:
        super().__init__(name, shown)
        self.seq: int | None = None
        self.origin = 0
        self._on_gap = on_gap
        self._ahead: dict[int, bytes] = {}

    @property
    def gap(self) -> bool:
        """Whether events arrived that are further than those given to the watchers."""
        return self.seq is not None and bool(self._ahead)

    def begin(self, seq: int) -> None:
        """Take the place of the first watcher, and go on from there."""
        self.seq = self.origin = seq
        self._forget_past()
        self._go_on()

    def take(self, publications: Sequence[Publication]) -> None:
        """Events, in any order, perhaps seen before: the watchers get each once and in order."""
        seq, first = self.seq, publications[0].seq
        in_a_row = publications[-1].seq - first + 1 == len(publications)
        if seq is not None and first == seq + 1 and in_a_row and not self._ahead:
            self._give(first, [publication.data for publication in publications])
            return
        for publication in publications:
            if (self.seq is None or publication.seq > self.seq) and len(self._ahead) < _MAX_AHEAD:
                self._ahead[publication.seq] = publication.data
        self._go_on()

    def fill(self, publications: Sequence[Publication]) -> None:
        """Events read from the log after ``seq``. Over a gap in the log itself it goes on: each watcher notices."""
        if self.seq is None:
            return
        self.seq = max(self.seq, publications[0].seq - 1)
        self._ahead |= {publication.seq: publication.data for publication in publications}
        self._forget_past()
        self._go_on()

    def lose(self) -> None:
        """What follows is not in the log any more: everybody comes anew, and is told where they stand."""
        for watcher in tuple(self.watchers):
            watcher.lost()

    def _forget_past(self) -> None:
        self._ahead = {seq: data for seq, data in self._ahead.items() if seq > (self.seq or 0)}

    def _go_on(self) -> None:
        if self.seq is None:
            return
        following = self.seq
        run = []
        while (data := self._ahead.pop(following + 1, None)) is not None:
            following += 1
            run.append(data)
        if run:
            self._give(self.seq + 1, run)
        if self._ahead:
            self._on_gap(self)

    def _give(self, first: int, events: list[bytes]) -> None:
        start = self.start
        pushes = [frames.offset_push(start, seq, data) for seq, data in enumerate(events, first)]
        self.seq = first + len(events) - 1
        batch = Batch(first, self.seq, b"\n".join(pushes), pushes)
        for watcher in tuple(self.watchers):
            watcher.events(batch)


class StateFeed(Feed):
    """A state channel: the newest state, to everybody, at most every ``interval`` seconds; the last one always."""

    def __init__(self, name: str, interval: float) -> None:
        super().__init__(name, name)
        self.latest: bytes | None = None
        # Rises with every state that arrives, so that a reader of a snapshot sees whether one came meanwhile.
        self.version = 0
        self.reading: asyncio.Task[Any] | None = None
        self._interval = interval
        self._loop = asyncio.get_running_loop()
        self._given_at = float("-inf")
        self._later: asyncio.TimerHandle | None = None

    def take(self, publications: Sequence[Publication]) -> None:
        """Keep the newest and give it out, now or when the interval is over."""
        self.latest = publications[-1].data
        self.version += 1
        rest = self._given_at + self._interval - self._loop.time()
        if rest <= 0:
            self._give()
        elif self._later is None:
            self._later = self._loop.call_later(rest, self._give)

    def stop(self) -> None:
        """Give out no more."""
        if self._later is not None:
            self._later.cancel()

    def push(self, state: bytes) -> bytes:
        """A state, as it is written."""
        return frames.state_push(self.start, state)

    def _give(self) -> None:
        self._later = None
        self._given_at = self._loop.time()
        assert self.latest is not None
        push = self.push(self.latest)
        for watcher in tuple(self.watchers):
            watcher.state(push)

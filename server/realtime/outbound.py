"""What waits to be written to one socket, in bounded memory (promise P6).

Events of log channels may not be dropped: when they do not fit, the reader is too slow, and is told so. A state channel
has one place in the queue, which always holds its newest state. Passing things are dropped when there is no room.
"""

from collections import deque
from collections.abc import Callable

from server.realtime.counts import Counts
from server.realtime.limits import Limits

_NEWLINE = b"\n"


class Outbound:
    """A queue for one writer. ``wake`` is called when there is something to write after there was nothing."""

    __slots__ = ("_counts", "_max_frame", "_max_messages", "_queue", "_slow", "_states", "_wake", "held", "max_bytes")

    def __init__(self, limits: Limits, counts: Counts, wake: Callable[[], None], slow: Callable[[], None]) -> None:
        self._queue: deque[bytes | str] = deque()
        self._states: dict[str, bytes] = {}
        # In bytes.
        self.held = 0
        self._counts = counts
        self._wake = wake
        self._slow = slow
        self._max_messages = limits.outbound_messages
        self._max_frame = limits.outbound_frame
        self.max_bytes = limits.outbound_bytes

    @property
    def full(self) -> bool:
        """Whether no more fits. One message may be larger than the bound: it fits when there is any room."""
        return len(self._queue) >= self._max_messages or self.held >= self.max_bytes

    def answer(self, data: bytes) -> None:
        """Write an answer. They are bounded by the commands in flight; when it is full, no more commands are taken."""
        if not self._queue:
            self._wake()
        self._queue.append(data)
        self.held += len(data)

    def event(self, data: bytes) -> None:
        """Write events of a log channel; when they do not fit, the reader is too slow."""
        if self.full:
            self._slow()
        else:
            self.answer(data)

    def state(self, channel: str, data: bytes) -> None:
        """Write a channel's state, in the place of one that was not written yet."""
        waiting = self._states.get(channel)
        self._states[channel] = data
        if waiting is not None:
            self.held += len(data) - len(waiting)
            self._counts.conflated += 1
            return
        if not self._queue:
            self._wake()
        self._queue.append(channel)
        self.held += len(data)

    def passing(self, data: bytes) -> None:
        """Write something that may as well be lost."""
        if self.full:
            self._counts.dropped += 1
        else:
            self.answer(data)

    def take(self) -> bytes | None:
        """What to write next, as one frame; None when nothing waits."""
        queue = self._queue
        if not queue:
            return None
        messages = [self._next()]
        size = len(messages[0])
        while queue and size < self._max_frame:
            messages.append(self._next())
            size += len(messages[-1])
        self._counts.sent += len(messages)
        return _NEWLINE.join(messages)

    def forget(self, channel: str) -> None:
        """Write the channel's state no more: nobody here watches it."""
        waiting = self._states.pop(channel, None)
        if waiting is not None:
            self._queue.remove(channel)
            self.held -= len(waiting)

    def clear(self) -> None:
        """Forget all that waits."""
        self._queue.clear()
        self._states.clear()
        self.held = 0

    def _next(self) -> bytes:
        first = self._queue.popleft()
        data = first if isinstance(first, bytes) else self._states.pop(first)
        self.held -= len(data)
        return data

"""Between the nodes: one message for each commit over Valkey's pub/sub, a wake-up that may be lost.

Every node says from time to time that it is there; one that hears of no other does not tell what happens on it. Who is
heard for the first time is told to look into the database, for what was not told before. While Valkey is down each
node serves what happens on it, and finds what happened elsewhere in the database (P10).
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from uuid import UUID

import msgspec
import redis.asyncio as redis
import structlog
from msgspec import Struct

from server.kernel.log import Publication
from server.kernel.pubsub import Listener, for_ever
from server.realtime.counts import Counts
from server.realtime.tasks import Tasks

logger = structlog.get_logger()

_TOPIC = "fastshop:live"
# What waits to be told while Valkey does not answer; more is dropped, and the others look into the database.
_MAX_WAITING = 1_000
_AT_ONCE = 100
# A node that was silent for so many hellos is gone.
_MISSED_HELLOS = 3


class Message(Struct, array_like=True, frozen=True, omit_defaults=True):
    """What one node tells the others; nothing is a hello. ``lost``: messages before this one did not get through."""

    node: str
    publications: tuple[Publication, ...] = ()
    passing: tuple[tuple[str, bytes], ...] = ()
    ended_sessions: tuple[UUID, ...] = ()
    renewed_users: tuple[UUID, ...] = ()
    lost: bool = False
    # The ended sessions gave way to newer ones.
    replaced: bool = False


class Bus:
    """Tells the other nodes and hears them: ``hear`` gets what they say, ``missed`` is called when some may be lost."""

    def __init__(
        self,
        url: str,
        node: str,
        hear: Callable[[Message], None],
        missed: Callable[[], None],
        counts: Counts,
        hello_every: float,
    ) -> None:
        self._url = url
        self._node = node
        self._own = node.encode()
        self._hello_every = hello_every
        self._loop = asyncio.get_running_loop()
        # When each other node was heard last. At first it is not known who is there: then there may be somebody.
        self._others: dict[str, float] = {"": self._loop.time()}
        self._hear = hear
        self._missed = missed
        # Whatever was told while we did not hear is in the database.
        self._listener = Listener(url, _TOPIC, self._take, missed)
        self._counts = counts
        self._waiting: deque[Message] = deque()
        self._awake = asyncio.Event()
        self._lost = False
        self._speaks = False
        self._tasks = Tasks()
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(Message).decode

    @property
    def whole(self) -> bool:
        """Whether messages get through, as far as is known."""
        return self._listener.hears and self._speaks

    def start(self) -> None:
        """Begin to speak and to hear. When Valkey is down, it is tried again until it is there."""
        self._tasks.run(for_ever(self._url, self._speak))
        self._tasks.run(self._listener.run())
        self._tasks.every(self._hello_every, self._say_hello, "other nodes do not hear that this one is there")

    async def stop(self) -> None:
        """End."""
        await self._tasks.stop()

    def spread(self, publications: Sequence[Publication] = (), passing: Sequence[tuple[str, bytes]] = ()) -> None:
        """Tell the others, if there are any, what happened here. It neither blocks nor raises."""
        if self._others:
            self._tell(Message(self._node, tuple(publications), tuple(passing)))

    def end_sessions(self, session_ids: Sequence[UUID], *, replaced: bool) -> None:
        """Tell the others to end these sessions' connections."""
        self._tell(Message(self._node, ended_sessions=tuple(session_ids), replaced=replaced))

    def renew_users(self, user_ids: Sequence[UUID]) -> None:
        """Tell the others to let these people come anew."""
        self._tell(Message(self._node, renewed_users=tuple(user_ids)))

    def _tell(self, message: Message) -> None:
        if len(self._waiting) >= _MAX_WAITING:
            self._waiting.popleft()
            self._note_lost(1)
        self._waiting.append(message)
        self._awake.set()

    async def _say_hello(self) -> None:
        silent = self._loop.time() - _MISSED_HELLOS * self._hello_every
        self._others = {node: at for node, at in self._others.items() if at > silent}
        self._tell(Message(self._node))

    def _note_lost(self, count: int) -> None:
        self._lost = True
        self._counts.lost += count

    async def _speak(self, client: "redis.Redis") -> None:
        try:
            await client.ping()
            self._speaks = True
            while True:
                await self._awake.wait()
                await self._send(client)
        finally:
            self._speaks = False
            self._note_lost(len(self._waiting))
            self._waiting.clear()

    async def _send(self, client: "redis.Redis") -> None:
        if self._lost:
            self._waiting.appendleft(Message(self._node, lost=True))
        messages = [self._waiting[i] for i in range(min(len(self._waiting), _AT_ONCE))]
        async with client.pipeline(transaction=False) as pipeline:
            for message in messages:
                pipeline.publish(_TOPIC, self._own + self._encode(message))
            await pipeline.execute()
        self._lost = False
        for _ in messages:
            self._waiting.popleft()
        if not self._waiting:
            self._awake.clear()

    def _take(self, data: bytes) -> None:
        # What this node says itself comes back to it: it is not worth decoding.
        if data.startswith(self._own):
            return
        try:
            message = self._decode(memoryview(data)[len(self._own) :])
        except msgspec.DecodeError as error:
            logger.warning("a node speaks another version", error=str(error))
            self._missed()
            return
        if message.node not in self._others:
            self._tell(Message(self._node, lost=True))
        self._others[message.node] = self._loop.time()
        if message.lost:
            self._missed()
        self._hear(message)

"""The post between nodes: one topic of Valkey for each, parcels to it and receipts back, known by their numbers.

Nothing waits here for a Valkey that is away: who sends is told at once, and does without (promise P10).
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from typing import Any
from uuid import UUID

import msgspec
import structlog
from redis.exceptions import RedisError

from actors.runtime.ports import Elsewhere, Message, Unanswered
from server.adapters.placement.parcels import Codec, Outcome, Parcel, Receipt
from server.kernel.pubsub import Listener, client_of

logger = structlog.get_logger()

Deliver = Callable[[str, UUID, Sequence[Message[Any]]], Awaitable[Sequence[Any]]]

# What a Valkey that hangs may take to pass something on, in seconds; after that it is left alone for a while.
_PATIENCE = 1.0
_LEFT_ALONE = 1.0
# A node starts without Valkey when it is not there within this time, in seconds.
_STARTS_WITHIN = 1.0
_ASK_AGAIN = 0.2
# So many messages may be on their way to Valkey at a time.
_CONNECTIONS = 16
# Parcels of other nodes that are decided here at a time: one from each node for each actor. More are not taken.
_AT_ONCE = 10_000


class Post:
    """Sends a node's parcels to others, and has theirs decided by ``deliver``.

    An owner answers within so many seconds, or never.
    """

    def __init__(self, url: str, node: str, codec: Codec, deliver: Deliver, answers_within: float) -> None:
        self._node = node
        self._codec = codec
        self._deliver = deliver
        self._answers_within = answers_within
        self._client = client_of(url, _PATIENCE, _CONNECTIONS)
        self._listener = Listener(url, _topic(node), self._take, self._there)
        self._loop = asyncio.get_running_loop()
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[Receipt]] = {}
        self._working: set[asyncio.Task[None]] = set()
        self._listening: asyncio.Task[None] | None = None
        self._away_until = 0.0
        # How many messages were sent to their owners.
        self.sent = 0

    async def start(self) -> None:
        """Begin to hear."""
        self._listening = asyncio.create_task(self._listener.run(), name=f"post of {self._node}")
        await self._listener.until_hearing(_STARTS_WITHIN)

    async def stop(self) -> None:
        """Answer what has arrived, and hear no more."""
        await self._listener.finish()
        if self._working:
            await asyncio.wait(self._working)
        while self._listening is not None and not self._listening.done():
            self._listening.cancel()
            # redis-py takes a cancellation for a timeout of its own, now and then: ask again.
            await asyncio.wait([self._listening], timeout=_ASK_AGAIN)
        await self._client.aclose()

    async def send(self, node: str, kind: str, actor_id: UUID, messages: Sequence[Message[Any]]) -> Sequence[Any]:
        """See `actors.runtime.ports.Placement.carry`."""
        if not self._listener.hears:
            raise Elsewhere
        number = next(self._numbers)
        parcel = Parcel(self._node, number, kind, actor_id, self._codec.pack(messages))
        self._waiting[number] = answer = self._loop.create_future()
        try:
            if not await self._publish(node, parcel):
                raise Elsewhere
            self.sent += len(messages)
            async with asyncio.timeout(self._answers_within):
                receipt = await answer
        except TimeoutError:
            raise Unanswered from None
        finally:
            del self._waiting[number]
        return self._codec.outcomes(kind, messages, receipt)

    async def _publish(self, node: str, sent: Parcel | Receipt) -> bool:
        """Whether somebody heard it."""
        if self._loop.time() < self._away_until:
            return False
        try:
            return bool(await self._client.publish(_topic(node), self._codec.encode(sent)))
        except (RedisError, OSError) as error:
            logger.warning("a message to another node is not sent", error=str(error))
            self._away_until = self._loop.time() + _LEFT_ALONE
            return False

    def _there(self) -> None:
        """Valkey is there again. What was lost meanwhile is sent again by who waits for its answer."""
        self._away_until = 0.0

    def _take(self, data: bytes) -> None:
        try:
            came = self._codec.decode(data)
        except msgspec.DecodeError as error:
            logger.warning("a node speaks another version", error=str(error))
            return
        if isinstance(came, Receipt):
            self._arrived(came)
        elif len(self._working) < _AT_ONCE:
            task = self._loop.create_task(self._work(came))
            self._working.add(task)
            task.add_done_callback(self._working.discard)

    def _arrived(self, receipt: Receipt) -> None:
        answer = self._waiting.get(receipt.number)
        if answer is not None and not answer.done():
            answer.set_result(receipt)

    async def _work(self, parcel: Parcel) -> None:
        await self._publish(parcel.sender, Receipt(parcel.number, tuple(await self._decided(parcel))))

    async def _decided(self, parcel: Parcel) -> Sequence[Outcome]:
        try:
            messages = self._codec.unpack(parcel)
            return self._codec.report(await self._deliver(parcel.kind, parcel.actor_id, messages))
        except Elsewhere:
            return ()


def _topic(node: str) -> str:
    return f"fastshop:node:{node}"

"""Who is in a channel, on all nodes: kept in Valkey with a time to live, so that a node that dies leaves nobody behind.

While Valkey is down, each node tells of its own people only (promise P10).
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import cast

import msgspec
import redis.asyncio as redis
import structlog
from msgspec import Struct
from redis.exceptions import RedisError

from server.realtime import frames
from server.realtime.frames import ClientInfo
from server.realtime.tasks import Tasks

logger = structlog.get_logger()


class _Member(Struct, array_like=True, frozen=True):
    node: str
    info: ClientInfo


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Member).decode


class Presence:
    """The people of this node in Valkey, and those of all nodes read from there."""

    def __init__(self, client: "redis.Redis", node: str, seconds: int, pass_on: Callable[[str, bytes], None]) -> None:
        self._client = client
        self._node = node
        self._seconds = seconds
        self._pass_on = pass_on
        self._here: defaultdict[str, dict[str, ClientInfo]] = defaultdict(dict)
        # Whose coming or going is not written yet. What is written is what is so by then, so order does not matter.
        self._unwritten: dict[tuple[str, str], None] = {}
        self._awake = asyncio.Event()
        self._tasks = Tasks()

    def start(self) -> None:
        """Keep telling who is here."""
        self._tasks.every(0, self._write_soon, "presence is only known for this node")
        self._tasks.every(self._seconds / 3, self.refresh, "presence cannot be refreshed")

    async def stop(self) -> None:
        """Take our people away and end."""
        await self._tasks.stop()
        everybody = tuple(self._everybody())
        self._here.clear()
        try:
            await self._write(everybody)
        except (RedisError, OSError) as error:
            logger.warning("presence could not be taken back", error=str(error))

    def enter(self, channel: str, who: ClientInfo) -> None:
        """Somebody came: the channel's watchers are told."""
        self._here[channel][who.client] = who
        self._changed(channel, "join", who)

    def leave(self, channel: str, client: str) -> None:
        """Somebody went."""
        who = self._here[channel].pop(client, None)
        if not self._here[channel]:
            del self._here[channel]
        if who is not None:
            self._changed(channel, "leave", who)

    async def who(self, channel: str) -> dict[str, ClientInfo]:
        """Everybody in the channel, by client."""
        others = {}
        try:
            found = cast("dict[bytes, bytes]", await self._client.hgetall(_key(channel)))
            members = {client.decode(): _decode(member) for client, member in found.items()}
            others = {client: member.info for client, member in members.items() if member.node != self._node}
        except (RedisError, OSError) as error:
            logger.warning("presence is only known for this node", error=str(error))
        return others | self._here.get(channel, {})

    async def refresh(self) -> None:
        """Write our people anew before their time is over."""
        await self._write(tuple(self._everybody()))

    def _everybody(self) -> Iterable[tuple[str, str]]:
        return ((channel, client) for channel, members in self._here.items() for client in members)

    def _changed(self, channel: str, kind: str, who: ClientInfo) -> None:
        self._unwritten[channel, who.client] = None
        self._awake.set()
        self._pass_on(channel, frames.presence_push(frames.push_start(channel), kind, who))

    async def _write_soon(self) -> None:
        await self._awake.wait()
        self._awake.clear()
        changed, self._unwritten = tuple(self._unwritten), {}
        await self._write(changed)

    async def _write(self, people: Iterable[tuple[str, str]]) -> None:
        async with self._client.pipeline(transaction=False) as pipeline:
            for channel, client in people:
                who = self._here.get(channel, {}).get(client)
                if who is None:
                    pipeline.hdel(_key(channel), client)
                else:
                    pipeline.hset(_key(channel), client, _encode(_Member(self._node, who)))
                    pipeline.hexpire(_key(channel), self._seconds, client)
            await pipeline.execute()


def _key(channel: str) -> str:
    return f"presence:{channel}"

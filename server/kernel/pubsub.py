"""Valkey's pub/sub as the nodes use it: a connection that is made again for ever, and one topic heard over it.

What is told may be lost, whenever a connection is: whoever hears again is told that it may have missed something.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import redis.asyncio as redis
import structlog
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

logger = structlog.get_logger()

_LONGEST_PAUSE = 2.0
# A connection that says nothing for so long is asked whether it lives, and given up when it does not answer.
_SILENCE = 3.0
# How long the goodbye to a topic may take, in seconds.
_GOODBYE = 1.0


def client_of(url: str, patience: float = _SILENCE, connections: int = 2) -> "redis.Redis":
    """A client that fails at once where others would try again: who uses it knows better what to do then.

    It waits so many seconds for an answer, or for one of its connections.
    """
    pool = redis.BlockingConnectionPool.from_url(
        url,
        max_connections=connections,
        timeout=patience,
        protocol=3,
        retry=Retry(NoBackoff(), 0),
        socket_timeout=patience,
        socket_connect_timeout=patience,
    )
    return redis.Redis.from_pool(pool)


async def for_ever(url: str, work: Callable[["redis.Redis"], Awaitable[None]]) -> None:
    """Do something over a connection; when that fails, over a new one, after a pause that grows."""
    loop = asyncio.get_running_loop()
    pause = 0.05
    while True:
        client = client_of(url)
        started = loop.time()
        try:
            await _over(client, work)
        except Exception as error:  # it must go on, whatever it was: closing may fail as well
            logger.warning("other nodes cannot be reached", error=repr(error))
        pause = 0.05 if loop.time() - started > _LONGEST_PAUSE else min(pause * 2, _LONGEST_PAUSE)
        await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - only to spread the tries


async def _over(client: "redis.Redis", work: Callable[["redis.Redis"], Awaitable[None]]) -> None:
    try:
        await work(client)
    finally:
        await client.aclose()


class Listener:
    """Hears a topic: ``take`` gets what is said, ``began`` is called whenever it hears again."""

    def __init__(self, url: str, topic: str, take: Callable[[bytes], None], began: Callable[[], None]) -> None:
        self._url = url
        self._topic = topic
        self._take = take
        self._began = began
        self._pubsub: Any = None
        self._hears = asyncio.Event()
        self._ended = asyncio.Event()

    @property
    def hears(self) -> bool:
        """Whether it hears, as far as is known."""
        return self._hears.is_set()

    async def run(self) -> None:
        """Hear for ever, until `finish`."""
        await for_ever(self._url, self._listen)

    async def until_hearing(self, seconds: float) -> bool:
        """Wait until it hears. False when it does not within the time."""
        return await _within(seconds, self._hears)

    async def finish(self) -> None:
        """Hear what was said until now, and no more. `run` goes on without hearing; cancel it."""
        pubsub = self._pubsub
        if pubsub is None:
            return
        try:
            async with asyncio.timeout(_GOODBYE):
                await pubsub.unsubscribe(self._topic)
                await self._ended.wait()
        except (RedisError, OSError, TimeoutError):
            logger.warning("Valkey was gone when this node left")

    async def _listen(self, client: "redis.Redis") -> None:
        try:
            async with client.pubsub() as pubsub:
                await pubsub.subscribe(self._topic)
                self._pubsub = pubsub
                await self._hear_all(pubsub)
        finally:
            self._pubsub = None
            self._hears.clear()

    async def _hear_all(self, pubsub: Any) -> None:
        asked = False
        while True:
            said = await pubsub.get_message(timeout=_SILENCE / 2)
            if said is None:
                if asked:
                    raise TimeoutError("Valkey does not answer")
                asked = True
                await pubsub.ping()
                continue
            asked = False
            if said["type"] == "message":
                self._take(said["data"])
            elif said["type"] == "subscribe":
                self._hears.set()
                self._began()
            elif said["type"] == "unsubscribe":
                self._hears.clear()
                self._ended.set()
                await asyncio.Event().wait()


async def _within(seconds: float, event: asyncio.Event) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False

"""Dramatiq's Redis broker, made to lose nothing when Valkey goes away and comes back.

Dramatiq marks what a worker has fetched as its own until it is acknowledged. Of that it forgets, when the connection
is lost, every delayed message: they stay marked and are never done. And a lost connection that shows while something
is queued ends its threads. Both are mended here; dead workers are noticed sooner, too.
"""

from collections.abc import Callable, Iterable
from typing import Any

import redis
from dramatiq import Message, MessageProxy
from dramatiq.broker import Consumer
from dramatiq.brokers.redis import RedisBroker
from dramatiq.common import dq_name
from dramatiq.errors import BrokerConnectionError, ConnectionClosed
from dramatiq.middleware import Middleware
from redis.backoff import NoBackoff
from redis.retry import Retry

# A worker that was not heard of for so long, in seconds, is dead: what it had fetched is given to others. To take one
# for dead that lives does a job twice, no more.
HEARTBEAT = 15.0
# How often such are looked for: at every tenth command, so once a second per worker.
_LOOK_FOR_DEAD = 100_000
# An answer of Valkey's takes less than a millisecond. Whoever waits so long, in seconds, waits for a dead one.
_PATIENCE = 2.0


class JobBroker(RedisBroker):
    """See above."""

    def __init__(self, url: str, middleware: list[Middleware], heartbeat: float) -> None:
        # One more try, at once: a connection that was idle while Valkey restarted shows only when it is used.
        client = redis.Redis.from_url(
            url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE, retry=Retry(NoBackoff(), 1)
        )
        super().__init__(  # type: ignore[no-untyped-call]
            client=client,
            middleware=middleware,
            maintenance_chance=_LOOK_FOR_DEAD,
            heartbeat_timeout=int(heartbeat * 1000),
        )
        self._in_hand: dict[str, set[str]] = {}

    def __getattr__(self, name: str) -> Any:
        """Dramatiq's commands (``do_enqueue`` ...), each failing with the one error that all its callers expect."""
        command: Callable[..., Any] = super().__getattr__(name)  # type: ignore[no-untyped-call]

        def ask(*args: Any) -> Any:
            return _asked(lambda: command(*args))

        return ask

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> Consumer:
        """Begin to fetch, and put back first what was fetched over a connection that was lost."""
        in_hand = self._in_hand.setdefault(queue_name, set())
        if queue_name == dq_name(queue_name):
            in_hand.clear()  # who fetched them before has dropped them
        self._put_back(queue_name, in_hand)
        return _Consumer(super().consume(queue_name, prefetch, timeout), in_hand)

    def close(self) -> None:
        """Put back what a worker that has stopped did not finish, and hang up."""
        try:
            for queue_name in self._in_hand:
                self._put_back(queue_name, set())
        except BrokerConnectionError:
            pass  # in a while it counts as dead, and others put it back
        self.client.close()

    def _put_back(self, queue_name: str, in_hand: set[str]) -> None:
        key = f"{self.namespace}:__acks__.{self.broker_id}.{queue_name}"
        marked: set[bytes] = _asked(lambda: self.client.smembers(key))
        lost = {message_id.decode() for message_id in marked} - in_hand
        if lost:
            self.do_requeue(queue_name, *lost)


class _Consumer(Consumer):
    """Notes what is in the hands of the worker."""

    def __init__(self, inner: Consumer, in_hand: set[str]) -> None:
        self._inner = inner
        self._in_hand = in_hand

    def __next__(self) -> MessageProxy | None:
        message = next(self._inner)
        if message is not None:
            self._in_hand.add(_id(message))
        return message

    def ack(self, message: MessageProxy) -> None:
        self._inner.ack(message)
        self._in_hand.discard(_id(message))

    def nack(self, message: MessageProxy) -> None:
        self._inner.nack(message)
        self._in_hand.discard(_id(message))

    def requeue(self, messages: Iterable[MessageProxy]) -> None:
        self._inner.requeue(messages)

    def close(self) -> None:
        self._inner.close()


def _id(message: MessageProxy | Message[Any]) -> str:
    return str(message.options["redis_message_id"])


def _asked(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except (redis.ConnectionError, redis.TimeoutError) as error:
        raise ConnectionClosed(str(error)) from error  # type: ignore[no-untyped-call]

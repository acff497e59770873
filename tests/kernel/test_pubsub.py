"""What goes over a connection to Valkey for ever."""

import asyncio

import redis.asyncio as redis
from redis.exceptions import ConnectionError as Cut

from server.embedded import EmbeddedServices
from server.kernel.pubsub import Listener, for_ever
from tests.support import eventually


async def test_it_goes_on_after_whatever_ended_it(services: EmbeddedServices) -> None:
    troubles = [Cut("cut"), TimeoutError(), ValueError("nobody foresaw it")]
    answered = asyncio.Event()

    async def work(client: "redis.Redis") -> None:
        await client.ping()
        if troubles:
            raise troubles.pop(0)
        answered.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(for_ever(services.redis_url, work))
    await eventually(lambda: answered.is_set() or task.done())
    assert not task.done()
    task.cancel()
    await asyncio.wait([task])


async def test_a_node_that_cannot_bear_what_it_hears_goes_on_hearing(
    services: EmbeddedServices, valkey: "redis.Redis"
) -> None:
    heard: list[bytes] = []
    began = 0

    def take(data: bytes) -> None:
        heard.append(data)
        if data == b"bad":
            raise ValueError(data)

    def note() -> None:
        nonlocal began
        began += 1

    listener = Listener(services.redis_url, "a topic", take, note)
    task = asyncio.create_task(listener.run())
    assert await listener.until_hearing(5)
    await valkey.publish("a topic", b"bad")
    await eventually(lambda: began == 2 or task.done())
    assert not task.done(), "it is told that it may have missed something"
    await valkey.publish("a topic", b"good")
    await eventually(lambda: heard == [b"bad", b"good"])
    task.cancel()
    await asyncio.wait([task])

"""Jobs as Dramatiq runs them: over Valkey, in worker threads, on the event loop of whoever hosts them."""

import asyncio
from collections.abc import Iterable
from concurrent.futures import Future, wait

import dramatiq
import msgspec
from dramatiq.errors import Retry
from dramatiq.middleware import AgeLimit, Middleware, ShutdownNotifications, TimeLimit
from prometheus_client import CollectorRegistry

from fastshop.contract.base import Event, Unavailable
from server.background.broker import HEARTBEAT, JobBroker
from server.background.middleware import Count, TryAgain
from server.kernel.job import Job

# What a worker waits for a job under way when it stops, in milliseconds; unfinished ones are queued again.
_GRACE = 400
_LONGEST = 60 * 60 * 1000
# Jobs that may take minutes have a queue and threads of their own, so that others need not wait for them.
_LONG = "long"
_SHORT = "default"
_LONG_AT_ONCE = 2


class Jobs:
    """Queues jobs, and works on them where it is told to."""

    def __init__(
        self, url: str, jobs: Iterable[Job], registry: CollectorRegistry, *, heartbeat: float = HEARTBEAT
    ) -> None:
        self._loop = asyncio.get_running_loop()
        count = Count(registry)
        # A broker for each: Dramatiq has no room for two workers at one.
        self._brokers = {queue: JobBroker(url, _middleware(count), heartbeat) for queue in (_SHORT, _LONG)}
        self._workers: list[dramatiq.Worker] = []
        self.after: dict[str, list[Job]] = {}
        for job in jobs:
            self.after.setdefault(job.on.tag(), []).append(job)
            self._declare(job)

    @property
    def events(self) -> set[type[Event]]:
        """The events that some job waits for."""
        return {job.on for jobs in self.after.values() for job in jobs}

    def queue(self, event_type: str, data: str) -> None:
        """Queue every job that waits for such an event. Blocks for a moment: not for the event loop.

        Raises `BrokerConnectionError` when Valkey does not answer.
        """
        for job in self.after[event_type]:
            actor = self._brokers[_LONG if job.is_long else _SHORT].get_actor(job.name)
            actor.send_with_options(args=(data,), delay=int(job.delay.total_seconds() * 1000) or None)

    async def start(self, threads: int) -> None:
        """Begin to work, in so many threads, and a few more for long jobs."""
        for queue, count in ((_SHORT, threads), (_LONG, _LONG_AT_ONCE)):
            self._workers.append(dramatiq.Worker(self._brokers[queue], worker_threads=count, worker_timeout=100))
        for worker in self._workers:
            await asyncio.to_thread(worker.start)

    async def stop(self) -> None:
        """Work no longer; what is not finished is queued again."""
        workers, self._workers = self._workers, []
        await asyncio.gather(*(asyncio.to_thread(worker.stop, timeout=_GRACE) for worker in workers))
        for broker in self._brokers.values():
            await asyncio.to_thread(broker.close)

    def _declare(self, job: Job) -> None:
        decode = msgspec.json.Decoder(job.on).decode

        def run(data: str) -> None:
            try:
                _wait(asyncio.run_coroutine_threadsafe(_done(job, decode(data)), self._loop))
            except Unavailable as later:
                # What is not possible yet is no error: Dramatiq logs every exception but this one as such.
                raise Retry(later.code) from later

        # A long one may still be in the other queue, where it was put by a release that had only that.
        for queue, broker in self._brokers.items():
            dramatiq.actor(broker=broker, actor_name=job.name, queue_name=queue, max_retries=job.retries)(run)


def _middleware(count: Count) -> list[Middleware]:
    return [
        AgeLimit(),
        TimeLimit(time_limit=_LONGEST),
        ShutdownNotifications(notify_shutdown=True),
        TryAgain(),
        count,
    ]


async def _done(job: Job, event: Event) -> None:
    await job.run(event)


def _wait(future: "Future[None]") -> None:
    """Wait for a job on the event loop, in short pieces: Dramatiq interrupts a thread only between them."""
    try:
        while not wait([future], timeout=0.2).done:
            pass
        future.result()
    finally:
        future.cancel()

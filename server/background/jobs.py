"""Jobs as Dramatiq runs them: over Valkey, in worker threads, on the event loop of whoever hosts them."""

import asyncio
from collections.abc import Iterable
from concurrent.futures import Future, wait

import dramatiq
import msgspec
from dramatiq.errors import Retry
from dramatiq.middleware import AgeLimit, ShutdownNotifications, TimeLimit
from prometheus_client import CollectorRegistry

from fastshop.contract.base import Event, Unavailable
from server.background.broker import HEARTBEAT, JobBroker
from server.background.middleware import Count, TryAgain
from server.kernel.job import Job

# What a worker waits for a job under way when it stops, in milliseconds; unfinished ones are queued again.
_GRACE = 400
_LONGEST = 60 * 60 * 1000


class Jobs:
    """Queues jobs, and works on them where it is told to."""

    def __init__(
        self, url: str, jobs: Iterable[Job], registry: CollectorRegistry, *, heartbeat: float = HEARTBEAT
    ) -> None:
        self._loop = asyncio.get_running_loop()
        middleware = [
            AgeLimit(),
            TimeLimit(time_limit=_LONGEST),
            ShutdownNotifications(notify_shutdown=True),
            TryAgain(),
            Count(registry),
        ]
        self._broker = JobBroker(url, middleware, heartbeat)
        self._worker: dramatiq.Worker | None = None
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
            actor = self._broker.get_actor(job.name)
            actor.send_with_options(args=(data,), delay=int(job.delay.total_seconds() * 1000) or None)

    async def start(self, threads: int) -> None:
        """Begin to work, in so many threads."""
        self._worker = dramatiq.Worker(self._broker, worker_threads=threads, worker_timeout=100)
        await asyncio.to_thread(self._worker.start)

    async def stop(self) -> None:
        """Work no longer; what is not finished is queued again."""
        worker, self._worker = self._worker, None
        if worker is not None:
            await asyncio.to_thread(worker.stop, timeout=_GRACE)
        await asyncio.to_thread(self._broker.close)

    def _declare(self, job: Job) -> None:
        decode = msgspec.json.Decoder(job.on).decode

        def run(data: str) -> None:
            try:
                _wait(asyncio.run_coroutine_threadsafe(_done(job, decode(data)), self._loop))
            except Unavailable as later:
                # What is not possible yet is no error: Dramatiq logs every exception but this one as such.
                raise Retry(later.code) from later

        dramatiq.actor(broker=self._broker, actor_name=job.name, max_retries=job.retries)(run)


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

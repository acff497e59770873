"""Jobs as Dramatiq runs them: over Valkey, in worker threads, on the event loop of whoever hosts them."""

import asyncio
from collections.abc import Iterable
from concurrent.futures import Future, wait
from typing import Any

import dramatiq
import msgspec
import redis
import structlog
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AgeLimit, Middleware, Retries, ShutdownNotifications, TimeLimit
from prometheus_client import CollectorRegistry, Counter

from fastshop.contract.base import Event, Unavailable
from server.kernel.job import Job

logger = structlog.get_logger()

# What a worker waits for a job under way when it stops, in milliseconds; unfinished ones are queued again.
_GRACE = 700
_MIN_BACKOFF = 1_000
_MAX_BACKOFF = 60_000


class _Watch(Middleware):
    """Counts jobs by how they ended. One that is given up on is an error in the log: somebody must look."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._ended = Counter("fastshop_jobs", "Jobs by how they ended", ["job", "end"], registry=registry)

    def after_process_message(
        self,
        broker: Any,  # noqa: ARG002
        message: Any,
        *,
        result: Any = None,  # noqa: ARG002
        exception: BaseException | None = None,
    ) -> None:
        end = "done" if exception is None else "failed"
        self._ended.labels(message.actor_name, end).inc()
        if exception is not None and not isinstance(exception, Unavailable):
            logger.warning("a job failed", job=message.actor_name, exc_info=exception)

    def after_nack(self, broker: Any, message: Any) -> None:  # noqa: ARG002
        self._ended.labels(message.actor_name, "given_up").inc()
        logger.error("a job was given up", job=message.actor_name, arguments=message.args)


class Jobs:
    """Queues jobs, and works on them where it is told to."""

    def __init__(self, url: str, jobs: Iterable[Job], registry: CollectorRegistry) -> None:
        self._loop = asyncio.get_running_loop()
        self._broker = RedisBroker(  # type: ignore[no-untyped-call]
            client=redis.Redis.from_url(url),
            middleware=[
                AgeLimit(),
                TimeLimit(time_limit=60 * 60 * 1000),
                ShutdownNotifications(notify_shutdown=True),
                Retries(min_backoff=_MIN_BACKOFF, max_backoff=_MAX_BACKOFF),
                _Watch(registry),
            ],
        )
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
        """Queue every job that waits for such an event. Blocks for a moment: not for the event loop."""
        for job in self.after.get(event_type, ()):
            actor = self._broker.get_actor(job.name)
            actor.send_with_options(args=(data,), delay=int(job.delay.total_seconds() * 1000) or None)

    async def start(self, threads: int) -> None:
        """Begin to work, in so many threads."""
        self._worker = dramatiq.Worker(self._broker, worker_threads=threads, worker_timeout=100)
        await asyncio.to_thread(self._worker.start)

    async def stop(self) -> None:
        """Work no longer; what is not finished is queued again."""
        if self._worker is not None:
            await asyncio.to_thread(self._worker.stop, timeout=_GRACE)
        await asyncio.to_thread(self._broker.close)

    def _declare(self, job: Job) -> None:
        decode = msgspec.json.Decoder(job.on).decode

        def run(data: str) -> None:
            _wait(asyncio.run_coroutine_threadsafe(_done(job, decode(data)), self._loop))

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

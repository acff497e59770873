"""Jobs on real PostgreSQL and Valkey. A Valkey that a test may stop is its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import redis.asyncio as redis
from prometheus_client import CollectorRegistry

from fastshop.contract.accounts import SessionEnded
from fastshop.contract.base import Event
from server.background.jobs import Jobs
from server.background.relay import Relay
from server.embedded import EmbeddedServices, Supervisor
from server.kernel.database import Database
from server.kernel.job import Job

NOW = datetime(2026, 11, 21, tzinfo=UTC)
# In seconds; on a quiet machine it takes a tenth of that, and what would not stop by itself takes minutes.
SOON = 10


def ended(reason: str = "x") -> SessionEnded:
    """An event that a job may wait for."""
    return SessionEnded(time=NOW, session_id=UUID(int=1), reason=reason)


class Ignored(Event, frozen=True, tag="tests.ignored"):
    """What no job waits for."""


class Work:
    """A job that notes what it is given and does what it is told."""

    def __init__(self, do: Callable[[str], Awaitable[None]] | None = None) -> None:
        self.seen: list[str] = []
        self._do = do

    async def run(self, event: SessionEnded) -> None:
        self.seen.append(event.reason)
        if self._do is not None:
            await self._do(event.reason)

    def job(self, name: str = "work", delay: float = 0, retries: int = 10, *, is_long: bool = False) -> Job:
        return Job(name, SessionEnded, self.run, timedelta(seconds=delay), retries, is_long)


class Office:
    """A process that relays and works. Several stand for several machines."""

    def __init__(self, database: Database, url: str, *jobs: Job) -> None:
        self.database = database
        self.registry = CollectorRegistry()
        self.jobs = Jobs(url, jobs, self.registry)
        self.relay = Relay(database, self.jobs)
        database.consume(self.jobs.events, self.relay.wake)

    async def open(self, threads: int = 4) -> None:
        await self.jobs.start(threads)
        self.relay.start()

    async def close(self) -> None:
        await self.relay.stop()
        await self.jobs.stop()

    async def tell(self, *events: Event) -> None:
        async with self.database.transaction() as transaction:
            for event in events:
                transaction.emit(event, "user:1", "user:2")

    async def waiting(self) -> int:
        """How many rows are in the outbox."""
        row = await self.database.fetch_one("SELECT count(*) FROM outbox")
        assert row is not None
        return int(row[0])

    def ends(self, end: str, job: str = "work") -> float:
        """How many tries of the job ended so."""
        return self.registry.get_sample_value("fastshop_jobs_total", {"job": job, "end": end}) or 0


Offices = Callable[..., Office]


@pytest.fixture
async def offices(database: Database) -> AsyncIterator[Offices]:
    """Makes offices, and closes them."""
    made: list[Office] = []

    def office(url: str, *jobs: Job) -> Office:
        made.append(Office(database, url, *jobs))
        return made[-1]

    yield office
    await asyncio.gather(*(each.close() for each in made))


@pytest.fixture
def url(services: EmbeddedServices, valkey: "redis.Redis") -> str:
    """An empty Valkey that runs."""
    return services.redis_url


class Switch:
    """A Valkey that can be taken away and given back."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._supervisor: Supervisor | None = None
        self.url = ""
        self.on()

    def on(self) -> None:
        self._supervisor = Supervisor(self._folder, postgres=False)
        self.url = self._supervisor.start().redis_url

    def off(self) -> None:
        if self._supervisor is not None:
            self._supervisor.stop()
            self._supervisor = None

    def send(self, signal: Any) -> None:
        assert self._supervisor is not None
        self._supervisor.kill("valkey", signal)


@pytest.fixture
def switch(tmp_path: Path) -> Iterator[Switch]:
    switch = Switch(tmp_path)
    yield switch
    switch.off()

"""From a commit to a job done: nothing is lost when something is down, and what runs twice was told it may."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis
import redis.asyncio
from prometheus_client import CollectorRegistry

from fastshop.contract.base import Event
from server.background.jobs import Jobs
from server.background.relay import Relay
from server.embedded import EmbeddedServices, Supervisor
from server.kernel.database import Database
from server.kernel.job import Job
from tests.support import eventually

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Happened(Event, frozen=True, tag="tests.happened"):
    """What jobs wait for."""

    number: int


class Ignored(Event, frozen=True, tag="tests.ignored"):
    """What no job waits for."""


class Work:
    """Jobs that take note of what they ran for, and fail as often as they are told to."""

    def __init__(self, failures: int = 0) -> None:
        self._failures = failures
        self.ran: list[int] = []

    async def run(self, event: Happened) -> None:
        self.ran.append(event.number)
        if len(self.ran) <= self._failures:
            raise ValueError("not this time")

    def job(self, delay: timedelta = timedelta(), retries: int = 10) -> Job:
        return Job("note", Happened, self.run, delay, retries)


class Hall:
    """Starts jobs and remembers to stop them."""

    def __init__(self, database: Database, url: str) -> None:
        self._database = database
        self._url = url
        self._opened: list[Jobs] = []
        self.registry = CollectorRegistry()

    async def open(self, jobs: Iterable[Job], url: str | None = None) -> Jobs:
        opened = Jobs(url or self._url, jobs, self.registry)
        self._opened.append(opened)
        self._database.consume(opened.events)
        await opened.start(2)
        return opened

    def ended(self, end: str) -> float:
        return self.registry.get_sample_value("fastshop_jobs_total", {"job": "note", "end": end}) or 0

    async def close(self) -> None:
        for jobs in self._opened:
            await jobs.stop()


@pytest.fixture
async def hall(database: Database, services: EmbeddedServices, valkey: "redis.asyncio.Redis") -> AsyncIterator[Hall]:
    hall = Hall(database, services.redis_url)
    yield hall
    await hall.close()


async def tell(database: Database, *events: Event) -> None:
    async with database.transaction() as transaction:
        for event in events:
            transaction.emit(event, "user:1", "user:2")


async def waiting(database: Database) -> int:
    return len(await database.fetch("SELECT FROM outbox"))


async def test_a_job_runs_once_for_an_event_whatever_channels_it_was_told_to(database: Database, hall: Hall) -> None:
    work = Work()
    jobs = await hall.open([work.job()])
    await tell(database, Happened(time=NOW, number=1), Ignored(time=NOW), Happened(time=NOW, number=2))
    assert await waiting(database) == 2
    await Relay(database, jobs).move()
    assert await waiting(database) == 0
    await eventually(lambda: hall.ended("done") == 2)
    assert sorted(work.ran) == [1, 2]


class Crash(Exception):
    """The process dies."""


class Dying(Jobs):
    """A process that lives until it has queued a job."""

    def queue(self, event_type: str, data: str) -> None:
        super().queue(event_type, data)
        raise Crash


async def test_a_crash_between_queueing_and_commit_has_the_job_run_again(
    database: Database, services: EmbeddedServices, hall: Hall
) -> None:
    work = Work()
    jobs = await hall.open([work.job()])
    await tell(database, Happened(time=NOW, number=1))
    dying = Dying(services.redis_url, [work.job()], CollectorRegistry())
    with pytest.raises(Crash):
        await Relay(database, dying).move()
    await dying.stop()
    assert await waiting(database) == 1
    await Relay(database, jobs).move()
    await eventually(lambda: hall.ended("done") == 2)
    assert work.ran == [1, 1]


async def test_a_delayed_job_waits(database: Database, hall: Hall) -> None:
    work = Work()
    jobs = await hall.open([work.job(delay=timedelta(seconds=0.8))])
    await tell(database, Happened(time=NOW, number=1))
    loop = asyncio.get_running_loop()
    began = loop.time()
    await Relay(database, jobs).move()
    await eventually(lambda: work.ran == [1])
    assert loop.time() - began >= 0.8


async def test_a_job_that_fails_is_tried_again(database: Database, hall: Hall) -> None:
    work = Work(failures=2)
    jobs = await hall.open([work.job()])
    await tell(database, Happened(time=NOW, number=1))
    await Relay(database, jobs).move()
    await eventually(lambda: hall.ended("done") == 1, seconds=15)
    assert (work.ran, hall.ended("failed"), hall.ended("given_up")) == ([1, 1, 1], 2, 0)


async def test_a_job_that_is_given_up_is_counted(database: Database, hall: Hall) -> None:
    work = Work(failures=9)
    jobs = await hall.open([work.job(retries=0)])
    await tell(database, Happened(time=NOW, number=1))
    await Relay(database, jobs).move()
    await eventually(lambda: hall.ended("given_up") == 1)
    assert (work.ran, hall.ended("failed"), hall.ended("done")) == ([1], 1, 0)


async def test_with_valkey_down_the_rows_stay_and_go_later(database: Database, hall: Hall) -> None:
    folder = Path(tempfile.mkdtemp(prefix="fastshop-test-"))
    supervisor = Supervisor(folder, postgres=False)
    try:
        url = (await asyncio.to_thread(supervisor.start)).redis_url
        await asyncio.to_thread(supervisor.stop)
        down = Jobs(url, [Work().job()], CollectorRegistry())
        database.consume(down.events)
        await tell(database, Happened(time=NOW, number=1))
        with pytest.raises(redis.ConnectionError):
            await Relay(database, down).move()
        await down.stop()
        assert await waiting(database) == 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    work = Work()
    await Relay(database, await hall.open([work.job()])).move()
    await eventually(lambda: hall.ended("done") == 1)
    assert work.ran == [1]

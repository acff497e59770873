"""Jobs: each follows its event at least once, whatever fails in between, and none ends unseen."""

import asyncio
import threading
from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic

import pytest
import redis.asyncio as redis
from structlog.testing import capture_logs

from fastshop.contract.base import Busy
from server.background.relay import Relay
from tests.background.conftest import NOW, SOON, Ignored, Offices, Work, ended
from tests.support import eventually


async def test_a_job_is_done_once_for_an_event_whatever_channels_it_was_told_to(url: str, offices: Offices) -> None:
    work = Work()
    office = offices(url, work.job())
    await office.tell(ended("a"), Ignored(time=NOW), ended("b"))
    assert await office.waiting() == 2
    await office.open()
    await eventually(lambda: office.ends("done") == 2)
    assert sorted(work.seen) == ["a", "b"]


async def test_a_job_is_done_after_its_event_with_what_it_tells(url: str, offices: Offices) -> None:
    work, other = Work(), Work()
    office = offices(url, work.job("one"), other.job("two"))
    await office.open()
    await office.tell(ended("läuft ☕ \"'\\"))
    await eventually(lambda: work.seen == other.seen == ["läuft ☕ \"'\\"])
    assert await office.waiting() == 0
    await eventually(lambda: office.ends("done", "one") == office.ends("done", "two") == 1)


async def test_a_commit_here_wakes_the_relay_at_once(url: str, offices: Offices) -> None:
    work = Work()
    office = offices(url, work.job())
    office.relay = Relay(office.database, office.jobs, look=3600)
    office.database.consume(office.jobs.events, office.relay.wake)
    await office.open()
    await asyncio.sleep(0.1)  # it rests
    await office.tell(ended())
    await eventually(lambda: work.seen == ["x"])


async def test_what_another_process_left_in_the_outbox_is_found(url: str, offices: Offices) -> None:
    work = Work()
    office = offices(url, work.job())
    await office.open()
    office.database.consume(office.jobs.events)  # nobody is told
    await office.tell(ended("left"))
    await eventually(lambda: work.seen == ["left"])


async def test_jobs_run_on_the_event_loop_of_their_host_several_at_once(url: str, offices: Offices) -> None:
    together, here = asyncio.Event(), (asyncio.get_running_loop(), threading.get_ident())
    seen = []

    async def meet(_reason: str) -> None:
        seen.append((asyncio.get_running_loop(), threading.get_ident()))
        if len(seen) == 4:
            together.set()
        await together.wait()

    office = offices(url, Work(meet).job())
    await office.open(threads=4)
    await office.tell(*(ended(str(number)) for number in range(4)))
    await eventually(lambda: office.ends("done") == 4)
    assert seen == [here] * 4


async def test_long_jobs_keep_no_others_waiting(url: str, offices: Offices) -> None:
    finish = asyncio.Event()

    async def linger(_reason: str) -> None:
        await finish.wait()

    long, short = Work(linger), Work()
    office = offices(url, long.job("long", is_long=True), short.job("short"))
    await office.open(threads=1)
    await office.tell(*(ended(str(number)) for number in range(5)))
    await eventually(lambda: office.ends("done", "short") == 5)
    assert office.ends("done", "long") == 0
    finish.set()
    await eventually(lambda: office.ends("done", "long") == 5)
    assert sorted(long.seen) == list("01234")


async def test_a_change_that_fails_is_followed_by_no_job(url: str, offices: Offices) -> None:
    work = Work()
    office = offices(url, work.job())
    await office.open()
    with suppress(ZeroDivisionError):
        async with office.database.transaction() as transaction:
            transaction.emit(ended("never"), "user:1")
            raise ZeroDivisionError
    await office.tell(ended("kept"))
    await eventually(lambda: work.seen == ["kept"])


async def test_a_thousand_events_are_followed_by_a_thousand_jobs(url: str, offices: Offices) -> None:
    work = Work()
    office = offices(url, work.job())
    await office.open()
    await office.tell(*(ended(str(number)) for number in range(1000)))
    await eventually(lambda: len(work.seen) == 1000, seconds=90)
    assert sorted(work.seen, key=int) == [str(number) for number in range(1000)]
    assert await office.waiting() == 0


async def test_a_delay_passes_before_the_first_try(url: str, offices: Offices) -> None:
    done: list[datetime] = []

    async def note(_reason: str) -> None:
        done.append(datetime.now(UTC))

    office = offices(url, Work(note).job(delay=1))
    await office.open()
    started = datetime.now(UTC)
    await office.tell(ended())
    await eventually(lambda: len(done) == 1)
    assert (done[0] - started).total_seconds() >= 1


async def test_a_job_that_fails_twice_is_done_the_third_time(url: str, offices: Offices) -> None:
    times: list[float] = []

    async def fail_twice(_reason: str) -> None:
        times.append(monotonic())
        if len(times) < 3:
            raise ZeroDivisionError

    office = offices(url, Work(fail_twice).job())
    await office.open()
    with capture_logs() as logged:
        await office.tell(ended())
        await eventually(lambda: office.ends("done") == 1)
    assert len(times) == 3
    assert office.ends("failed") == 2
    assert times[1] - times[0] >= 1
    assert times[2] - times[1] >= 2, "the pauses grow"
    assert [entry["log_level"] for entry in logged if entry.get("job") == "work"] == ["warning"] * 2


async def test_a_job_given_up_is_counted_logged_and_kept(url: str, offices: Offices, valkey: "redis.Redis") -> None:
    async def fail(_reason: str) -> None:
        raise ZeroDivisionError

    work = Work(fail)
    office = offices(url, work.job(retries=0))
    await office.open()
    with capture_logs() as logged:
        await office.tell(ended("hopeless"))
        await eventually(lambda: office.ends("given_up") == 1)
    assert work.seen == ["hopeless"]
    (given_up,) = [entry for entry in logged if entry["event"] == "a job was given up"]
    assert (given_up["log_level"], given_up["job"]) == ("error", "work")
    assert given_up["type"] == "accounts.session_ended"
    assert "hopeless" not in str(given_up), "what is not an id may be personal"
    assert await valkey.zcard("dramatiq:default.XQ") == 1


async def test_a_job_that_cannot_be_done_yet_comes_again_without_noise(
    url: str, offices: Offices, caplog: pytest.LogCaptureFixture
) -> None:
    async def not_yet(_reason: str) -> None:
        if len(work.seen) < 2:
            raise Busy

    work = Work(not_yet)
    office = offices(url, work.job())
    await office.open()
    with capture_logs() as logged, caplog.at_level("WARNING"):
        await office.tell(ended())
        await eventually(lambda: office.ends("done") == 1)
    assert (office.ends("put_off"), office.ends("failed")) == (1, 0)
    assert [entry for entry in logged if entry["log_level"] != "info"] == []
    assert caplog.records == []


async def test_what_this_version_cannot_read_is_given_up_not_lost(url: str, offices: Offices) -> None:
    work = Work()
    office = offices(url, work.job(retries=0))
    await office.open()
    async with office.database.transaction() as transaction:
        await transaction.connection.execute(
            "INSERT INTO outbox (type, data) VALUES ('accounts.session_ended', '{\"reason\": 1}')"
        )
    await eventually(lambda: office.ends("given_up") == 1)
    await office.tell(ended("next"))
    await eventually(lambda: work.seen == ["next"])


async def test_a_job_that_only_another_version_knows_is_given_up_not_lost(url: str, offices: Offices) -> None:
    newer, older = offices(url, Work().job("only_newer")), offices(url, Work().job())
    await newer.relay.stop()
    newer.jobs.queue("accounts.session_ended", '{"type": "accounts.session_ended"}')
    await older.open()
    await eventually(lambda: older.ends("given_up", "only_newer") == 1)


async def test_an_event_that_no_job_here_waits_for_stays_in_the_outbox(url: str, offices: Offices) -> None:
    work = Work()
    office = offices(url, work.job())
    async with office.database.transaction() as transaction:
        await transaction.connection.execute("INSERT INTO outbox (type, data) VALUES ('of.tomorrow', '{}')")
    await office.tell(ended())
    await office.open()
    await eventually(lambda: work.seen == ["x"])
    assert await office.waiting() == 1


async def test_stopping_waits_for_no_job_and_what_was_under_way_is_done_by_the_next(url: str, offices: Offices) -> None:
    stuck = asyncio.Event()
    cancelled: list[bool] = []

    async def hang(_reason: str) -> None:
        try:
            await stuck.wait()
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    first = Work(hang)
    office = offices(url, first.job())
    await office.open(threads=2)
    await office.tell(*(ended(str(number)) for number in range(6)))
    await eventually(lambda: len(first.seen) == 2)
    await office.close()
    await eventually(lambda: len(cancelled) == 2)
    second = Work()
    successor = offices(url, second.job())
    await successor.open()
    await eventually(lambda: set(second.seen) == {str(number) for number in range(6)}, seconds=60)


async def test_stopping_when_idle_is_quick(url: str, offices: Offices) -> None:
    office = offices(url, Work().job(), Work().job("late", delay=60))
    await office.open()
    await office.tell(ended())
    await eventually(lambda: office.ends("done") == 1)
    async with asyncio.timeout(SOON):
        await office.close()

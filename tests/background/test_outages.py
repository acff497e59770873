"""Valkey gone, hanging, back; workers gone: nothing queued or to be queued is lost (promises P8, P10)."""

import asyncio
from signal import SIGCONT, SIGKILL, SIGSTOP
from time import monotonic

from prometheus_client import CollectorRegistry

from server.background.jobs import Jobs
from tests.background.conftest import SOON, Offices, Switch, Work, ended
from tests.support import eventually

# Dramatiq comes back 3 s after a lost connection.
BACK = 60


async def test_p10_without_valkey_changes_go_on_and_their_jobs_wait_in_the_outbox(
    switch: Switch, offices: Offices
) -> None:
    work = Work()
    office = offices(switch.url, work.job())
    await office.open()
    await office.tell(ended("before"))
    await eventually(lambda: work.seen == ["before"])
    await asyncio.to_thread(switch.off)
    await office.tell(ended("while it is gone"))
    await asyncio.sleep(1.5)
    assert await office.waiting() == 1
    assert work.seen == ["before"]
    await asyncio.to_thread(switch.on)
    await eventually(lambda: "while it is gone" in work.seen, BACK)
    assert await office.waiting() == 0


async def test_p10_a_process_starts_without_valkey_and_works_when_it_comes(switch: Switch, offices: Offices) -> None:
    await asyncio.to_thread(switch.off)
    work = Work()
    office = offices(switch.url, work.job())
    await office.open()
    await office.tell(ended())
    await asyncio.to_thread(switch.on)
    await eventually(lambda: work.seen == ["x"], BACK)


async def test_p8_delayed_jobs_outlive_valkeys_crash(switch: Switch, offices: Offices) -> None:
    """Dramatiq holds delayed jobs in memory, and drops those when it loses the connection."""
    work, later = Work(), Work()
    office = offices(switch.url, work.job(delay=2), later.job("later", delay=5))
    await office.open()
    await office.tell(*(ended(str(number)) for number in range(5)))
    await eventually(lambda: _empty(office))
    await asyncio.sleep(0.3)  # the worker has fetched them
    switch.send(SIGKILL)  # the supervisor starts it again
    every = {str(number) for number in range(5)}
    await eventually(lambda: set(work.seen) == set(later.seen) == every, BACK)


async def test_p8_delayed_jobs_that_come_due_without_valkey_are_done_after_it_is_back(
    switch: Switch, offices: Offices
) -> None:
    work, later = Work(), Work()
    office = offices(switch.url, work.job(delay=1), later.job("later", delay=3))
    await office.open()
    await office.tell(ended("a"), ended("b"))
    await eventually(lambda: _empty(office))
    await asyncio.sleep(0.3)
    await asyncio.to_thread(switch.off)
    await asyncio.sleep(1.5)
    await asyncio.to_thread(switch.on)
    await eventually(lambda: set(work.seen) == set(later.seen) == {"a", "b"}, BACK)


async def test_p8_a_job_that_fails_while_valkey_is_gone_is_tried_again(switch: Switch, offices: Offices) -> None:
    gone = asyncio.Event()

    async def fail_once(_reason: str) -> None:
        if len(work.seen) == 1:
            await gone.wait()
            raise ZeroDivisionError

    work = Work(fail_once)
    office = offices(switch.url, work.job())
    await office.open()
    await office.tell(ended())
    await eventually(lambda: work.seen == ["x"])
    await asyncio.to_thread(switch.off)
    gone.set()
    await eventually(lambda: office.ends("failed") == 1)
    await asyncio.sleep(2.5)
    await asyncio.to_thread(switch.on)
    await eventually(lambda: office.ends("done") == 1, BACK)
    assert set(work.seen) == {"x"}


async def test_a_job_under_way_is_not_begun_again_because_valkey_blinked(switch: Switch, offices: Offices) -> None:
    go = asyncio.Event()

    async def wait(reason: str) -> None:
        if reason == "long":
            await go.wait()

    work = Work(wait)
    office = offices(switch.url, work.job())
    await office.open()
    await office.tell(ended("long"))
    await eventually(lambda: work.seen == ["long"])
    switch.send(SIGKILL)
    await office.tell(ended("next"))
    await eventually(lambda: "next" in work.seen, BACK)
    go.set()
    await eventually(lambda: office.ends("done") == 2, BACK)
    assert work.seen == ["long", "next"]


async def test_p8_the_jobs_of_a_dead_worker_are_done_by_another(switch: Switch, offices: Offices) -> None:
    work = Work()
    dead = offices(switch.url, work.job(), work.job("later", delay=1))
    await dead.tell(ended("orphan"))
    await dead.relay.move()
    for queue in ("default", "default.DQ"):  # fetched, and then it died
        assert next(dead.jobs._brokers["default"].consume(queue)) is not None
    heir = Jobs(switch.url, [work.job(), work.job("later", delay=1)], CollectorRegistry(), heartbeat=0.5)
    await heir.start(2)
    try:
        await eventually(lambda: work.seen == ["orphan", "orphan"], BACK)
    finally:
        await heir.stop()


async def test_stopping_is_quick_when_valkey_is_gone(switch: Switch, offices: Offices) -> None:
    office = offices(switch.url, Work().job())
    await office.open()
    await office.tell(ended())
    await eventually(lambda: office.ends("done") == 1)
    await asyncio.to_thread(switch.off)
    await office.tell(ended())
    await asyncio.sleep(0.5)
    async with asyncio.timeout(SOON):
        await office.close()


async def test_p10_a_valkey_that_hangs_holds_nobody_up(switch: Switch, offices: Offices) -> None:
    work = Work()
    office = offices(switch.url, work.job())
    await office.open()
    switch.send(SIGSTOP)
    try:
        started = monotonic()
        for reason in "abc":
            await office.tell(ended(reason))
        # Whoever waits for Valkey waits two seconds, each time.
        assert monotonic() - started < 5
        await asyncio.sleep(3)
    finally:
        switch.send(SIGCONT)
    await eventually(lambda: set(work.seen) == {"a", "b", "c"}, BACK)


async def _empty(office: object) -> bool:
    return await office.waiting() == 0  # type: ignore[attr-defined,no-any-return]

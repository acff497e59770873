"""The relay: crashes and rivals between the outbox and the queue."""

import asyncio

import pytest

from server.background.relay import Relay
from tests.background.conftest import Offices, Work, ended
from tests.support import eventually


async def test_p8_a_crash_between_queueing_and_commit_does_the_job_twice_and_never_not(
    url: str, offices: Offices
) -> None:
    work = Work()
    office = offices(url, work.job())
    await office.tell(ended("precious"))
    with pytest.raises(ZeroDivisionError):
        await Relay(office.database, _Crashing(office.jobs)).move()  # type: ignore[arg-type]
    assert await office.waiting() == 1
    await office.open()
    await eventually(lambda: work.seen == ["precious", "precious"])
    assert await office.waiting() == 0


class _Crashing:
    """A queue whose process dies after it has queued and before it could say so."""

    def __init__(self, jobs: object) -> None:
        self._jobs = jobs

    def __getattr__(self, name: str) -> object:
        return getattr(self._jobs, name)

    def queue(self, event_type: str, data: str) -> None:
        self._jobs.queue(event_type, data)  # type: ignore[attr-defined]
        raise ZeroDivisionError


async def test_several_relays_take_each_row_once(url: str, offices: Offices) -> None:
    work = Work()
    office = offices(url, work.job())
    await office.tell(*(ended(str(number)) for number in range(450)))
    relays = [Relay(office.database, office.jobs) for _ in range(4)]
    while await office.waiting():
        await asyncio.gather(*(relay.move() for relay in relays))
    await office.jobs.start(4)
    await eventually(lambda: office.ends("done") == 450, seconds=60)
    assert sorted(work.seen, key=int) == [str(number) for number in range(450)]


async def test_a_relay_that_is_stopped_in_the_middle_leaves_the_rows(url: str, offices: Offices) -> None:
    work = Work()
    office = offices(url, work.job())
    await office.tell(*(ended(str(number)) for number in range(300)))
    office.relay.start()
    await asyncio.sleep(0)
    await office.relay.stop()
    await office.open()
    await eventually(lambda: set(work.seen) == {str(number) for number in range(300)}, seconds=60)
    assert await office.waiting() == 0

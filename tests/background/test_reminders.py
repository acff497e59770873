"""The clock that wakes actors: what is due is delivered, what fails is left alone for a while and never lost."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from fastshop.contract.base import Busy
from server.background.reminders import Reminders
from server.kernel.database import Database
from server.kernel.reminders import set_reminder
from tests.support import ManualClock, eventually

GOOD, BAD = UUID(int=1), UUID(int=2)
# Longer than one that failed is left alone, in seconds.
LATER = 11


class Woken:
    """An actor that takes note, and fails where it is told to; its reminder goes when it is done."""

    def __init__(self, database: Database, failure: Exception | None = None) -> None:
        self._database = database
        self.failure = failure
        self.heard: list[tuple[str, UUID, str]] = []

    async def remind(self, kind: str, actor_id: UUID, name: str) -> None:
        self.heard.append((kind, actor_id, name))
        if actor_id == BAD and self.failure is not None:
            raise self.failure
        await self._database.fetch("DELETE FROM actor_reminders WHERE kind = $1 AND actor_id = $2", kind, actor_id)


Note = Callable[[UUID, datetime], Awaitable[None]]


@pytest.fixture
async def note(database: Database) -> Note:
    """Write a reminder down."""

    async def write(actor_id: UUID, due_at: datetime) -> None:
        insert = "INSERT INTO actor_reminders (kind, actor_id, name, due_at) VALUES ('sale', $1, 'wake', $2)"
        await database.fetch(insert, actor_id, due_at)

    return write


async def kept(database: Database) -> list[UUID]:
    rows = await database.fetch("SELECT actor_id FROM actor_reminders ORDER BY actor_id")
    return [row["actor_id"] for row in rows]


async def test_only_what_is_due_is_delivered(database: Database, clock: ManualClock, note: Note) -> None:
    woken = Woken(database)
    reminders = Reminders(database, clock, woken.remind)
    await note(GOOD, clock.now())
    await note(BAD, clock.now() + timedelta(seconds=1))
    await reminders.deliver_due()
    assert woken.heard == [("sale", GOOD, "wake")]
    assert await kept(database) == [BAD]
    clock.turn(seconds=1)
    await reminders.deliver_due()
    assert woken.heard[1:] == [("sale", BAD, "wake")]
    assert await kept(database) == []


@pytest.mark.parametrize("failure", [ValueError("broken"), Busy()], ids=["failing", "refusing"])
async def test_one_that_fails_is_left_alone_for_a_while_and_stays(
    database: Database, clock: ManualClock, note: Note, failure: Exception
) -> None:
    woken = Woken(database, failure)
    reminders = Reminders(database, clock, woken.remind)
    await note(BAD, clock.now())
    await reminders.deliver_due()
    await note(GOOD, clock.now())
    await reminders.deliver_due()
    assert [actor_id for _, actor_id, _ in woken.heard] == [BAD, GOOD]
    assert await kept(database) == [BAD]
    woken.failure = None
    clock.turn(seconds=LATER)
    await reminders.deliver_due()
    assert [actor_id for _, actor_id, _ in woken.heard] == [BAD, GOOD, BAD]
    assert await kept(database) == []


async def test_one_that_is_too_busy_to_listen_is_reminded_again_in_a_second(
    database: Database, clock: ManualClock, note: Note
) -> None:
    woken = Woken(database, Busy())
    reminders = Reminders(database, clock, woken.remind)
    await note(BAD, clock.now())
    await reminders.deliver_due()
    await reminders.deliver_due()
    assert len(woken.heard) == 1
    woken.failure = None
    clock.turn(seconds=1)
    await reminders.deliver_due()
    assert await kept(database) == []


async def test_many_are_delivered_round_after_round(database: Database, clock: ManualClock, note: Note) -> None:
    woken = Woken(database)
    reminders = Reminders(database, clock, woken.remind)
    for number in range(100):
        await note(UUID(int=number), clock.now())
    assert await reminders.deliver_due() == 0
    assert await reminders.deliver_due() > 0
    assert sorted(actor_id for _, actor_id, _ in woken.heard) == [UUID(int=number) for number in range(100)]


async def test_one_that_stays_due_is_not_delivered_without_a_pause(
    database: Database, clock: ManualClock, note: Note
) -> None:
    heard: list[UUID] = []

    async def hear(_kind: str, actor_id: UUID, _name: str) -> None:
        heard.append(actor_id)

    reminders = Reminders(database, clock, hear)
    for number in range(64):
        await note(UUID(int=number), clock.now())
    await reminders.deliver_due()
    assert await reminders.deliver_due() > 0
    assert len(heard) == 64
    clock.turn(seconds=1)
    await reminders.deliver_due()
    assert len(heard) == 128


async def test_one_put_to_another_time_is_delivered_then_even_after_a_failure(
    database: Database, clock: ManualClock, note: Note
) -> None:
    woken = Woken(database, ValueError("broken"))
    reminders = Reminders(database, clock, woken.remind)
    await note(BAD, clock.now())
    await reminders.deliver_due()
    async with database.transaction() as transaction:
        await set_reminder(transaction.connection, "sale", BAD, clock.now() + timedelta(seconds=2))
    woken.failure = None
    clock.turn(seconds=1)
    await reminders.deliver_due()
    assert len(woken.heard) == 1
    clock.turn(seconds=1)
    await reminders.deliver_due()
    assert len(woken.heard) == 2
    assert await kept(database) == []


async def test_an_actor_that_hangs_does_not_stop_the_clock(database: Database, clock: ManualClock, note: Note) -> None:
    woken = Woken(database)

    async def remind(kind: str, actor_id: UUID, name: str) -> None:
        if actor_id == BAD:
            await asyncio.Event().wait()
        await woken.remind(kind, actor_id, name)

    reminders = Reminders(database, clock, remind)
    await note(BAD, clock.now())
    reminders.start()
    try:
        await asyncio.sleep(0.3)
        await note(GOOD, clock.now())
        await eventually(lambda: [actor_id for _, actor_id, _ in woken.heard] == [GOOD])
    finally:
        await reminders.stop()
    assert await kept(database) == [BAD]


async def test_the_clock_finds_what_comes_due_and_goes_on_after_the_database_was_away(
    database: Database, clock: ManualClock, note: Note
) -> None:
    woken = Woken(database)
    reminders = Reminders(database, clock, woken.remind)
    reminders.start()
    try:
        await note(GOOD, clock.now() + timedelta(minutes=5))
        await asyncio.sleep(0.5)
        assert woken.heard == []
        await database.fetch("ALTER TABLE actor_reminders RENAME TO gone")
        await asyncio.sleep(0.5)
        await database.fetch("ALTER TABLE gone RENAME TO actor_reminders")
        clock.turn(minutes=5)
        await eventually(lambda: woken.heard == [("sale", GOOD, "wake")])
    finally:
        await reminders.stop()

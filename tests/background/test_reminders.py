"""The clock that wakes actors: what is due is delivered, what fails is left alone for a while and never lost."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from fastshop.contract.base import Busy
from server.background.reminders import Reminders
from server.kernel.database import Database
from tests.support import ManualClock

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


async def test_many_are_delivered_round_after_round(database: Database, clock: ManualClock, note: Note) -> None:
    woken = Woken(database)
    reminders = Reminders(database, clock, woken.remind)
    for number in range(100):
        await note(UUID(int=number), clock.now())
    assert await reminders.deliver_due() == 0
    assert await reminders.deliver_due() > 0
    assert sorted(actor_id for _, actor_id, _ in woken.heard) == [UUID(int=number) for number in range(100)]

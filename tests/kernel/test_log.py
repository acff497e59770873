"""The log: what is written with a change is there with it, in order and without gaps."""

import asyncio
from datetime import UTC, datetime
from importlib import import_module
from uuid import UUID, uuid4

import msgspec
import pytest
from msgspec.structs import replace

from fastshop.contract.accounts import Registered, SessionEnded
from fastshop.contract.orders import GUEST_ORDER, ORDER
from server.kernel import log
from server.kernel.channel import logged
from server.kernel.database import Database
from server.kernel.log import Publication

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def ended(reason: str) -> SessionEnded:
    return SessionEnded(time=NOW, session_id=UUID(int=1), reason=reason)


async def test_events_of_a_transaction_are_announced_after_its_commit_in_their_order(database: Database) -> None:
    told: list[Publication] = []
    database.on_commit(told.extend)
    async with database.transaction() as transaction:
        transaction.emit(ended("a"), "user:2", "user:1")
        transaction.emit(ended("b"), "user:1")
        assert told == []
    assert [(p.channel, p.seq) for p in told] == [("user:2", 1), ("user:1", 1), ("user:1", 2)]
    async with database.reading() as connection:
        assert await log.head(connection, "user:1") == 2
        stored = await log.after(connection, "user:1", 0, 10)
    assert [b'"a"' in stored[0].data, b'"b"' in stored[1].data] == [True, True]


async def test_a_change_that_fails_leaves_no_event_and_no_gap(database: Database) -> None:
    told: list[Publication] = []
    database.on_commit(told.extend)

    async def fail() -> None:
        async with database.transaction() as transaction:
            transaction.emit(ended("lost"), "user:1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert told == []
    async with database.transaction() as transaction:
        transaction.emit(ended("kept"), "user:1")
    assert [p.seq for p in told] == [1]


async def test_crossing_transactions_neither_deadlock_nor_leave_gaps(database: Database) -> None:
    async def write(number: int) -> None:
        channels = ["user:1", "user:2", "user:3"]
        async with database.transaction() as transaction:
            for channel in channels[number % 3 :] + channels[: number % 3]:
                transaction.emit(ended(str(number)), channel)

    await asyncio.gather(*(write(number) for number in range(60)))
    for channel in ("user:1", "user:2", "user:3"):
        async with database.reading() as connection:
            assert [p.seq for p in await log.after(connection, channel, 0, 100)] == list(range(1, 61))


async def test_only_events_that_a_job_waits_for_are_queued_and_only_once(database: Database) -> None:
    database.consume([SessionEnded])
    async with database.transaction() as transaction:
        transaction.emit(ended("x"), "user:1", "admin")
        transaction.emit(ended("x"), "user:1")
    rows = await database.fetch("SELECT type FROM outbox")
    assert [row["type"] for row in rows] == ["accounts.session_ended"] * 2


async def test_what_was_told_to_guests_before_is_found_by_the_hash_of_their_key(database: Database) -> None:
    """The migration: each channel keeps its events and their places, and no key is left."""
    key, other = uuid4(), uuid4()
    async with database.transaction() as transaction:
        for channel in (GUEST_ORDER.of(key), GUEST_ORDER.of(key), GUEST_ORDER.of(other), ORDER.of(other)):
            transaction.emit(ended("told"), channel)
    migration = import_module("migrations.fastshop_2026_11_21t17_31_07_000000")
    for statement in [*migration.STATEMENTS] * 2:
        await database.fetch(statement)
    found = await database.fetch('SELECT channel, seq FROM channel_heads ORDER BY channel COLLATE "C"')
    heads = {logged(GUEST_ORDER, key): 2, logged(GUEST_ORDER, other): 1, ORDER.of(other): 1}
    assert {row["channel"]: row["seq"] for row in found} == heads
    async with database.reading() as connection:
        for channel, head in heads.items():
            assert [each.seq for each in await log.after(connection, channel, 0, 10)] == list(range(1, head + 1))


async def test_names_of_who_registered_before_are_taken_out_of_the_log_and_nothing_else_is(database: Database) -> None:
    """The migration: an event of the last release loses its name, all others stay as they are."""
    known = Registered(time=NOW, user_id=uuid4(), name="Ann Smith")
    anew, other = Registered(time=NOW, user_id=uuid4()), ended("Ann Smith")
    async with database.transaction() as transaction:
        for event in (known, anew, other):
            transaction.emit(event, "admin")
        transaction.emit(known, "user:1")
    migration = import_module("migrations.fastshop_2026_11_21t21_22_37_000000")
    for statement in [*migration.STATEMENTS] * 2:
        await database.fetch(statement)
    async with database.reading() as connection:
        told = [
            msgspec.json.decode(each.data, type=Registered | SessionEnded)
            for each in await log.after(connection, "admin", 0, 10)
        ]
    assert told == [replace(known, name=""), anew, other]

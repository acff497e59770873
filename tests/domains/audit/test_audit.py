"""The audit log: in order, unchanged, and it shows when somebody with the database's keys has been at it."""

import asyncio
from contextvars import Context
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from fastshop.contract.accounts import Role
from fastshop.contract.audit import CheckAuditLog, ListAuditLog
from fastshop.contract.base import NotAllowed, SignInNeeded
from server.domains.audit.operations import operations
from server.domains.audit.service import Audit
from server.kernel.audit import note
from server.kernel.caller import GUEST, Caller
from server.kernel.database import Database
from tests.support import ManualClock

ADMIN = Caller(UUID(int=1), session_id=UUID(int=11), roles=frozenset({Role.ADMIN}))
SECOND = Caller(UUID(int=2), roles=frozenset({Role.ADMIN}))


async def write(database: Database, clock: ManualClock, subject: str, who: Caller = ADMIN, **facts: Any) -> None:
    async with database.transaction() as transaction:
        await note(transaction, clock.now(), who, "users.disable", subject, **facts)


async def broken_at(database: Database) -> int | None:
    found = await Audit(database).check(CheckAuditLog(), ADMIN)
    assert found.intact is (found.broken_at is None)
    return found.broken_at


async def tamper(database: Database, statement: str) -> None:
    """What somebody does who may do everything in the database."""
    await database.fetch("ALTER TABLE audit_logs DISABLE TRIGGER audit_logs_stay")
    try:
        await database.fetch(statement)
    finally:
        await database.fetch("ALTER TABLE audit_logs ENABLE TRIGGER audit_logs_stay")


async def test_what_was_done_is_listed_the_latest_first(database: Database, clock: ManualClock) -> None:
    await write(database, clock, "user:1", reason="spam")
    await write(database, clock, "user:2", SECOND)
    audit = Audit(database)
    latest, first = (await audit.list(ListAuditLog(), ADMIN)).items
    assert (first.number, first.actor_id, first.session_id, first.subject) == (1, UUID(int=1), UUID(int=11), "user:1")
    assert (first.facts, first.at) == ({"reason": "spam"}, clock.now())
    for filters, found in (
        ({"actor_id": UUID(int=2)}, [latest]),
        ({"subject": "user:1"}, [first]),
        ({"subject": "user:"}, []),
        ({"action": "users."}, [latest, first]),
        ({"action": "orders."}, []),
    ):
        assert list((await audit.list(ListAuditLog(**filters), ADMIN)).items) == found, filters
    page = await audit.list(ListAuditLog(limit=1), ADMIN)
    assert page.next is not None
    assert (await audit.list(ListAuditLog(limit=1, cursor=page.next), ADMIN)).items == (first,)


async def test_twenty_at_once_are_one_chain(database: Database, clock: ManualClock) -> None:
    assert await broken_at(database) is None
    await asyncio.gather(
        *(asyncio.create_task(write(database, clock, f"user:{number}"), context=Context()) for number in range(20))
    )
    found = await Audit(database).check(CheckAuditLog(), ADMIN)
    assert (found.entries, found.intact) == (20, True)


async def test_an_entry_goes_with_what_it_tells_of(database: Database, clock: ManualClock) -> None:
    async def fail() -> None:
        async with database.transaction() as transaction:
            await note(transaction, clock.now(), ADMIN, "users.disable", "user:1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert (await Audit(database).list(ListAuditLog(), ADMIN)).items == ()


@pytest.mark.parametrize("statement", ["UPDATE audit_logs SET subject = 'user:9'", "DELETE FROM audit_logs"])
async def test_no_entry_is_changed_or_deleted(database: Database, clock: ManualClock, statement: str) -> None:
    await write(database, clock, "user:1")
    with pytest.raises(asyncpg.RaiseError):
        await database.fetch(statement)


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("UPDATE audit_logs SET subject = 'user:9' WHERE number = 2", 2),
        ("UPDATE audit_logs SET facts = '{}' WHERE number = 3", 3),
        ("UPDATE audit_logs SET actor_id = NULL WHERE number = 1", 1),
        ("UPDATE audit_logs SET at = at + interval '1 second' WHERE number = 4", 4),
        ("DELETE FROM audit_logs WHERE number = 2", 3),
        ("DELETE FROM audit_logs WHERE number = 1", 2),
        ("UPDATE audit_logs SET number = number + 10 WHERE number = 2", 3),
    ],
)
async def test_tampering_shows(database: Database, clock: ManualClock, statement: str, number: int) -> None:
    for subject in range(4):
        await write(database, clock, f"user:{subject}", nth=subject)
    assert await broken_at(database) is None
    await tamper(database, statement)
    assert await broken_at(database) == number


def test_only_admins_read_it(open_database: Database) -> None:
    for operation in operations(Audit(open_database)):
        assert operation.admit(ADMIN) is ADMIN
        with pytest.raises(SignInNeeded):
            operation.admit(GUEST)
        for role in Role:
            if role is not Role.ADMIN:
                with pytest.raises(NotAllowed):
                    operation.admit(Caller(UUID(int=3), roles=frozenset({role})))

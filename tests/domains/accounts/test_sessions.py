"""Sessions: how many, how long, who sees and ends them, and that an end is an end everywhere."""

import asyncio
from contextvars import Context
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import redis.asyncio as redis
from asyncpg import Record
from piccolo.engine.postgres import PostgresEngine

from fastshop.contract.accounts import (
    EndOtherSessions,
    EndSession,
    IssueSocketToken,
    ListSessions,
    LogIn,
    LogOut,
    RefreshSession,
    Role,
    Session,
    SessionEnded,
    SessionNotFound,
    SignedIn,
    WrongCredentials,
)
from fastshop.contract.base import BadInput
from fastshop.ids import new_id
from piccolo_conf import DB
from server.adapters.limits.valkey import ValkeySocketTokens
from server.domains.accounts.believed import Believed
from server.domains.accounts.channels import permit_person, watches
from server.domains.accounts.sessions import LIFETIME, Sessions
from server.kernel import log
from server.kernel.caller import GUEST, Caller
from server.kernel.channel import ChannelNotFound
from server.kernel.database import Database
from tests.domains.accounts.conftest import PASSWORD, People
from tests.support import eventually


async def listed(people: People, signed_in: SignedIn) -> tuple[Session, ...]:
    return (await people.accounts.list_sessions(ListSessions(), await people.caller(signed_in))).items


async def four(people: People) -> list[SignedIn]:
    found = [await people.register()]
    for _ in range(3):
        people.clock.turn(seconds=10)
        found.append(await people.log_in())
    return found


async def alive(people: People, *signed_in: SignedIn) -> list[bool]:
    return [await people.sessions.authenticate(one.token) is not None for one in signed_in]


async def somebody_waits(people: People) -> bool:
    """Whether somebody waits for a row that is held."""
    return bool(await people.database.fetch("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))


async def test_the_fourth_sign_in_ends_the_oldest_session(people: People, other: SignedIn) -> None:
    sessions = await four(people)
    assert await alive(people, *sessions, other) == [False, True, True, True, True]
    assert people.sockets.ended == people.sockets.replaced == [sessions[0].session_id]
    assert [one.id for one in await listed(people, sessions[3])] == [one.session_id for one in reversed(sessions[1:])]
    async with people.database.reading() as connection:
        events = await log.after(connection, f"user:{sessions[0].me.id}", 0, 20)
    ended = [event.data for event in events if SessionEnded.tag().encode() in event.data]
    assert len(ended) == 1
    assert str(sessions[0].session_id).encode() in ended[0]
    assert b'"session_limit"' in ended[0]


async def test_a_session_in_use_is_not_the_oldest(people: People) -> None:
    first = await people.register()
    people.clock.turn(minutes=2)
    second = await people.log_in()
    third = await people.log_in()
    people.clock.turn(minutes=2)
    people.sessions.forget([first.session_id])
    assert await people.sessions.authenticate(first.token)
    await people.log_in()
    assert await alive(people, first, second, third) == [True, False, True]


async def test_sign_ins_at_the_same_moment_leave_no_more_than_three(people: People, other: SignedIn) -> None:
    sessions = [await people.register(), await people.log_in(), await people.log_in()]

    async def first_signs_in() -> tuple[str, "asyncio.Task[SignedIn]"]:
        async with people.database.transaction() as transaction:
            started = await people.sessions.start(transaction, sessions[0].me.id, "192.0.2.1", "first")
            second = asyncio.create_task(people.log_in(), context=Context())
            await eventually(lambda: somebody_waits(people))
        return started.token, second

    token, second = await first_signs_in()
    tokens = [one.token for one in (*sessions, await second)] + [token]
    found = [await people.sessions.authenticate(one) for one in tokens]
    assert [one is not None for one in found] == [False, False, True, True, True]
    assert await alive(people, other) == [True]


@pytest.mark.parametrize("change", ["password_hash = 'another'", "disabled_at = now()"])
async def test_who_signs_in_with_what_is_changed_at_that_moment_is_not_let_in(people: People, change: str) -> None:
    """The change ends the sessions that it sees; one that begins just after it must not be missed."""
    await people.register()

    async def signs_in_and_waits() -> "asyncio.Task[SignedIn]":
        async with people.database.transaction() as transaction:
            query = f"UPDATE users SET {change} WHERE email = 'ann@example.com'"
            await transaction.connection.execute(query)
            late = asyncio.create_task(people.log_in(), context=Context())
            await eventually(lambda: somebody_waits(people))
        return late

    with pytest.raises(WrongCredentials):
        await (await signs_in_and_waits())


async def test_the_limit_is_each_user_s_own(people: People) -> None:
    first = await people.register()
    await people.database.fetch("UPDATE users SET session_limit = 1 WHERE id = $1", first.me.id)
    second = await people.log_in()
    assert await alive(people, first, second) == [False, True]


async def test_signing_out_ends_this_session_and_no_other(people: People, other: SignedIn) -> None:
    first, second = await people.register(), await people.log_in()
    await people.accounts.log_out(LogOut(), await people.caller(first))
    assert await alive(people, first, second, other) == [False, True, True]
    assert people.sockets.ended == [first.session_id]


async def test_a_person_sees_their_own_devices_the_latest_first(people: People, other: SignedIn) -> None:
    first = await people.register()
    people.clock.turn(seconds=10)
    second = await people.log_in(device="my phone")
    found = await listed(people, first)
    assert [(one.id, one.device, one.current) for one in found] == [
        (second.session_id, "my phone", False),
        (first.session_id, "a test", True),
    ]
    assert {one.ip_address for one in found} == {"192.0.2.1"}


async def test_devices_come_in_pages_and_a_cursor_of_another_list_is_refused(people: People, other: SignedIn) -> None:
    first = await people.register()
    for _ in range(2):
        await people.log_in()  # at the same moment, so that only the id tells them apart
    caller = await people.caller(first)
    found: list[UUID] = []
    cursor = ""
    for _ in range(3):
        page = await people.accounts.list_sessions(ListSessions(cursor=cursor, limit=1), caller)
        found += [one.id for one in page.items]
        cursor = page.next or ""
    assert cursor == ""
    assert sorted(found) == sorted(one.id for one in await listed(people, first))
    assert len(set(found)) == 3
    for bad in ("x", "WzFd", "!!!"):
        with pytest.raises(BadInput):
            await people.accounts.list_sessions(ListSessions(cursor=bad), caller)


async def test_a_device_is_signed_out_from_another_and_once_more_changes_nothing(people: People) -> None:
    first, second = await people.register(), await people.log_in()
    caller = await people.caller(second)
    for _ in range(2):
        await people.accounts.end_session(EndSession(session_id=first.session_id), caller)
    assert await alive(people, first, second) == [False, True]
    async with people.database.reading() as connection:
        events = await log.after(connection, f"user:{first.me.id}", 0, 20)
    assert sum(b'"ended_by_owner"' in event.data for event in events) == 1


async def test_nobody_ends_a_session_of_somebody_else(people: People, other: SignedIn) -> None:
    caller = await people.caller(await people.register())
    for session_id in (other.session_id, new_id()):
        with pytest.raises(SessionNotFound):
            await people.accounts.end_session(EndSession(session_id=session_id), caller)
    assert await alive(people, other) == [True]
    assert people.sockets.ended == []


async def test_an_ended_session_is_refused_at_once_however_recently_it_was_believed(people: People) -> None:
    first = await people.register()
    caller = await people.caller(first)
    socket_token = (await people.accounts.issue_socket_token(IssueSocketToken(), caller)).token
    assert await people.sessions.authenticate_socket(socket_token)
    await people.accounts.log_out(LogOut(), caller)
    assert await people.sessions.authenticate(first.token) is None
    assert await people.sessions.authenticate_socket(first.token) is None
    assert await people.sessions.authenticate_socket(socket_token) is None
    assert await people.sessions.still_valid([first.session_id]) == set()


class HeldDatabase(Database):
    """A database whose rows are on their way for as long as a test likes."""

    def __init__(self, engine: PostgresEngine) -> None:
        super().__init__(engine)
        self.found = asyncio.Event()
        self.arrive = asyncio.Event()

    async def fetch(self, sql: str, *args: Any) -> list[Record]:
        rows = await super().fetch(sql, *args)
        self.found.set()
        await self.arrive.wait()
        return rows


async def test_a_session_that_ends_while_it_is_looked_up_is_not_believed_afterwards(
    people: People, valkey: "redis.Redis"
) -> None:
    held = HeldDatabase(DB)
    sessions = Sessions(held, people.clock, ValkeySocketTokens(valkey), Believed())
    signed_in = await people.register()
    looking = asyncio.create_task(sessions.authenticate(signed_in.token))
    await held.found.wait()
    async with people.database.transaction() as transaction:
        assert await sessions.end(transaction, signed_in.session_id, signed_in.me.id, "signed_out")
    sessions.forget([signed_in.session_id])
    held.arrive.set()
    assert await looking is not None  # it was asked before the end
    assert await sessions.authenticate(signed_in.token) is None


async def test_another_node_knows_of_an_end_soon(people: People, valkey: "redis.Redis") -> None:
    there = Sessions(people.database, people.clock, ValkeySocketTokens(valkey), Believed())
    signed_in = await people.register()
    assert await there.authenticate(signed_in.token)
    await people.accounts.log_out(LogOut(), await people.caller(signed_in))

    async def refused() -> bool:
        return await there.authenticate(signed_in.token) is None

    await eventually(refused)


async def test_of_many_sessions_those_that_still_run_are_told(people: People, other: SignedIn) -> None:
    sessions = await four(people)
    asked = [one.session_id for one in (*sessions, other)]
    assert await people.sessions.still_valid([*asked, new_id()]) == set(asked[1:])
    assert await people.sessions.still_valid([]) == set()


async def test_a_session_lasts_thirty_days_after_its_last_use(people: People, other: SignedIn) -> None:
    used, unused = await people.register(), await people.log_in()
    assert used.expires_at == people.clock.now() + LIFETIME == people.clock.now() + timedelta(days=30)
    people.clock.turn(days=20)
    people.sessions.forget([used.session_id])
    caller = await people.caller(used)
    assert caller.expires_at == people.clock.now() + LIFETIME
    people.clock.turn(days=20)
    people.sessions.forget([used.session_id, unused.session_id])
    assert await alive(people, used, unused) == [True, False]
    assert [one.id for one in await listed(people, used)] == [used.session_id]
    assert await people.sessions.still_valid([used.session_id, unused.session_id]) == {used.session_id}


async def test_a_session_that_ran_out_takes_no_place(people: People) -> None:
    old = [await people.register(), await people.log_in(), await people.log_in()]
    people.clock.turn(days=31)
    fresh = [await people.log_in() for _ in range(3)]
    assert await alive(people, *old, *fresh) == [False] * 3 + [True] * 3
    assert people.sockets.ended == []


async def test_use_is_written_down_once_a_minute_at_most(people: People, other: SignedIn) -> None:
    signed_in = await people.register()
    began = people.clock.now()

    async def last_activity() -> object:
        query = "SELECT last_activity FROM active_sessions WHERE id = $1"
        row = await people.database.fetch_one(query, signed_in.session_id)
        return row and row["last_activity"]

    for seconds, written in ((50, 0), (5, 0), (10, 65), (50, 65)):
        people.clock.turn(seconds=seconds)
        people.sessions.forget([signed_in.session_id])
        await people.sessions.authenticate(signed_in.token)
        assert await last_activity() == began + timedelta(seconds=written)


async def test_a_session_that_only_holds_a_connection_is_in_use(people: People) -> None:
    holding, idle = await people.register(), await people.log_in()
    people.clock.turn(minutes=11)
    assert await people.sessions.still_valid([holding.session_id]) == {holding.session_id}
    shown = {session.id: session.last_activity for session in await listed(people, idle)}
    assert shown[holding.session_id] == people.clock.now()
    people.clock.turn(days=25)
    assert await people.sessions.still_valid([holding.session_id]) == {holding.session_id}
    people.clock.turn(days=10)
    people.sessions.forget([holding.session_id, idle.session_id])
    assert await alive(people, holding, idle) == [True, False]


async def test_refreshing_lets_this_session_last_and_no_other(people: People, other: SignedIn) -> None:
    mine, unused = await people.register(), await people.log_in()
    caller = await people.caller(mine)
    people.clock.turn(days=20)
    extended = await people.accounts.refresh(RefreshSession(), caller)
    assert (extended.session_id, extended.expires_at) == (mine.session_id, people.clock.now() + LIFETIME)
    people.clock.turn(days=20)
    people.sessions.forget([one.session_id for one in (mine, unused, other)])
    assert await alive(people, mine, unused, other) == [True, False, False]
    await people.accounts.log_out(LogOut(), caller)
    with pytest.raises(SessionNotFound):
        await people.accounts.refresh(RefreshSession(), caller)


async def test_signing_out_everywhere_else_keeps_this_device_and_other_people(people: People, other: SignedIn) -> None:
    first, here, third = await people.register(), await people.log_in(), await people.log_in()
    await people.accounts.end_other_sessions(EndOtherSessions(), await people.caller(here))
    assert await alive(people, first, here, third, other) == [False, True, False, True]
    assert set(people.sockets.ended) == {first.session_id, third.session_id}


async def test_a_socket_token_opens_sockets_and_nothing_else(people: People, other: SignedIn) -> None:
    signed_in = await people.register()
    issued = await people.accounts.issue_socket_token(IssueSocketToken(), await people.caller(signed_in))
    assert issued.expires_at == people.clock.now() + timedelta(seconds=60)
    assert await people.sessions.authenticate(issued.token) is None
    opened = await people.sessions.authenticate_socket(issued.token)
    assert opened is not None
    assert (opened.user_id, opened.session_id) == (signed_in.me.id, signed_in.session_id)
    assert await people.sessions.authenticate(issued.token) is None


async def test_a_socket_token_is_kept_as_a_hash_and_for_a_minute(people: People, valkey: "redis.Redis") -> None:
    signed_in = await people.register()
    issued = await people.accounts.issue_socket_token(IssueSocketToken(), await people.caller(signed_in))
    keys = [key async for key in valkey.scan_iter("ws-token:*")]
    assert len(keys) == 1
    assert issued.token not in str(keys)
    assert 0 < await valkey.ttl(keys[0]) <= 60
    await valkey.delete(keys[0])
    assert await people.sessions.authenticate_socket(issued.token) is None


@pytest.mark.parametrize("token", ["", "x", "ws_", "ws_x", "\x00", "' OR 1=1 --", "é" * 1000])
async def test_a_token_that_was_never_issued_opens_nothing(people: People, other: SignedIn, token: str) -> None:
    assert await people.sessions.authenticate(token) is None
    assert await people.sessions.authenticate_socket(token) is None


async def test_a_role_that_is_taken_is_gone_soon(people: People) -> None:
    user_id = new_id()
    await people.accounts.create(user_id, "root@example.com", PASSWORD, "Root", (Role.ADMIN,), None)
    signed_in = await people.accounts.log_in(LogIn(email="root@example.com", password=PASSWORD), GUEST)
    assert (await people.caller(signed_in)).is_any(Role.ADMIN)
    await people.database.fetch("UPDATE users SET roles = '{customer}' WHERE id = $1", user_id)

    async def gone() -> bool:
        return not (await people.caller(signed_in)).is_any(Role.ADMIN)

    await eventually(gone)


async def test_the_admins_channel_is_for_admins() -> None:
    (watch,) = watches()
    await watch.permit("", Caller(user_id=new_id(), roles=frozenset({Role.ADMIN})))
    for role in set(Role) - {Role.ADMIN}:
        with pytest.raises(ChannelNotFound):
            await watch.permit("", Caller(user_id=new_id(), roles=frozenset({role})))
    with pytest.raises(ChannelNotFound):
        await watch.permit("", GUEST)


async def test_a_person_s_channel_is_for_that_person_alone() -> None:
    ann = Caller(user_id=new_id(), roles=frozenset({Role.ADMIN}))
    await permit_person(str(ann.user_id), ann)
    for key in (str(new_id()), str(ann.user_id).upper(), str(ann.user_id).replace("-", ""), "", "None"):
        with pytest.raises(ChannelNotFound):
            await permit_person(key, ann)
    with pytest.raises(ChannelNotFound):
        await permit_person("None", GUEST)

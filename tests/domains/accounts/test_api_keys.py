"""Keys for programs: told once, never more than their owner and their scopes, and over at once when revoked."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from fastshop.contract.accounts import ListSessions, LogOut, Register, Role, SignedIn, WhoAmI
from fastshop.contract.api_keys import (
    ApiKey,
    ApiKeyNotFound,
    CreateApiKey,
    ListApiKeys,
    ListScopes,
    NewApiKey,
    RevokeApiKey,
    TooManyApiKeys,
    UnknownScope,
)
from fastshop.contract.base import BadInput, IdReused, ScopeMissing
from fastshop.contract.credentials import ForgetPassword, ResetPassword, WrongPassword
from fastshop.contract.flash_sales import USER
from fastshop.ids import new_id
from server.domains.accounts.bearers import Bearers
from server.domains.accounts.channels import permit_person
from server.domains.accounts.linking import Linking
from server.domains.accounts.operations import operations
from server.domains.accounts.permitting import Permitting
from server.kernel.caller import Caller
from server.kernel.channel import ChannelNotFound, Watch
from server.kernel.operation import Operation, Operations
from tests.domains.accounts.conftest import GUEST, PASSWORD, People, token_in


async def make(people: People, signed_in: SignedIn, *scopes: str, key_id: UUID | None = None, **more: Any) -> NewApiKey:
    values: dict[str, Any] = {"name": "Till", "password": PASSWORD} | more
    command = CreateApiKey(key_id=key_id or new_id(), scopes=scopes or ("accounts:read",), **values)
    return await people.api_keys.create(command, await people.caller(signed_in))


async def listed(people: People, signed_in: SignedIn) -> tuple[ApiKey, ...]:
    return (await people.api_keys.list(ListApiKeys(), await people.caller(signed_in))).items


async def works(people: People, made: NewApiKey) -> bool:
    return await people.api_keys.authenticate(made.secret) is not None


def operation(people: People, command: type[Any]) -> Operation:
    services = (people.accounts, people.credentials, people.second_factors, people.api_keys, people.social)
    linking = Linking(people.database, people.credentials)
    further = (Permitting(lambda: ()), people.restricting, linking)
    found = Operations(operations(*services, *further)).find(command.tag())
    assert found is not None
    return found


async def test_a_key_acts_for_its_owner_and_for_nobody_else(people: People, other: SignedIn) -> None:
    ann = await people.register()
    made = await make(people, ann, "accounts:read", "orders:read")
    caller = await people.api_keys.authenticate(made.secret)
    assert caller is not None
    assert (caller.user_id, caller.session_id, caller.roles) == (ann.me.id, made.key.id, frozenset({Role.CUSTOMER}))
    assert caller.scopes == frozenset({"accounts:read", "orders:read"})
    assert await listed(people, other) == ()
    with pytest.raises(ApiKeyNotFound):
        await people.api_keys.revoke(RevokeApiKey(key_id=made.key.id), await people.caller(other))
    assert await works(people, made)


async def test_the_secret_is_told_once_and_kept_nowhere(people: People, other: SignedIn) -> None:
    made = await make(people, other)
    assert made.secret.startswith(made.key.prefix)
    (kept,) = await listed(people, other)
    assert (kept.id, kept.name, kept.prefix) == (made.key.id, "Till", made.secret[:12])
    tables = await people.database.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for table in tables:
        rows = await people.database.fetch(f'SELECT t::text AS row FROM "{table["tablename"]}" t')
        assert not any(made.secret in row["row"] or made.secret[4:] in row["row"] for row in rows), table


async def test_making_it_again_at_once_has_the_same_answer_and_later_none(people: People, other: SignedIn) -> None:
    key_id = new_id()
    first = await make(people, other, key_id=key_id)
    assert await make(people, other, key_id=key_id) == first
    with pytest.raises(IdReused):
        await make(people, other, "orders:read", key_id=key_id)
    with pytest.raises(IdReused):
        await make(people, await people.register(), key_id=key_id)
    people.clock.turn(minutes=11)
    with pytest.raises(IdReused):
        await make(people, other, key_id=key_id)
    assert len(await listed(people, other)) == 1


async def test_of_twenty_who_ask_for_the_same_key_at_once_all_get_the_one(people: People, other: SignedIn) -> None:
    key_id = new_id()
    made = await asyncio.gather(*(make(people, other, key_id=key_id) for _ in range(10)))
    assert len({one.secret for one in made}) == 1
    assert len(await listed(people, other)) == 1


async def test_making_a_key_needs_the_password_and_its_owner_is_told(people: People, other: SignedIn) -> None:
    await people.delivered()
    with pytest.raises(WrongPassword):
        await make(people, other, password="wrong password")
    assert await people.delivered() == []
    await make(people, other)
    (mail,) = await people.delivered()
    assert (mail.to, "fsk_" in mail.text) == ("other@example.com", False)


@pytest.mark.parametrize(
    "scope", ["accounts:write", "api_keys:write", "ledger:write", "orders:everything", "admin:read", "watch:moon"]
)
async def test_what_no_key_is_for_is_refused(people: People, other: SignedIn, scope: str) -> None:
    with pytest.raises(UnknownScope) as refused:
        await make(people, other, "orders:read", scope)
    assert refused.value.scope == scope
    offered = await people.api_keys.list_scopes(ListScopes(), await people.caller(other))
    assert scope not in offered.scopes
    assert {"orders:read", "accounts:read", "watch:user"} <= set(offered.scopes)


async def test_outside_its_scopes_a_key_is_a_guest(people: People, other: SignedIn) -> None:
    made = await make(people, other, "orders:read")
    caller = await people.api_keys.authenticate(made.secret)
    assert caller is not None
    with pytest.raises(ScopeMissing) as refused:
        operation(people, WhoAmI).admit(caller)
    assert refused.value.scope == "accounts:read"
    with pytest.raises(ScopeMissing):
        operation(people, LogOut).admit(caller)
    assert operation(people, Register).admit(caller) == Caller()
    fitting = await people.api_keys.authenticate((await make(people, other, "accounts:read")).secret)
    assert fitting is not None
    assert operation(people, WhoAmI).admit(fitting) is fitting


async def test_a_person_needs_no_scope(people: People, other: SignedIn) -> None:
    caller = await people.caller(other)
    for command in (WhoAmI, LogOut, ListSessions):
        assert operation(people, command).admit(caller) is caller


async def test_a_key_watches_only_the_channels_it_was_made_for(people: People, other: SignedIn) -> None:
    async def nothing(_key: str) -> Any:
        raise AssertionError("nobody subscribes here")

    watch, key = Watch(USER, permit_person, nothing), str(other.me.id)
    allowed = await people.api_keys.authenticate((await make(people, other, "watch:user")).secret)
    refused = await people.api_keys.authenticate((await make(people, other, "watch:order", "orders:read")).secret)
    assert allowed is not None
    assert refused is not None
    await watch.admit(key, allowed)
    with pytest.raises(ChannelNotFound):
        await watch.admit(key, refused)
    with pytest.raises(ChannelNotFound):
        await watch.admit(str((await people.register()).me.id), allowed)


async def test_a_key_has_the_roles_that_its_owner_has_now(people: People, other: SignedIn) -> None:
    await people.database.fetch("UPDATE users SET roles = '{admin}' WHERE id = $1", other.me.id)
    made = await make(people, other)
    caller = await people.api_keys.authenticate(made.secret)
    assert caller is not None
    assert caller.is_any(Role.ADMIN)
    await people.database.fetch("UPDATE users SET roles = '{customer}' WHERE id = $1", other.me.id)
    people.sessions.forget([made.key.id])
    caller = await people.api_keys.authenticate(made.secret)
    assert caller is not None
    assert not caller.is_any(Role.ADMIN)


async def test_a_revoked_key_is_over_at_once_and_so_are_its_sockets(people: People, other: SignedIn) -> None:
    made, stays = await make(people, other), await make(people, other)
    assert await works(people, made)
    caller = await people.caller(other)
    for _ in range(2):
        await people.api_keys.revoke(RevokeApiKey(key_id=made.key.id), caller)
    assert people.sockets.ended == [made.key.id, made.key.id]
    assert [await works(people, one) for one in (made, stays)] == [False, True]
    assert await people.api_keys.still_valid([made.key.id, stays.key.id]) == {stays.key.id}
    with pytest.raises(IdReused):
        await make(people, other, key_id=made.key.id)


async def test_a_key_runs_out(people: People, other: SignedIn) -> None:
    made = await make(people, other, expires_at=people.clock.now() + timedelta(days=2))
    assert await works(people, made)
    people.clock.turn(days=2)
    people.sessions.forget([made.key.id])
    assert not await works(people, made)
    assert await people.api_keys.still_valid([made.key.id]) == set()
    with pytest.raises(BadInput):
        await make(people, other, expires_at=people.clock.now())


async def test_the_keys_of_a_disabled_account_are_none(people: People, other: SignedIn) -> None:
    made = await make(people, other)
    await people.database.fetch("UPDATE users SET disabled_at = now() WHERE id = $1", other.me.id)
    assert not await works(people, made)
    assert await people.api_keys.still_valid([made.key.id]) == set()


async def test_a_reset_password_revokes_every_key_of_this_person(people: People, other: SignedIn) -> None:
    made, theirs = await make(people, await people.register()), await make(people, other)
    await people.delivered()
    await people.credentials.forget_password(ForgetPassword(email="ann@example.com"), GUEST)
    (mail,) = await people.delivered()
    await people.credentials.reset_password(ResetPassword(token=token_in(mail), password="a new password"), GUEST)
    assert [await works(people, one) for one in (made, theirs)] == [False, True]
    assert made.key.id in people.sockets.ended


async def test_when_a_key_was_last_used_is_told_to_the_minute(people: People, other: SignedIn) -> None:
    made = await make(people, other)
    assert (await listed(people, other))[0].last_used_at is None
    await works(people, made)
    first = people.clock.now()
    for seconds in (50, 50):
        people.clock.turn(seconds=seconds)
        people.sessions.forget([made.key.id])
        assert (await listed(people, other))[0].last_used_at == first
        await works(people, made)
    assert (await listed(people, other))[0].last_used_at == people.clock.now()


async def test_nobody_has_more_than_twenty_keys_that_work(people: People, other: SignedIn) -> None:
    made = [await make(people, other) for _ in range(18)]
    outcomes: list[Any] = await asyncio.gather(*(make(people, other) for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(outcome, NewApiKey) for outcome in outcomes) == 2
    assert sum(isinstance(outcome, TooManyApiKeys) for outcome in outcomes) == 4
    await people.api_keys.revoke(RevokeApiKey(key_id=made[0].key.id), await people.caller(other))
    assert await make(people, other)


@pytest.mark.parametrize("said", ["fsk_", "fsk_x", "fsk_" + "a" * 43, "fsk_" + "é" * 43, "x" * 5000])
async def test_rubbish_is_no_key(people: People, other: SignedIn, said: str) -> None:
    bearers = Bearers(people.sessions, people.api_keys)
    assert await bearers.authenticate(said) is None
    assert await bearers.authenticate_socket(said) is None


async def test_keys_and_sessions_are_told_apart(people: People, other: SignedIn) -> None:
    bearers, made = Bearers(people.sessions, people.api_keys), await make(people, other)
    for token, scopes in ((made.secret, {"accounts:read"}), (other.token, None)):
        for authenticate in (bearers.authenticate, bearers.authenticate_socket):
            caller = await authenticate(token)
            assert caller is not None
            assert (caller.user_id, caller.scopes) == (other.me.id, scopes)
    alive = {other.session_id, made.key.id}
    assert await bearers.still_valid([*alive, new_id()]) == alive


async def test_keys_come_in_pages_the_newest_first(people: People, other: SignedIn) -> None:
    made = [await make(people, other) for _ in range(3)]
    caller, found, cursor = await people.caller(other), [], ""
    while True:
        page = await people.api_keys.list(ListApiKeys(cursor=cursor, limit=2), caller)
        found += [key.id for key in page.items]
        if page.next is None:
            break
        cursor = page.next
    assert found == sorted((one.key.id for one in made), reverse=True)

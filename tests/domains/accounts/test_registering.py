"""Opening an account: once per address, with a password that is one."""

import asyncio

import pytest
import redis.asyncio as redis

from fastshop.contract.accounts import (
    EmailInvalid,
    EmailTaken,
    PasswordWeak,
    Register,
    Registered,
    Role,
    SessionStarted,
    SignedIn,
    WhoAmI,
    WrongCredentials,
)
from fastshop.contract.base import IdReused, RateLimited
from fastshop.ids import new_id
from server.adapters.limits.valkey import ValkeyAttempts
from server.kernel import log
from server.kernel.caller import Caller
from tests.domains.accounts.conftest import GUEST, PASSWORD, People


async def test_who_registers_is_a_customer_and_signed_in(people: People, other: SignedIn) -> None:
    user_id = new_id()
    signed_in = await people.register("Ann@Example.COM", user_id)
    me = signed_in.me
    assert (me.id, me.email, me.name, me.roles, me.seller_id) == (
        user_id,
        "ann@example.com",
        "Ann",
        (Role.CUSTOMER,),
        None,
    )
    caller = await people.caller(signed_in)
    assert (caller.user_id, caller.roles, caller.session_id) == (
        user_id,
        frozenset({Role.CUSTOMER}),
        signed_in.session_id,
    )
    assert await people.accounts.who_am_i(WhoAmI(), caller) == me
    assert other.me.id != user_id


async def test_admins_are_told_of_the_account_and_its_owner_of_the_device(people: People) -> None:
    signed_in = await people.register()
    async with people.database.reading() as connection:
        (told,) = await log.after(connection, "admin", 0, 10)
        (started,) = await log.after(connection, f"user:{signed_in.me.id}", 0, 10)
    assert Registered.tag().encode() in told.data
    assert str(signed_in.me.id).encode() in told.data
    assert b"ann" not in told.data.lower()
    assert SessionStarted.tag().encode() in started.data
    assert signed_in.token.encode() not in started.data


async def test_registering_again_with_the_same_id_signs_in_again(people: People, other: SignedIn) -> None:
    user_id = new_id()
    first = await people.register(user_id=user_id)
    second = await people.register(user_id=user_id)
    assert (second.me, second.token != first.token) == (first.me, True)
    assert len(await people.database.fetch("SELECT 1 FROM users")) == 2


async def test_the_same_id_with_another_password_signs_nobody_in(people: People) -> None:
    signed_in = await people.register()
    command = Register(user_id=signed_in.me.id, email="ann@example.com", password="another one", name="Ann")
    with pytest.raises(WrongCredentials):
        await people.accounts.register(command, GUEST)


@pytest.mark.parametrize("written", ["ann@example.com", "ANN@example.com", " ann@EXAMPLE.com "])
async def test_an_address_has_one_account_however_it_is_written(people: People, written: str) -> None:
    await people.register()
    with pytest.raises(EmailTaken):
        await people.register(written)


async def test_the_id_of_another_account_is_refused(people: People, other: SignedIn) -> None:
    with pytest.raises(IdReused):
        await people.register("ann@example.com", other.me.id)
    assert [row["email"] for row in await people.database.fetch("SELECT email FROM users")] == ["other@example.com"]


async def test_of_two_who_register_an_address_at_once_one_gets_it(people: People, other: SignedIn) -> None:
    outcomes = await asyncio.gather(*(people.register() for _ in range(6)), return_exceptions=True)
    winners = [outcome for outcome in outcomes if isinstance(outcome, SignedIn)]
    assert len(winners) == 1
    assert all(isinstance(outcome, SignedIn | EmailTaken) for outcome in outcomes)
    rows = await people.database.fetch("SELECT id FROM users WHERE email = 'ann@example.com'")
    assert [row["id"] for row in rows] == [winners[0].me.id]


async def test_one_registration_sent_many_times_at_once_is_one_account(people: People) -> None:
    user_id = new_id()
    outcomes = await asyncio.gather(*(people.register(user_id=user_id) for _ in range(6)))
    assert {outcome.me.id for outcome in outcomes} == {user_id}
    assert len(await people.database.fetch("SELECT 1 FROM event_log WHERE channel = 'admin'")) == 1


async def test_a_network_opens_so_many_accounts_an_hour_and_others_open_theirs(
    people: People, valkey: "redis.Redis"
) -> None:
    attempts, near = ValkeyAttempts(valkey), Caller(address="2001:db8::1")
    for _ in range(100):
        assert await attempts.spend("register:2001:db8::", 100, 3600) == 0
    for number in range(2):
        command = Register(user_id=new_id(), email=f"ann{number}@example.com", password=PASSWORD, name="Ann")
        with pytest.raises(RateLimited):
            await people.accounts.register(command, near)
        assert await people.accounts.register(command, Caller(address="2001:db8:1::1"))
    assert await people.accounts.register(command, near)  # it is open already: this signs in


@pytest.mark.parametrize(
    "email",
    [
        "ann",
        "ann@",
        "@example.com",
        "ann@@example.com",
        "ann@example",
        "ann example@example.com",
        "ann@exam ple.com",
        "Ann <ann@example.com>",
        "ann@[127.0.0.1]",
        "ann@example.com\nbcc: x@example.com",
        "a" * 65 + "@example.com",
        "ann@" + "a" * 64 + ".com",
    ],
)
async def test_what_is_no_address_is_refused(people: People, email: str) -> None:
    with pytest.raises(EmailInvalid):
        await people.register(email)


async def test_the_longest_address_there_is_has_its_place(people: People) -> None:
    email = "İ" * 32 + "@" + ".".join(["a" * 62] * 3)[:185] + ".io"
    signed_in = await people.register(email)
    assert await people.log_in(email)
    assert len(signed_in.me.email) <= 254


@pytest.mark.parametrize("password", ["1234567", "password", "PASSWORD123", "Qwertyuiop", "12345678"])
async def test_a_password_that_anybody_would_try_is_refused(people: People, password: str) -> None:
    command = Register(user_id=new_id(), email="ann@example.com", password=password, name="Ann")
    with pytest.raises(PasswordWeak):
        await people.accounts.register(command, GUEST)
    assert await people.database.fetch("SELECT 1 FROM users") == []


@pytest.mark.parametrize("password", ["        ", "ååååååååå", "only letters here", "😀" * 8, "x" * 200])
async def test_no_rule_says_what_a_password_is_composed_of(people: People, password: str) -> None:
    command = Register(user_id=new_id(), email="ann@example.com", password=password, name="Ann")
    await people.accounts.register(command, GUEST)
    assert await people.log_in(password=password)


async def test_the_list_of_common_passwords_holds_only_what_length_lets_pass(people: People) -> None:
    common = people.passwords._common
    assert len(common) >= 150
    assert {word for word in common if len(word) < 8 or word != word.lower()} == set()


async def test_an_account_with_roles_is_written_once(people: People, other: SignedIn) -> None:
    user_id = new_id()
    for _ in range(2):
        await people.accounts.create(user_id, "root@example.com", PASSWORD, "Root", (Role.ADMIN, Role.AGENT), None)
    signed_in = await people.log_in("root@example.com")
    assert set(signed_in.me.roles) == {Role.ADMIN, Role.AGENT}
    assert (await people.caller(signed_in)).is_any(Role.ADMIN)
    with pytest.raises(IdReused):
        await people.accounts.create(user_id, "root2@example.com", PASSWORD, "Root", (Role.ADMIN,), None)


async def test_a_network_address_that_is_too_long_for_its_column_is_no_obstacle(people: People) -> None:
    caller = Caller(address="fe80::1234:5678:9abc:def0%a-very-long-card-name-of-33-characters")
    command = Register(user_id=new_id(), email="ann@example.com", password=PASSWORD, name="Ann")
    assert await people.accounts.register(command, caller)

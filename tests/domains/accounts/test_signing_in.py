"""Signing in: what is told to whom, how often it may be tried, what is kept."""

import asyncio
import hashlib
from time import perf_counter
from uuid import UUID

import pytest
import redis.asyncio as redis
from argon2 import PasswordHasher
from structlog.testing import capture_logs

from fastshop.contract.accounts import AccountDisabled, LogIn, Role, SignedIn, WrongCredentials
from fastshop.contract.base import Busy, RateLimited
from fastshop.ids import new_id
from server.adapters.limits.unheard import Unheard
from server.adapters.limits.valkey import ValkeyAttempts, ValkeySocketTokens
from server.domains.accounts.believed import Believed
from server.domains.accounts.ending import Ending
from server.domains.accounts.passwords import Passwords
from server.domains.accounts.service import Accounts
from server.domains.accounts.trying import Trying
from server.kernel.caller import Caller
from server.kernel.networks import network
from tests.domains.accounts.conftest import GUEST, PASSWORD, People


async def test_a_wrong_password_and_an_unknown_address_are_told_alike(people: People, other: SignedIn) -> None:
    await people.register()
    told = []
    for email, password in (
        ("ann@example.com", "wrong password"),
        ("nobody@example.com", PASSWORD),
        ("no address", PASSWORD),
    ):
        with pytest.raises(WrongCredentials) as refused:
            await people.log_in(email, password)
        told.append((str(refused.value), refused.value.facts()))
    assert told[0] == told[1] == told[2]


async def test_an_unknown_address_takes_as_long_as_a_wrong_password(people: People) -> None:
    await people.register()

    async def took(email: str) -> float:
        began = perf_counter()
        with pytest.raises(WrongCredentials):
            await people.log_in(email, "wrong password")
        return perf_counter() - began

    known, unknown = [], []
    for number in range(7):
        known.append(await took("ann@example.com"))
        unknown.append(await took(f"nobody{number}@example.com"))
    # Without the hash an unknown one would take a tenth; of a busy machine the shortest times know least.
    assert min(unknown) > min(known) / 2


async def test_the_password_of_somebody_else_opens_nothing(people: People, other: SignedIn) -> None:
    await people.accounts.create(new_id(), "ann@example.com", "Ann's own words", "Ann", (Role.CUSTOMER,), None)
    with pytest.raises(WrongCredentials):
        await people.log_in("ann@example.com", PASSWORD)
    with pytest.raises(WrongCredentials):
        await people.log_in("other@example.com", "Ann's own words")


@pytest.mark.parametrize("written", ["ANN@Example.com", "  ann@example.com "])
async def test_the_address_may_be_written_in_other_ways(people: People, written: str) -> None:
    assert (await people.register()).me == (await people.log_in(written)).me


async def test_an_address_with_letters_beyond_ascii_is_found_in_either_form(people: People) -> None:
    registered = await people.register("jörg@bücher.example.com")
    assert (await people.log_in("jo\u0308rg@xn--bcher-kva.example.com")).me == registered.me


async def test_a_disabled_account_is_told_so_to_who_knows_the_password_only(people: People, other: SignedIn) -> None:
    signed_in = await people.register()
    await people.database.fetch("UPDATE users SET disabled_at = now() WHERE id = $1", signed_in.me.id)
    people.sessions.forget([signed_in.session_id])
    with pytest.raises(AccountDisabled):
        await people.log_in()
    with pytest.raises(WrongCredentials):
        await people.log_in(password="wrong password")
    assert await people.sessions.authenticate(signed_in.token) is None
    assert await people.sessions.authenticate(other.token) is not None


async def test_the_database_holds_neither_password_nor_token(people: People) -> None:
    signed_in = await people.register()
    (user,) = await people.database.fetch("SELECT * FROM users")
    (session,) = await people.database.fetch("SELECT * FROM active_sessions")
    assert session["token"] == hashlib.sha256(signed_in.token.encode()).hexdigest()
    assert user["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    kept = str([*user.values(), *session.values()])
    assert PASSWORD not in kept
    assert signed_in.token not in kept
    assert len(signed_in.token) >= 43  # 256 bits
    assert await people.sessions.authenticate(session["token"]) is None


async def test_a_hash_of_old_parameters_is_made_anew_when_the_password_is_known(people: People) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    await people.accounts.write(new_id(), "ann@example.com", old, "Ann", (Role.CUSTOMER,), None)

    async def kept() -> str:
        (row,) = await people.database.fetch("SELECT password_hash FROM users")
        return str(row["password_hash"])

    with pytest.raises(WrongCredentials):
        await people.log_in(password="wrong password")
    assert await kept() == old
    assert await people.log_in()
    fresh = await kept()
    assert fresh.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await people.log_in()
    assert await kept() == fresh


async def test_a_hash_that_cannot_be_read_opens_nothing(people: People) -> None:
    await people.accounts.write(new_id(), "ann@example.com", "not a hash", "Ann", (Role.CUSTOMER,), None)
    with pytest.raises(WrongCredentials):
        await people.log_in()


async def test_an_account_has_ten_tries_from_wherever_they_come(people: People, other: SignedIn) -> None:
    await people.register()
    for number in range(10):
        with pytest.raises(WrongCredentials):
            await people.accounts.log_in(
                LogIn(email="Ann@example.com", password="wrong password"), Caller(address=f"192.0.2.{number}")
            )
    with pytest.raises(RateLimited) as refused:
        await people.log_in()
    assert 0 < refused.value.retry_after <= 15 * 60
    assert await people.log_in("other@example.com")


async def test_an_address_has_two_hundred_tries_for_all_accounts(people: People, valkey: "redis.Redis") -> None:
    await people.register()
    attempts = ValkeyAttempts(valkey)
    for _ in range(200):
        assert await attempts.spend(f"login:address:{GUEST.address}", 200, 900) == 0
    with pytest.raises(RateLimited):
        await people.log_in()
    elsewhere = Caller(address="198.51.100.1")
    assert await people.accounts.log_in(LogIn(email="ann@example.com", password=PASSWORD), elsewhere)


async def test_a_try_that_succeeds_is_none(people: People) -> None:
    await people.register()
    for _ in range(12):
        await people.log_in()


async def test_signing_in_does_not_win_back_the_tries_that_failed(people: People) -> None:
    await people.register()
    for failures in (3, 3, 3, 1):
        await people.log_in()
        for _ in range(failures):
            with pytest.raises(WrongCredentials):
                await people.log_in(password="wrong password")
    with pytest.raises(RateLimited):
        await people.log_in()


async def test_of_tries_at_the_same_moment_no_more_than_ten_are_made(people: People) -> None:
    await people.register()
    outcomes = await asyncio.gather(
        *(people.log_in(password=f"wrong {number}") for number in range(30)), return_exceptions=True
    )
    # Fewer where the machine was so busy that Valkey's answers came late: those tries may count twice.
    assert 1 <= sum(isinstance(outcome, WrongCredentials) for outcome in outcomes) <= 10
    assert {type(outcome) for outcome in outcomes} == {WrongCredentials, RateLimited}


async def test_tries_come_back_when_their_time_is_over(valkey: "redis.Redis") -> None:
    attempts = ValkeyAttempts(valkey)
    assert [await attempts.spend("x", 2, 100) for _ in range(2)] == [0, 0]
    assert 0 < await attempts.spend("x", 2, 100) <= 100
    assert await attempts.spend("y", 2, 100) == 0
    left = [await valkey.ttl(key) async for key in valkey.scan_iter("tries:*")]
    assert len(left) == 2
    assert all(0 < seconds <= 100 for seconds in left)
    await valkey.flushall()
    await attempts.give_back("x")
    assert [await attempts.spend("x", 2, 100) for _ in range(3)][:2] == [0, 0]
    assert await attempts.spend("x", 2, 100) > 0


async def test_without_valkey_people_still_sign_in_and_it_is_logged(people: People, passwords: Passwords) -> None:
    await people.register()
    nowhere = redis.Redis(unix_socket_path="/nowhere/valkey.sock")
    tokens = ValkeySocketTokens(nowhere)
    accounts = Accounts(
        people.database,
        people.clock,
        passwords,
        people.sessions,
        Ending(Believed(), people.sockets),
        Trying(ValkeyAttempts(nowhere)),
        tokens,
        people.letters,
        people.second_factors,
    )
    with capture_logs() as logged:
        signed_in = await accounts.log_in(LogIn(email="ann@example.com", password=PASSWORD), GUEST)
        assert await people.sessions.authenticate(signed_in.token)
        with pytest.raises(Busy):
            await tokens.issue(signed_in.session_id, 60)
        assert await tokens.session_of("ws_anything") is None
    assert "tries are counted by this node alone" in {entry["event"] for entry in logged}
    await nowhere.aclose()


async def test_without_valkey_each_node_counts_by_itself() -> None:
    nowhere = redis.Redis(unix_socket_path="/nowhere/valkey.sock")
    attempts, other = ValkeyAttempts(nowhere), ValkeyAttempts(nowhere)
    assert [await attempts.spend("x", 2, 100) for _ in range(2)] == [0, 0]
    assert 0 < await attempts.spend("x", 2, 100) <= 100
    assert await attempts.spend("y", 2, 100) == await other.spend("x", 2, 100) == 0
    for _ in range(2):
        await attempts.give_back("x")
    assert await attempts.spend("x", 2, 100) == 0
    await nowhere.aclose()


async def test_what_valkey_did_not_hear_of_counts_when_it_is_back(valkey: "redis.Redis") -> None:
    attempts, settings = ValkeyAttempts(valkey), valkey.connection_pool.connection_kwargs
    path = settings["path"]
    await valkey.connection_pool.disconnect()
    settings["path"] = "/nowhere/valkey.sock"
    assert await attempts.spend("x", 2, 100) == 0
    settings["path"] = path
    assert await attempts.spend("x", 2, 100) == 0
    assert await attempts.spend("x", 2, 100) > 0


def test_tries_counted_here_are_few_and_forgotten_in_time() -> None:
    unheard = Unheard()
    for number in range(20_001):
        unheard.add(f"x{number}", 100)
    assert unheard.of("x0") == (0, 0)
    assert unheard.of("x1")[0] == unheard.of("x20000")[0] == 1
    unheard.add("over", 0)
    assert unheard.of("over") == (0, 0)
    assert not unheard.take_back("over")


async def test_a_valkey_that_hangs_delays_signing_in_but_does_not_prevent_it() -> None:
    silent = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    client = redis.Redis(port=port)
    with capture_logs() as logged:
        began = perf_counter()
        assert await ValkeyAttempts(client).spend("x", 1, 10) == 0
    assert perf_counter() - began < 5
    assert len(logged) == 1
    await client.aclose()
    silent.close()


async def test_a_flood_of_passwords_is_sent_away_before_it_piles_up(passwords: Passwords) -> None:
    outcomes = await asyncio.gather(*(passwords.matches("x", None) for _ in range(230)), return_exceptions=True)
    assert sum(isinstance(outcome, Busy) for outcome in outcomes) == 30
    assert await passwords.matches("x", None) is False


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_the_addresses_that_one_person_has_count_as_one(address: str, counted: str) -> None:
    assert network(address) == counted


async def test_the_account_of_a_session_is_its_own(people: People, other: SignedIn) -> None:
    signed_in = await people.register()
    assert (await people.caller(other)).user_id == other.me.id
    assert (await people.caller(signed_in)).user_id == signed_in.me.id
    assert isinstance(signed_in.session_id, UUID)

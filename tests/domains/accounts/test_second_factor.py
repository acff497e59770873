"""Signing in by two steps: a code counts once, guessing is hopeless, and a lost app is no lost account."""

import asyncio
from datetime import timedelta
from typing import Any

import pyotp
import pytest

from fastshop.contract.accounts import SignedIn, WhoAmI, WrongCredentials
from fastshop.contract.base import Done, RateLimited
from fastshop.contract.credentials import ChangePassword, ForgetPassword, ResetPassword, WrongPassword
from fastshop.contract.second_factor import (
    ChallengeInvalid,
    DisableTwoFactor,
    LogInWithCode,
    RenewRecoveryCodes,
    SecondFactorNeeded,
    SetUpTwoFactor,
    TwoFactorOff,
    TwoFactorOn,
    VerifyTwoFactor,
    WrongCode,
)
from server.domains.accounts.second_factor import SecondFactors
from server.kernel.caller import Caller
from server.kernel.sealed import Sealed
from tests.domains.accounts.conftest import GUEST, PASSWORD, SECRET, People, token_in


class Protected:
    """Ann, whose account takes a second step."""

    def __init__(
        self, people: People, signed_in: SignedIn, caller: Caller, secret: str, codes: tuple[str, ...]
    ) -> None:
        self.people = people
        self.signed_in = signed_in
        self.caller = caller
        self.secret = secret
        self.codes = codes

    def code(self, steps: int = 0) -> str:
        """What the app shows, so many steps from now."""
        return pyotp.TOTP(self.secret).at(self.people.clock.now() + timedelta(seconds=30 * steps))

    def wrong(self, number: int = 0) -> str:
        """Six digits that are no code of about now."""
        near = {self.code(steps) for steps in range(-3, 4)}
        return [f"{guess:06}" for guess in range(200) if f"{guess:06}" not in near][number]

    async def challenge(self) -> str:
        with pytest.raises(SecondFactorNeeded) as refused:
            await self.people.log_in(device="my phone")
        return refused.value.challenge

    async def enter(self, challenge: str, code: str) -> SignedIn:
        return await self.people.accounts.log_in_with_code(LogInWithCode(challenge=challenge, code=code), GUEST)


async def protect(people: People) -> Protected:
    signed_in = await people.register()
    caller = await people.caller(signed_in)
    secret = await people.second_factors.set_up(SetUpTwoFactor(password=PASSWORD), caller)
    code = pyotp.TOTP(secret.secret).at(people.clock.now())
    codes = await people.second_factors.verify(VerifyTwoFactor(code=code), caller)
    people.clock.turn(seconds=30)
    await people.delivered()
    return Protected(people, signed_in, caller, secret.secret, codes.codes)


@pytest.fixture
async def ann(people: People, other: SignedIn) -> Protected:
    return await protect(people)


async def test_the_password_alone_signs_nobody_in_and_with_a_code_it_does(ann: Protected) -> None:
    challenge = await ann.challenge()
    signed_in = await ann.enter(challenge, ann.code())
    assert (signed_in.me.id, signed_in.me.two_factor) == (ann.signed_in.me.id, True)
    assert await ann.people.caller(signed_in)
    devices = await ann.people.database.fetch("SELECT device FROM active_sessions WHERE id = $1", signed_in.session_id)
    assert devices[0]["device"] == "my phone"
    assert not (await ann.people.log_in("other@example.com")).me.two_factor


async def test_nothing_changes_before_a_code_was_verified(people: People) -> None:
    caller = await people.caller(await people.register())
    first = await people.second_factors.set_up(SetUpTwoFactor(password=PASSWORD), caller)
    assert first.uri.startswith("otpauth://totp/A%20shop:ann%40example.com?secret=" + first.secret)
    assert not (await people.log_in()).me.two_factor
    second = await people.second_factors.set_up(SetUpTwoFactor(password=PASSWORD), caller)
    code = pyotp.TOTP(first.secret).at(people.clock.now())
    with pytest.raises(WrongCode):
        await people.second_factors.verify(VerifyTwoFactor(code=code), caller)
    code = pyotp.TOTP(second.secret).at(people.clock.now())
    codes = (await people.second_factors.verify(VerifyTwoFactor(code=code), caller)).codes
    assert len(set(codes)) == 10
    assert (await people.accounts.who_am_i(WhoAmI(), caller)).two_factor
    with pytest.raises(TwoFactorOn):
        await people.second_factors.verify(VerifyTwoFactor(code=code), caller)
    with pytest.raises(TwoFactorOn):
        await people.second_factors.set_up(SetUpTwoFactor(password=PASSWORD), caller)


async def test_setting_up_needs_the_password(people: People, other: SignedIn) -> None:
    with pytest.raises(WrongPassword):
        await people.second_factors.set_up(SetUpTwoFactor(password="wrong"), await people.caller(other))
    with pytest.raises(TwoFactorOff):
        await people.second_factors.verify(VerifyTwoFactor(code="123456"), await people.caller(other))


async def test_the_code_that_turned_it_on_signs_nobody_in(people: People) -> None:
    caller = await people.caller(await people.register())
    secret = await people.second_factors.set_up(SetUpTwoFactor(password=PASSWORD), caller)
    code = pyotp.TOTP(secret.secret).at(people.clock.now())
    await people.second_factors.verify(VerifyTwoFactor(code=code), caller)
    with pytest.raises(SecondFactorNeeded) as refused:
        await people.log_in()
    with pytest.raises(WrongCode):
        await people.accounts.log_in_with_code(LogInWithCode(challenge=refused.value.challenge, code=code), GUEST)


async def test_a_code_signs_in_once_with_whatever_challenge(ann: Protected) -> None:
    first, second = await ann.challenge(), await ann.challenge()
    code = ann.code()
    await ann.enter(first, code)
    with pytest.raises(WrongCode):
        await ann.enter(second, code)
    with pytest.raises(WrongCode):  # the one before it is behind us too
        await ann.enter(second, ann.code(-1))
    assert await ann.enter(second, ann.code(1))


async def test_of_twenty_who_enter_a_code_at_once_one_gets_in(ann: Protected) -> None:
    challenge, code = await ann.challenge(), ann.code()
    outcomes: list[Any] = await asyncio.gather(*(ann.enter(challenge, code) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(outcome, SignedIn) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, ChallengeInvalid) for outcome in outcomes) == 19


async def test_of_twenty_with_challenges_of_their_own_one_gets_in_with_a_recovery_code(ann: Protected) -> None:
    challenges = [await ann.challenge() for _ in range(20)]
    outcomes: list[Any] = await asyncio.gather(
        *(ann.enter(challenge, ann.codes[0]) for challenge in challenges), return_exceptions=True
    )
    assert sum(isinstance(outcome, SignedIn) for outcome in outcomes) == 1
    assert all(isinstance(outcome, SignedIn | WrongCode | RateLimited) for outcome in outcomes)


@pytest.mark.parametrize("steps", [-1, 0, 1])
async def test_an_app_whose_clock_is_half_a_minute_off_is_right(ann: Protected, steps: int) -> None:
    ann.people.clock.turn(minutes=1)
    assert await ann.enter(await ann.challenge(), ann.code(steps))


@pytest.mark.parametrize("steps", [-2, 2, 100])
async def test_one_whose_clock_is_further_off_is_not(ann: Protected, steps: int) -> None:
    ann.people.clock.turn(minutes=2)
    with pytest.raises(WrongCode):
        await ann.enter(await ann.challenge(), ann.code(steps))


@pytest.mark.parametrize(
    "code", ["", " ", "-", "12345", "1234567", "abcdef", "１２３４５６", "🎈" * 6, "0x1F40", "' OR 1=1"]
)
async def test_rubbish_is_no_code(ann: Protected, code: str) -> None:
    with pytest.raises(WrongCode):
        await ann.enter(await ann.challenge(), code)


async def test_spaces_and_dashes_do_not_count(ann: Protected) -> None:
    code = ann.code()
    assert await ann.enter(await ann.challenge(), f" {code[:3]} {code[3:]} ")
    assert await ann.enter(await ann.challenge(), ann.codes[0].replace("-", " ").lower())


async def test_after_five_wrong_codes_the_right_one_is_not_taken_either_and_the_owner_is_told(ann: Protected) -> None:
    challenge = await ann.challenge()
    for number in range(4):
        with pytest.raises(WrongCode):
            await ann.enter(challenge, ann.wrong(number))
    with pytest.raises(RateLimited) as refused:
        await ann.enter(challenge, ann.wrong(5))
    assert refused.value.retry_after == 15 * 60
    for code in (ann.code(), ann.codes[0]):
        with pytest.raises(RateLimited):
            await ann.enter(await ann.challenge(), code)
    (mail,) = await ann.people.delivered()
    assert (mail.to, "tries to sign in" in mail.subject) == ("ann@example.com", True)
    assert await ann.people.log_in("other@example.com")
    ann.people.clock.turn(minutes=15)
    assert await ann.enter(await ann.challenge(), ann.code())


async def test_each_lock_is_twice_as_long_as_the_last_until_somebody_gets_in(ann: Protected) -> None:
    async def locked_for() -> int:
        challenge = await ann.challenge()
        for number in range(5):
            try:
                await ann.enter(challenge, ann.wrong(number))
            except WrongCode:
                continue
            except RateLimited as refused:
                ann.people.clock.turn(seconds=refused.retry_after)
                return refused.retry_after
        raise AssertionError("it was never locked")

    assert [await locked_for() // 60 for _ in range(3)] == [15, 30, 60]
    assert await ann.enter(await ann.challenge(), ann.code())
    assert await locked_for() // 60 == 15


async def test_of_thirty_guesses_at_once_four_are_looked_at(ann: Protected) -> None:
    challenges = [await ann.challenge() for _ in range(30)]
    outcomes: list[Any] = await asyncio.gather(
        *(ann.enter(challenge, ann.wrong(number)) for number, challenge in enumerate(challenges)),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, WrongCode) for outcome in outcomes) == 4
    assert sum(isinstance(outcome, RateLimited) for outcome in outcomes) == 26


async def test_a_recovery_code_works_once(ann: Protected) -> None:
    assert await ann.enter(await ann.challenge(), ann.codes[3])
    with pytest.raises(WrongCode):
        await ann.enter(await ann.challenge(), ann.codes[3])
    assert await ann.enter(await ann.challenge(), ann.codes[4])


async def test_somebody_else_s_codes_open_nothing(people: People, other: SignedIn, ann: Protected) -> None:
    caller = await people.caller(other)
    secret = await people.second_factors.set_up(SetUpTwoFactor(password=PASSWORD), caller)
    theirs = pyotp.TOTP(secret.secret)
    codes = await people.second_factors.verify(VerifyTwoFactor(code=theirs.at(people.clock.now())), caller)
    people.clock.turn(seconds=30)
    for code in (theirs.at(people.clock.now()), codes.codes[0]):
        with pytest.raises(WrongCode):
            await ann.enter(await ann.challenge(), code)


async def test_new_recovery_codes_replace_the_old_ones(ann: Protected) -> None:
    command = RenewRecoveryCodes(password=PASSWORD, code=ann.code())
    fresh = (await ann.people.second_factors.renew_codes(command, ann.caller)).codes
    assert set(fresh).isdisjoint(ann.codes)
    with pytest.raises(WrongCode):
        await ann.enter(await ann.challenge(), ann.codes[0])
    assert await ann.enter(await ann.challenge(), fresh[0])


async def test_turning_it_off_needs_the_password_and_a_code(ann: Protected) -> None:
    factors = ann.people.second_factors
    with pytest.raises(WrongPassword):
        await factors.disable(DisableTwoFactor(password="wrong", code=ann.code()), ann.caller)
    with pytest.raises(WrongCode):
        await factors.disable(DisableTwoFactor(password=PASSWORD, code=ann.wrong()), ann.caller)
    assert await factors.disable(DisableTwoFactor(password=PASSWORD, code=ann.code()), ann.caller) == Done()
    assert not (await ann.people.log_in()).me.two_factor
    with pytest.raises(TwoFactorOff):
        await factors.disable(DisableTwoFactor(password=PASSWORD, code=ann.code(1)), ann.caller)


async def test_a_challenge_runs_out_and_rubbish_is_none(ann: Protected) -> None:
    challenge = await ann.challenge()
    ann.people.clock.turn(minutes=5)
    for said in (challenge, "x", "a" * 43):
        with pytest.raises(ChallengeInvalid):
            await ann.enter(said, ann.code())
    await ann.people.second_factors.sweep()
    assert await ann.people.database.fetch("SELECT 1 FROM sign_in_challenges") == []


async def test_a_new_password_makes_half_a_sign_in_worthless(ann: Protected) -> None:
    challenge = await ann.challenge()
    command = ChangePassword(current_password=PASSWORD, password="a new password")
    await ann.people.credentials.change_password(command, ann.caller)
    with pytest.raises(ChallengeInvalid):
        await ann.enter(challenge, ann.code())


async def test_a_disabled_account_passes_no_second_step(ann: Protected) -> None:
    challenge = await ann.challenge()
    await ann.people.database.fetch("UPDATE users SET disabled_at = now() WHERE id = $1", ann.signed_in.me.id)
    with pytest.raises(ChallengeInvalid):
        await ann.enter(challenge, ann.code())


async def test_a_reset_password_does_not_get_around_the_second_step(ann: Protected) -> None:
    await ann.people.credentials.forget_password(ForgetPassword(email="ann@example.com"), GUEST)
    (mail,) = await ann.people.delivered()
    command = ResetPassword(token=token_in(mail), password="a new password")
    await ann.people.credentials.reset_password(command, GUEST)
    with pytest.raises(SecondFactorNeeded):
        await ann.people.log_in(password="a new password")


async def test_with_a_second_step_a_wrong_password_tells_nothing_of_it(ann: Protected) -> None:
    with pytest.raises(WrongCredentials):
        await ann.people.log_in(password="wrong password")


async def test_asking_for_the_code_costs_no_try_at_the_password(ann: Protected) -> None:
    for _ in range(12):
        await ann.challenge()


async def test_neither_secret_nor_code_can_be_read_in_the_database(ann: Protected) -> None:
    challenge = await ann.challenge()
    (row,) = await ann.people.database.fetch("SELECT secret FROM second_factors")
    assert ann.secret.encode() not in row["secret"]
    written = ""
    for table in ("recovery_codes", "sign_in_challenges", "event_log", "outbox", "account_letters"):
        written += str([row["row"] for row in await ann.people.database.fetch(f"SELECT t::text AS row FROM {table} t")])
    assert not any(secret in written for secret in (challenge, *ann.codes, *(c.replace("-", "") for c in ann.codes)))


async def test_a_new_secret_of_the_shop_locks_nobody_out(ann: Protected) -> None:
    people = ann.people
    later = SecondFactors(
        people.database, people.clock, Sealed(["new", SECRET]), people.credentials, people.letters, "A shop"
    )
    assert await later.passed(await ann.challenge(), ann.code())
    people.clock.turn(seconds=30)
    newest = SecondFactors(people.database, people.clock, Sealed(["new"]), people.credentials, people.letters, "A shop")
    assert await newest.passed(await ann.challenge(), ann.code())

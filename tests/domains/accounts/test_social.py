"""Signing in with an account elsewhere: once, by who began, and never into somebody else's account."""

import asyncio
from typing import Any

import pytest

from fastshop.contract.accounts import AccountDisabled, SignedIn, WrongCredentials
from fastshop.contract.credentials import ForgetPassword, ResetPassword, WrongPassword
from fastshop.contract.second_factor import SecondFactorNeeded
from fastshop.contract.social import (
    BeginSocial,
    FinishSocial,
    ListLinked,
    ListProviders,
    ProviderDown,
    ProviderNotFound,
    SocialBegun,
    SocialEmailTaken,
    SocialFailed,
    Unlink,
)
from server.domains.accounts.linking import Linking
from server.settings import SettingsError, read_settings
from tests.domains.accounts.conftest import GUEST, PASSWORD, People, token_in
from tests.domains.accounts.test_second_factor import protect


async def begin(people: People) -> SocialBegun:
    return await people.social.begin(BeginSocial(provider="local"), GUEST)


async def finish(people: People, ticket: str, code: str, state: str) -> SignedIn:
    command = FinishSocial(provider="local", ticket=ticket, code=code, state=state)
    return await people.social.finish(command, GUEST)


async def sign_in(people: People, subject: str = "s1", email: str = "ann@example.com", **more: Any) -> SignedIn:
    begun = await begin(people)
    return await finish(people, begun.ticket, *people.provider.sign_in(begun.url, subject, email, **more))


async def test_a_newcomer_gets_an_account_and_the_same_one_again(people: People, other: SignedIn) -> None:
    first = await sign_in(people)
    assert (first.me.email, first.me.name, first.me.email_verified) == ("ann@example.com", "Ann from elsewhere", True)
    assert await people.caller(first)
    again = await sign_in(people, email="moved@example.com")
    assert again.me.id == first.me.id != other.me.id
    assert (await sign_in(people, "s2", "bob@example.com")).me.id != first.me.id
    with pytest.raises(WrongCredentials):
        await people.log_in("ann@example.com", "!")
    listed = await people.social.list_providers(ListProviders(), GUEST)
    assert listed.names == ("local",)


async def test_of_ten_first_sign_ins_at_once_one_account_comes(people: People, other: SignedIn) -> None:
    signed_in = await asyncio.gather(*(sign_in(people) for _ in range(10)))
    assert len({one.me.id for one in signed_in}) == 1
    assert len(await people.database.fetch("SELECT 1 FROM users")) == 2


async def test_a_proven_address_is_the_same_person_s_and_they_are_told(people: People, other: SignedIn) -> None:
    ann = await people.register()
    await people.database.fetch("UPDATE users SET email_verified_at = now() WHERE id = $1", ann.me.id)
    await people.delivered()
    assert (await sign_in(people)).me.id == ann.me.id
    (mail,) = await people.delivered()
    assert (mail.to, "another account" in mail.subject) == ("ann@example.com", True)


async def test_accounts_elsewhere_are_seen_and_taken_away_by_their_owner_alone(people: People, other: SignedIn) -> None:
    linking, ann = Linking(people.database, people.credentials), await people.register()
    await people.database.fetch("UPDATE users SET email_verified_at = now()")
    assert (await sign_in(people)).me.id == ann.me.id
    caller, stranger = await people.caller(ann), await people.caller(other)
    assert [one.provider for one in await linking.list(ListLinked(), caller)] == ["local"]
    assert await linking.list(ListLinked(), stranger) == ()
    await linking.unlink(Unlink(provider="local", password=PASSWORD), stranger)
    with pytest.raises(WrongPassword):
        await linking.unlink(Unlink(provider="local", password="wrong password"), caller)
    assert len(await linking.list(ListLinked(), caller)) == 1
    await linking.unlink(Unlink(provider="local", password=PASSWORD), caller)
    assert await linking.list(ListLinked(), caller) == ()
    assert (await sign_in(people, email="stranger@example.com")).me.id != ann.me.id


async def test_who_was_let_in_from_elsewhere_does_not_stay_when_the_password_is_reset(people: People) -> None:
    """Somebody had the mailbox for a while, and signed in with an account elsewhere that has this address."""
    ann = await people.register()
    await people.database.fetch("UPDATE users SET email_verified_at = now()")
    await sign_in(people, "thief")
    await people.delivered()
    await people.credentials.forget_password(ForgetPassword(email="ann@example.com"), GUEST)
    token = token_in((await people.delivered())[-1])
    await people.credentials.reset_password(ResetPassword(token=token, password="a new password"), GUEST)
    assert (await sign_in(people, "thief", email="thief@example.com")).me.id != ann.me.id


async def test_an_address_that_was_never_proven_here_is_not_taken_over(people: People) -> None:
    await people.register()
    with pytest.raises(SocialEmailTaken):
        await sign_in(people)
    assert await people.database.fetch("SELECT 1 FROM social_identities") == []


async def test_an_address_that_the_provider_does_not_vouch_for_opens_nothing(people: People, other: SignedIn) -> None:
    await people.database.fetch("UPDATE users SET email_verified_at = now()")
    for email in ("other@example.com", "new@example.com"):
        with pytest.raises(SocialFailed):
            await sign_in(people, email=email, verified=False)


async def test_what_was_sent_back_works_once(people: People) -> None:
    begun = await begin(people)
    code, state = people.provider.sign_in(begun.url, "s1", "ann@example.com")
    outcomes: list[Any] = await asyncio.gather(
        *(finish(people, begun.ticket, code, state) for _ in range(20)), return_exceptions=True
    )
    assert sum(isinstance(outcome, SignedIn) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, SocialFailed) for outcome in outcomes) == 19


async def test_what_somebody_else_was_sent_back_with_signs_nobody_in(people: People) -> None:
    mine, theirs = await begin(people), await begin(people)
    code, state = people.provider.sign_in(theirs.url, "s2", "attacker@example.com")
    with pytest.raises(SocialFailed):  # login CSRF: my browser, their code
        await finish(people, mine.ticket, code, state)
    mine = await begin(people)
    _, own_state = people.provider.sign_in(mine.url, "s1", "ann@example.com")
    with pytest.raises(SocialFailed):  # their code was made for their verifier
        await finish(people, mine.ticket, code, own_state)


@pytest.mark.parametrize("said", ["x", "é" * 40, "a" * 43])
async def test_rubbish_signs_nobody_in(people: People, said: str) -> None:
    begun = await begin(people)
    code, state = people.provider.sign_in(begun.url, "s1", "ann@example.com")
    for ticket, its_code, its_state in ((said, code, state), (begun.ticket, code, said)):
        with pytest.raises(SocialFailed):
            await finish(people, ticket, its_code, its_state)
    begun = await begin(people)
    _, state = people.provider.sign_in(begun.url, "s1", "ann@example.com")
    with pytest.raises(SocialFailed):
        await finish(people, begun.ticket, said, state)


async def test_it_is_finished_within_ten_minutes(people: People) -> None:
    begun = await begin(people)
    back = people.provider.sign_in(begun.url, "s1", "ann@example.com")
    people.clock.turn(minutes=10)
    with pytest.raises(SocialFailed):
        await finish(people, begun.ticket, *back)
    await people.social.sweep()
    assert await people.database.fetch("SELECT 1 FROM social_sign_ins") == []


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-shop"},
        {"iss": "https://evil.example"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "s" * 256},
        {"azp": "another-shop"},
        {"aud": ["the-shop", "another"], "azp": "another"},
    ],
    ids=str,
)
async def test_a_token_that_was_not_made_for_this_signs_nobody_in(people: People, claims: dict[str, Any]) -> None:
    people.provider.claims = claims
    with pytest.raises(SocialFailed):
        await sign_in(people)
    assert await people.database.fetch("SELECT 1 FROM users") == []


async def test_a_token_that_the_provider_did_not_sign_signs_nobody_in(people: People) -> None:
    for sign_with in (
        (people.provider.other_key, "RS256"),
        ("a client secret that is long enough", "HS256"),
        ("", "none"),
    ):
        people.provider.sign_with = sign_with
        with pytest.raises(SocialFailed):
            await sign_in(people)
    assert await people.database.fetch("SELECT 1 FROM users") == []


async def test_p10_a_provider_that_is_down_says_so_and_another_is_not_there(people: People) -> None:
    begun = await begin(people)
    back = people.provider.sign_in(begun.url, "s1", "ann@example.com")
    people.provider.down = True
    with pytest.raises(ProviderDown):
        await finish(people, begun.ticket, *back)
    with pytest.raises(ProviderNotFound):
        await people.social.begin(BeginSocial(provider="nobody"), GUEST)


async def test_a_disabled_account_and_a_second_step_hold_here_too(people: People) -> None:
    ann = await protect(people)
    await people.database.fetch("UPDATE users SET email_verified_at = now()")
    with pytest.raises(SecondFactorNeeded) as refused:
        await sign_in(people)
    assert (await ann.enter(refused.value.challenge, ann.code())).me.id == ann.signed_in.me.id
    await people.database.fetch("UPDATE users SET disabled_at = now()")
    with pytest.raises(AccountDisabled):
        await sign_in(people)


async def test_the_database_holds_nothing_to_finish_with(people: People) -> None:
    begun = await begin(people)
    code, state = people.provider.sign_in(begun.url, "s1", "ann@example.com")
    rows = str(await people.database.fetch("SELECT t::text FROM social_sign_ins t"))
    assert not any(secret in rows for secret in (begun.ticket, code, state))


def test_providers_are_set_by_the_environment() -> None:
    google, other = read_settings(
        {
            "GOOGLE_CLIENT_ID": "g",
            "GOOGLE_CLIENT_SECRET": "gs",
            "OIDC_ISSUER": "https://id.example",
            "OIDC_CLIENT_ID": "o",
            "OIDC_NAME": "work",
        }
    ).oidc
    assert (google.name, google.issuer, google.client_secret) == ("google", "https://accounts.google.com", "gs")
    assert (other.name, other.issuer) == ("work", "https://id.example")
    for wrong in ({"OIDC_ISSUER": "http://id.example"}, {"OIDC_NAME": "google"}, {"OIDC_CLIENT_ID": ""}):
        with pytest.raises(SettingsError):
            read_settings({"OIDC_ISSUER": "https://id.example", "OIDC_CLIENT_ID": "o"} | wrong)

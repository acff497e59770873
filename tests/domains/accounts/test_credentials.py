"""Addresses and passwords: a link works once, for a while, for its purpose; nothing tells who has an account."""

import asyncio
from typing import Any

import pytest

from fastshop.contract.accounts import EmailTaken, PasswordWeak, SignedIn, WhoAmI, WrongCredentials
from fastshop.contract.base import Done, RateLimited
from fastshop.contract.credentials import (
    ChangeEmail,
    ChangePassword,
    EditMe,
    ForgetPassword,
    ResetPassword,
    SendVerification,
    TokenInvalid,
    VerifyEmail,
    WrongPassword,
)
from server.kernel.mail import Mail
from tests.domains.accounts.conftest import GUEST, PASSWORD, People, token_in

NEW = "a new password"


async def forgot(people: People, email: str = "ann@example.com") -> list[Mail]:
    assert await people.credentials.forget_password(ForgetPassword(email=email), GUEST) == Done()
    return await people.delivered()


async def reset(people: People, token: str, password: str = NEW) -> Done:
    return await people.credentials.reset_password(ResetPassword(token=token, password=password), GUEST)


async def verify(people: People, token: str) -> Done:
    return await people.credentials.verify_email(VerifyEmail(token=token), GUEST)


async def is_verified(people: People, signed_in: SignedIn) -> bool:
    return (await people.accounts.who_am_i(WhoAmI(), await people.caller(signed_in))).email_verified


async def to_new_address(people: People, signed_in: SignedIn, email: str) -> list[Mail]:
    command = ChangeEmail(email=email, password=PASSWORD)
    assert await people.credentials.change_email(command, await people.caller(signed_in)) == Done()
    return await people.delivered()


async def test_who_registers_is_written_to_and_proves_the_address_with_what_came(
    people: People, other: SignedIn
) -> None:
    ann = await people.register()
    to_other, to_ann = await people.delivered()
    assert (to_other.to, to_ann.to) == ("other@example.com", "ann@example.com")
    assert "https://shop.test/account/verify#token=" in to_ann.text
    assert not await is_verified(people, ann)
    assert await verify(people, token_in(to_ann)) == Done()
    assert (await is_verified(people, ann), await is_verified(people, other)) == (True, False)
    with pytest.raises(TokenInvalid):
        await verify(people, token_in(to_ann))


async def test_registering_again_writes_no_second_letter(people: People) -> None:
    ann = await people.register()
    await people.register(user_id=ann.me.id)
    assert len(await people.delivered()) == 1


async def test_another_letter_can_be_asked_for_until_the_address_is_proven(people: People, other: SignedIn) -> None:
    ann = await people.register()
    await people.delivered()
    caller = await people.caller(ann)
    await people.credentials.send_verification(SendVerification(), caller)
    (again,) = await people.delivered()
    await verify(people, token_in(again))
    await people.credentials.send_verification(SendVerification(), caller)
    assert await people.delivered() == []


async def test_a_letter_that_the_job_sends_twice_is_the_same_letter(people: People) -> None:
    await people.register()
    (row,) = await people.database.fetch("SELECT id FROM account_letters")
    await people.letters.send(row["id"])
    await people.letters.send(row["id"])
    assert people.post.sent[0] == people.post.sent[1]
    assert people.post.sent[0].id == row["id"]


async def test_no_table_but_that_of_mail_holds_a_token(people: People) -> None:
    await people.register()
    (mail,) = await people.delivered()
    await people.credentials.forget_password(ForgetPassword(email="ann@example.com"), GUEST)
    tables = await people.database.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for table in tables:
        rows = await people.database.fetch(f'SELECT t::text AS row FROM "{table["tablename"]}" t')
        assert not any(token_in(mail) in row["row"] for row in rows), table
    events = await people.database.fetch("SELECT data::text AS data FROM event_log UNION SELECT data::text FROM outbox")
    assert not any("ann@" in row["data"] for row in events)


async def test_a_forgotten_password_is_replaced_and_every_session_ends(people: People, other: SignedIn) -> None:
    first, second = await people.register(), await people.log_in()
    await people.delivered()
    (mail,) = await forgot(people)
    assert mail.to == "ann@example.com"
    await reset(people, token_in(mail))
    alive = [await people.sessions.authenticate(one.token) is not None for one in (first, second, other)]
    assert alive == [False, False, True]
    assert set(people.sockets.ended) == {first.session_id, second.session_id}
    with pytest.raises(WrongCredentials):
        await people.log_in()
    assert (await people.log_in(password=NEW)).me.email_verified
    assert (await people.log_in("other@example.com")).me.id == other.me.id
    (notice,) = await people.delivered()
    assert (notice.to, notice.subject, "token" in notice.text) == (
        "ann@example.com",
        "Your password was changed",
        False,
    )


async def test_of_twenty_who_use_a_link_at_once_one_succeeds(people: People) -> None:
    await people.register()
    await people.delivered()
    (mail,) = await forgot(people)
    token = token_in(mail)
    outcomes: list[Any] = await asyncio.gather(
        *(reset(people, token, f"password number {number}") for number in range(20)), return_exceptions=True
    )
    winners = [number for number, outcome in enumerate(outcomes) if outcome == Done()]
    assert len(winners) == 1
    assert all(isinstance(outcome, Done | TokenInvalid) for outcome in outcomes)
    assert await people.log_in(password=f"password number {winners[0]}")


async def test_one_reset_makes_every_other_link_worthless(people: People) -> None:
    await people.register()
    await people.delivered()
    (first,), (second,) = await forgot(people), await forgot(people)
    await reset(people, token_in(second))
    with pytest.raises(TokenInvalid):
        await reset(people, token_in(first), "yet another one")
    assert await people.log_in(password=NEW)


async def test_a_link_runs_out(people: People) -> None:
    await people.register()
    await people.delivered()
    (mail,) = await forgot(people)
    people.clock.turn(hours=1)
    with pytest.raises(TokenInvalid):
        await reset(people, token_in(mail))
    assert await people.log_in()


async def test_a_letter_that_would_come_too_late_is_not_sent(people: People) -> None:
    await people.register()
    people.clock.turn(days=3)
    assert await people.delivered() == []


@pytest.mark.parametrize("token", ["x", "a" * 43, "../../etc/passwd", "🎈" * 20, "' OR 1=1 --"])
async def test_rubbish_is_no_token(people: People, other: SignedIn, token: str) -> None:
    await people.delivered()
    with pytest.raises(TokenInvalid):
        await reset(people, token)
    with pytest.raises(TokenInvalid):
        await verify(people, token)


async def test_a_token_does_only_what_it_was_sent_for(people: People, other: SignedIn) -> None:
    ann = await people.register()
    _, proof = await people.delivered()
    with pytest.raises(TokenInvalid):
        await reset(people, token_in(proof))
    (forgotten,) = await forgot(people)
    with pytest.raises(TokenInvalid):
        await verify(people, token_in(forgotten))
    assert not await is_verified(people, ann)
    # Tried at the wrong door, it still opens the right one.
    assert await reset(people, token_in(forgotten)) == Done()


async def test_nothing_tells_whether_an_address_has_an_account(people: People, other: SignedIn) -> None:
    await people.delivered()
    assert await forgot(people, "nobody@example.com") == []
    assert await forgot(people, "not an address") == []
    assert await people.database.fetch("SELECT 1 FROM account_letters WHERE email <> 'other@example.com'") == []
    asked = await people.database.fetch("SELECT count(*) AS n FROM event_log WHERE type LIKE '%letter%'")
    assert asked[0]["n"] == 0
    ann = await people.register()
    await people.delivered()
    assert await to_new_address(people, ann, "other@example.com") == []
    assert [mail.to for mail in await to_new_address(people, ann, "free@example.com")] == ["free@example.com"]


async def test_mail_to_one_address_is_limited_whether_it_has_an_account_or_not(people: People, other: SignedIn) -> None:
    for email in ("other@example.com", "nobody@example.com"):
        for _ in range(5):
            await forgot(people, email)
        with pytest.raises(RateLimited):
            await forgot(people, email.upper())


async def test_a_weak_password_does_not_use_the_link_up(people: People) -> None:
    await people.register()
    await people.delivered()
    (mail,) = await forgot(people)
    with pytest.raises(PasswordWeak):
        await reset(people, token_in(mail), "password")
    await reset(people, token_in(mail))


async def test_a_disabled_account_gets_no_link_and_its_old_one_opens_nothing(people: People, other: SignedIn) -> None:
    ann = await people.register()
    await people.delivered()
    (mail,) = await forgot(people)
    await people.database.fetch("UPDATE users SET disabled_at = now() WHERE id = $1", ann.me.id)
    assert await forgot(people) == []
    with pytest.raises(TokenInvalid):
        await reset(people, token_in(mail))


async def test_a_new_password_keeps_this_session_and_ends_the_others(people: People, other: SignedIn) -> None:
    here, there = await people.register(), await people.log_in()
    caller = await people.caller(here)
    await people.credentials.change_password(ChangePassword(current_password=PASSWORD, password=NEW), caller)
    alive = [await people.sessions.authenticate(one.token) is not None for one in (here, there, other)]
    assert alive == [True, False, True]
    assert await people.log_in(password=NEW)


async def test_a_link_on_its_way_is_worthless_after_a_new_password(people: People) -> None:
    ann = await people.register()
    await people.delivered()
    (mail,) = await forgot(people)
    command = ChangePassword(current_password=PASSWORD, password=NEW)
    await people.credentials.change_password(command, await people.caller(ann))
    with pytest.raises(TokenInvalid):
        await reset(people, token_in(mail), "a third password")


async def test_the_present_password_cannot_be_guessed_from_a_stolen_session(people: People) -> None:
    caller = await people.caller(await people.register())
    for number in range(10):
        with pytest.raises(WrongPassword) as refused:
            await people.credentials.change_password(
                ChangePassword(current_password=f"guess {number}", password=NEW), caller
            )
        assert refused.value.field == "current_password"
    with pytest.raises(RateLimited):
        await people.credentials.change_password(ChangePassword(current_password=PASSWORD, password=NEW), caller)


async def test_of_two_new_passwords_at_once_one_counts(people: People) -> None:
    caller = await people.caller(await people.register())
    outcomes: list[Any] = await asyncio.gather(
        *(
            people.credentials.change_password(
                ChangePassword(current_password=PASSWORD, password=f"password number {number}"), caller
            )
            for number in range(4)
        ),
        return_exceptions=True,
    )
    winners = [number for number, outcome in enumerate(outcomes) if outcome == Done()]
    assert len(winners) == 1
    assert await people.log_in(password=f"password number {winners[0]}")


async def test_an_address_changes_once_the_new_one_is_proven_and_the_old_one_is_told(
    people: People, other: SignedIn
) -> None:
    ann = await people.register()
    await people.delivered()
    (to_old,) = await forgot(people)
    (to_new,) = await to_new_address(people, ann, "Ann@New.example")
    assert to_new.to == "ann@new.example"
    assert await people.log_in("ann@example.com")
    await verify(people, token_in(to_new))
    assert (await people.log_in("ann@new.example")).me.email_verified
    with pytest.raises(WrongCredentials):
        await people.log_in("ann@example.com")
    (notice,) = await people.delivered()
    assert notice.to == "ann@example.com"
    # What lies in the old mailbox opens nothing.
    with pytest.raises(TokenInvalid):
        await reset(people, token_in(to_old))
    with pytest.raises(TokenInvalid):
        await verify(people, token_in(to_new))


async def test_only_the_latest_new_address_can_be_proven(people: People) -> None:
    ann = await people.register()
    await people.delivered()
    (first,) = await to_new_address(people, ann, "first@example.com")
    (second,) = await to_new_address(people, ann, "second@example.com")
    with pytest.raises(TokenInvalid):
        await verify(people, token_in(first))
    await verify(people, token_in(second))


async def test_an_address_that_was_taken_meanwhile_is_refused_and_nothing_changes(
    people: People, other: SignedIn
) -> None:
    ann = await people.register()
    await people.delivered()
    (mail,) = await to_new_address(people, ann, "new@example.com")
    await people.register("new@example.com")
    with pytest.raises(EmailTaken):
        await verify(people, token_in(mail))
    assert (await people.log_in("ann@example.com")).me.id == ann.me.id


async def test_changing_the_address_needs_the_password(people: People, other: SignedIn) -> None:
    command = ChangeEmail(email="new@example.com", password="wrong password")
    await people.delivered()
    with pytest.raises(WrongPassword):
        await people.credentials.change_email(command, await people.caller(other))
    assert await people.delivered() == []


async def test_a_person_may_be_called_something_else(people: People, other: SignedIn) -> None:
    ann = await people.register()
    assert (await people.accounts.edit_me(EditMe(name="Anna"), await people.caller(ann))).name == "Anna"
    names = await people.database.fetch("SELECT email, name FROM users ORDER BY email")
    assert [(row["email"], row["name"]) for row in names] == [("ann@example.com", "Anna"), ("other@example.com", "Ann")]


async def test_old_letters_are_forgotten(people: People) -> None:
    await people.register()
    people.clock.turn(days=20)
    await forgot(people)
    people.clock.turn(days=11)
    await people.letters.sweep()
    rows = await people.database.fetch("SELECT purpose FROM account_letters")
    assert [row["purpose"] for row in rows] == ["reset"]

"""Who becomes a seller, and how that is decided."""

import asyncio
from typing import Any
from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace

from fastshop.contract.accounts import Role, WhoAmI
from fastshop.contract.base import Command, Refusal
from fastshop.contract.flash_sales import USER
from fastshop.contract.rights import SellerRight
from fastshop.contract.sellers import (
    ApplicationDecided,
    ApplicationQueue,
    ApplicationState,
    ApproveApplication,
    ListApplications,
    RejectApplication,
    SellerContact,
    ShowOwnApplication,
)
from fastshop.ids import new_id
from server.kernel.channel import ChannelNotFound
from tests.domains.town import ADMIN, ANN, BOB, MANAGER, OWNER, Town, application


async def test_an_approved_applicant_owns_a_shop_at_once_and_is_told(town: Town) -> None:
    before = await town.caller(ANN)
    asked = await town.ask(application(), ANN)
    assert (asked.state, asked.tax_number) == (ApplicationState.OPEN, "136695976")
    assert asked.contact == SellerContact("wool@example.com", "+4930901820")
    approved = await town.ask(ApproveApplication(application_id=asked.id), MANAGER)
    assert approved.state is ApplicationState.APPROVED
    now = await town.caller(ANN)
    assert (before.seller_id, now.seller_id) == (None, asked.id)
    assert now.roles == {Role.CUSTOMER, Role.SELLER}
    assert not now.limits
    assert town.sockets.people == [ANN]
    me = await town.ask(WhoAmI(), ANN)
    assert (me.seller_id, me.seller_rights) == (asked.id, tuple(SellerRight))
    assert ApplicationDecided(time=town.clock.now(), application=approved) in await town.told(USER.of(ANN))
    ((to, subject, _),) = await town.work()
    assert (to, subject) == ("ann@example.com", "Welcome: your shop is open")
    assert (await town.product(ANN)).seller.name == "Wool & Co"


async def test_a_rejected_applicant_reads_why_and_may_apply_again(town: Town) -> None:
    asked = await town.ask(application(), ANN)
    rejection = RejectApplication(application_id=asked.id, reason="No address on your page.")
    rejected = await town.ask(rejection, MANAGER)
    assert await town.ask(rejection, ADMIN) == rejected
    assert await town.ask(ShowOwnApplication(), ANN) == rejected
    ((to, _, text),) = await town.work()
    assert to == "ann@example.com"
    assert "No address on your page." in text
    assert (await town.caller(ANN)).seller_id is None
    assert await town.refused(ApproveApplication(application_id=asked.id), ADMIN) == "sellers.application_is_decided"
    assert (await town.ask(application(), ANN)).state is ApplicationState.OPEN


async def test_an_application_sent_again_answers_the_same_and_another_with_its_id_is_refused(town: Town) -> None:
    command = application()
    asked = await town.ask(command, ANN)
    assert await town.ask(command, ANN) == asked
    assert await town.refused(replace(command, name="Silk & Co"), ANN) == "id_reused"
    assert await town.refused(command, BOB) == "id_reused"


async def test_one_application_of_a_person_is_open_and_one_with_an_address(town: Town) -> None:
    await town.ask(application(), ANN)
    assert await town.refused(application(slug="silk"), ANN) == "sellers.application_open"
    assert await town.refused(application(), BOB) == "catalog.slug_taken"
    assert await town.refused(application(slug="theirs"), BOB) == "catalog.slug_taken"
    assert await town.refused(application(slug="silk"), OWNER) == "sellers.already_selling"


async def test_of_many_applications_at_once_one_is_open(town: Town) -> None:
    caller = await town.caller(ANN)
    asked = (town.ask_as(application(slug=f"wool-{number}"), caller) for number in range(8))
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert sorted(type(each).__name__ for each in found) == ["ApplicationOpen"] * 7 + ["SellerApplication"]


async def test_of_two_managers_who_decide_at_once_one_has_decided(town: Town) -> None:
    asked = await town.ask(application(), ANN)
    approve, reject = (
        ApproveApplication(application_id=asked.id),
        RejectApplication(application_id=asked.id, reason="X"),
    )
    manager, admin = await town.caller(MANAGER), await town.caller(ADMIN)
    deciding = (town.ask_as(approve, manager), town.ask_as(reject, admin), town.ask_as(approve, admin))
    found = await asyncio.gather(*deciding, return_exceptions=True)
    decided = await town.ask(ShowOwnApplication(), ANN)
    assert {type(each).__name__ for each in found} == {"SellerApplication", "ApplicationIsDecided"}
    assert ((await town.caller(ANN)).seller_id is not None) is (decided.state is ApplicationState.APPROVED)
    assert len([each for each in await town.told(USER.of(ANN)) if isinstance(each, ApplicationDecided)]) == 1


async def test_nobody_decides_in_their_own_cause(town: Town) -> None:
    asked = await town.ask(application(), MANAGER)
    assert await town.refused(ApproveApplication(application_id=asked.id), MANAGER) == "not_allowed"
    await town.ask(ApproveApplication(application_id=asked.id), ADMIN)
    assert (await town.caller(MANAGER)).roles >= {Role.MANAGER, Role.SELLER}


async def test_who_joined_a_seller_meanwhile_is_not_approved(town: Town) -> None:
    asked = await town.ask(application(), ANN)
    await town.employ(ANN, SellerRight.STOCK)
    assert await town.refused(ApproveApplication(application_id=asked.id), MANAGER) == "sellers.already_selling"
    assert await town.refused(application(slug="silk"), ANN) == "sellers.already_selling"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"slug": "admin"}, "sellers.words_refused"),
        ({"name": "Customer  Service"}, "sellers.words_refused"),
        ({"name": "--"}, "sellers.words_refused"),
        ({"name": "Wo\u202eol"}, "sellers.words_refused"),
        ({"description": "seen\u2066hidden"}, "sellers.words_refused"),
        ({"tax_number": "DE 136 695 977"}, "sellers.tax_number_invalid"),
        ({"contact": SellerContact("nowhere")}, "accounts.email_invalid"),
        ({"contact": SellerContact("a@example.com", "12")}, "addresses.phone_invalid"),
        ({"country": "XX"}, "addresses.country_unknown"),
    ],
)
async def test_words_that_mislead_or_are_wrong_are_refused(town: Town, fields: dict[str, Any], code: str) -> None:
    assert await town.refused(application(**fields), ANN) == code
    assert await town.refused(ShowOwnApplication(), ANN) == "sellers.application_not_found"


async def test_a_country_whose_numbers_are_not_known_takes_any(town: Town) -> None:
    asked = await town.ask(application(country="AQ", tax_number=" X-1 ", contact=SellerContact("a@b.example")), ANN)
    assert asked.tax_number == "X-1"


async def test_applications_page_oldest_first_by_state(town: Town) -> None:
    first = await town.ask(application(), ANN)
    town.clock.turn(seconds=1)
    second = await town.ask(application(slug="silk"), BOB)
    page = await town.ask(ListApplications(limit=1), MANAGER)
    rest = await town.ask(ListApplications(limit=1, cursor=page.next), MANAGER)
    assert (*page.items, *rest.items) == (first, second)
    await town.ask(RejectApplication(application_id=first.id, reason="X"), MANAGER)
    assert (await town.ask(ListApplications(), MANAGER)).items == (second,)


@pytest.mark.parametrize("who", [None, ANN, OWNER], ids=["guest", "customer", "seller"])
async def test_only_managers_see_and_decide(town: Town, who: UUID | None) -> None:
    asked = await town.ask(application(), BOB)
    commands: list[Command[Any]] = [
        ListApplications(),
        ApproveApplication(application_id=asked.id),
        RejectApplication(application_id=asked.id, reason="X"),
    ]
    for command in commands:
        with pytest.raises(Refusal, match="Sign in first" if who is None else "may not"):
            await town.ask(command, who)
    assert await town.refused(ApproveApplication(application_id=new_id()), MANAGER) == "sellers.application_not_found"
    assert (await town.ask(ShowOwnApplication(), BOB)) == asked


async def test_managers_see_live_how_many_applications_wait(town: Town) -> None:
    watch, key = town.domains.watches().find("applications")
    for nobody in (None, ANN, OWNER):
        with pytest.raises(ChannelNotFound):
            await watch.permit(key, await town.caller(nobody))
    shown: list[int] = []
    town.database.on_commit(
        lambda told: shown.extend(
            msgspec.json.decode(each.data, type=ApplicationQueue).waiting
            for each in told
            if each.channel == "applications"
        )
    )
    first, second = application(), application(slug="other")
    await town.ask(first, ANN)
    await town.ask(first, ANN)
    await town.ask(second, BOB)
    await town.ask(RejectApplication(application_id=first.application_id, reason="no"), MANAGER)
    assert shown == [1, 2, 1]
    await watch.permit(key, await town.caller(MANAGER))
    assert await watch.snapshot(key) == ApplicationQueue(time=town.clock.now(), waiting=1)

"""Groups of customers: who makes them, who is in them, and what those in them pay."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from fastshop.contract.base import Command
from fastshop.contract.catalog import Price
from fastshop.contract.flash_sales import USER
from fastshop.contract.groups import (
    AddToGroup,
    CreateGroup,
    DeleteGroup,
    EditGroup,
    GroupsChanged,
    ListGroupMembers,
    ListGroups,
    RemoveFromGroup,
)
from fastshop.contract.prices import CreatePriceTier
from fastshop.contract.pricing import Audience, Percent
from fastshop.contract.promotions import CreateCampaign, FindBestCoupons, Terms, Wanted
from fastshop.ids import new_id
from tests.domains.town import ADMIN, ANN, BOB, MANAGER, OWNER, Town

WHOLESALE = CreateGroup(name="wholesale", title="Wholesale")
ADD = AddToGroup(name="wholesale", user_id=ANN)


async def total(town: Town, variant_id: UUID, who: UUID | None) -> int:
    command = FindBestCoupons(lines=(Wanted(variant_id),), currency="EUR")
    return int((await town.ask(command, who)).totals.gross.amount)


async def test_a_groups_price_is_for_those_in_it_from_then_until_they_leave(town: Town) -> None:
    await town.ask(WHOLESALE, MANAGER)
    await town.ask(CreateGroup(name="press", title="Press"), ADMIN)
    variant = (await town.product()).variants[0].id
    tier = CreatePriceTier(tier_id=new_id(), variant_id=variant, price=Price(700, "EUR"), customer_group="wholesale")
    await town.ask(tier, OWNER)
    assert await total(town, variant, ANN) == 1000
    await town.ask(ADD, MANAGER)
    await town.ask(AddToGroup(name="press", user_id=BOB), MANAGER)
    assert [await total(town, variant, who) for who in (ANN, BOB, None)] == [700, 1000, 1000]
    await town.ask(RemoveFromGroup(name="wholesale", user_id=ANN), MANAGER)
    assert await total(town, variant, ANN) == 1000


async def test_a_campaign_for_a_group_reaches_those_in_it(town: Town) -> None:
    await town.ask(WHOLESALE, MANAGER)
    await town.ask(ADD, MANAGER)
    variant, now = (await town.product()).variants[0].id, town.clock.now()
    town.clock.turn(seconds=1)
    terms = Terms(reward=Percent(share=1000), audience=Audience(groups=("wholesale",)))
    campaign = CreateCampaign(
        campaign_id=new_id(), name="Trade", terms=terms, start_date=now, end_date=now.replace(year=now.year + 1)
    )
    await town.ask(campaign, MANAGER)
    assert [await total(town, variant, who) for who in (ANN, BOB)] == [900, 1000]


async def test_a_person_is_told_of_all_their_groups_each_time_once(town: Town) -> None:
    await town.ask(WHOLESALE, MANAGER)
    await town.ask(CreateGroup(name="press", title="Press"), MANAGER)
    manager, admin = await town.caller(MANAGER), await town.caller(ADMIN)
    press = AddToGroup(name="press", user_id=ANN)
    await asyncio.gather(*(town.ask_as(each, who) for each in (ADD, press) for who in (manager, admin)))
    told = [each.groups for each in await town.told(USER.of(ANN)) if isinstance(each, GroupsChanged)]
    assert len(told) == 2
    assert told[-1] == ("press", "wholesale")
    members = await town.ask(ListGroupMembers(name="wholesale"), MANAGER)
    assert [(each.user_id, each.email) for each in members.items] == [(ANN, "ann@example.com")]


async def test_groups_are_made_once_renamed_and_removed_when_empty(town: Town) -> None:
    made = await town.ask(WHOLESALE, MANAGER)
    assert await town.ask(WHOLESALE, ADMIN) == made
    assert await town.refused(CreateGroup(name="wholesale", title="Other"), MANAGER) == "groups.taken"
    assert (await town.ask(EditGroup(name="wholesale", title="Trade"), MANAGER)).title == "Trade"
    await town.ask(ADD, MANAGER)
    assert [(each.title, each.people) for each in (await town.ask(ListGroups(), OWNER)).items] == [("Trade", 1)]
    assert await town.refused(DeleteGroup(name="wholesale"), MANAGER) == "groups.not_empty"
    await town.ask(RemoveFromGroup(name="wholesale", user_id=ANN), MANAGER)
    await town.ask(RemoveFromGroup(name="wholesale", user_id=ANN), MANAGER)
    await town.ask(DeleteGroup(name="wholesale"), MANAGER)
    for command in (DeleteGroup(name="wholesale"), ADD, ListGroupMembers(name="wholesale")):
        assert await town.refused(command, MANAGER) == "groups.not_found"
    actions = [row["action"] for row in await town.database.fetch("SELECT action FROM audit_logs ORDER BY number")]
    assert actions == ["groups.create", "groups.edit", "groups.add", "groups.remove", "groups.delete"]


async def test_who_is_added_while_the_group_is_removed_is_in_none_that_is_gone(town: Town) -> None:
    await town.ask(WHOLESALE, MANAGER)
    caller = await town.caller(MANAGER)
    found = await asyncio.gather(
        town.ask_as(ADD, caller), town.ask_as(DeleteGroup(name="wholesale"), caller), return_exceptions=True
    )
    names = [type(each).__name__ for each in found]
    assert names in (["GroupMember", "GroupNotEmpty"], ["GroupNotFound", "Done"])
    assert bool(await town.domains.people.groups.of(ANN)) is (names[0] == "GroupMember")


async def test_members_page_the_latest_first(town: Town) -> None:
    await town.ask(WHOLESALE, MANAGER)
    for who in (ANN, BOB):
        town.clock.turn(seconds=1)
        await town.ask(AddToGroup(name="wholesale", user_id=who), MANAGER)
    page = await town.ask(ListGroupMembers(name="wholesale", limit=1), MANAGER)
    rest = await town.ask(ListGroupMembers(name="wholesale", limit=1, cursor=page.next), MANAGER)
    assert [each.user_id for each in (*page.items, *rest.items)] == [BOB, ANN]
    assert await town.refused(AddToGroup(name="wholesale", user_id=new_id()), MANAGER) == "users.not_found"


@pytest.mark.parametrize("who", [None, ANN, OWNER], ids=["guest", "customer", "seller"])
async def test_only_managers_decide_who_is_in(town: Town, who: UUID | None) -> None:
    await town.ask(WHOLESALE, MANAGER)
    commands: list[Command[Any]] = [
        CreateGroup(name="mine", title="Mine"),
        EditGroup(name="wholesale", title="Mine"),
        DeleteGroup(name="wholesale"),
        ListGroupMembers(name="wholesale"),
        ADD,
        RemoveFromGroup(name="wholesale", user_id=ANN),
    ]
    for command in commands:
        assert await town.refused(command, who) == ("sign_in_needed" if who is None else "not_allowed")
    assert await town.domains.people.groups.of(ANN) == frozenset()

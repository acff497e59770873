"""Access lists: one operation on one thing for one person or role, and nothing beside it."""

import asyncio
from dataclasses import replace
from typing import Any, get_type_hints
from uuid import UUID

import pytest

from fastshop.contract.accounts import Role
from fastshop.contract.acl import GRANTABLE, WATCHABLE, GrantAccess, ListGrants, RevokeAccess
from fastshop.contract.base import Command
from fastshop.contract.catalog import PRODUCT, Price, SetPrice, SetStock
from fastshop.contract.ledger import EARNINGS, ListEarnings, ShowEarnings
from fastshop.contract.orders import SELLER
from fastshop.contract.roles import CreateRole
from fastshop.contract.sellers import EditStore, ShowSettings, SuspendSeller
from fastshop.contract.users import SetRoles
from fastshop.ids import new_id
from fastshop.registry import contract
from server.kernel.channel import ChannelNotFound
from tests.domains.town import ADMIN, ANN, BOB, MANAGER, OURS, OWNER, RIVAL, THEIRS, Town


def grant(operation: str, resource_id: UUID, user_id: UUID | None = ANN, role: str | None = None) -> GrantAccess:
    return GrantAccess(grant_id=new_id(), operation=operation, resource_id=resource_id, user_id=user_id, role=role)


def test_what_can_be_granted_is_there_and_names_its_thing_in_the_path() -> None:
    for tag, resource in GRANTABLE.items():
        command = contract().commands[tag]
        assert resource in command.http.path_fields
        assert get_type_hints(command)[resource] is UUID
        others = {name for name, kind in get_type_hints(command).items() if kind is UUID} - {resource}
        assert not others, "it would be done to another thing too"
    assert {channel.scope for channel in contract().channels.values()} >= WATCHABLE


async def test_a_grant_opens_one_operation_on_one_thing_until_it_is_taken_back(town: Town) -> None:
    cup, mug = (await town.product()).variants[0], (await town.product()).variants[0]
    command = grant("catalog.set_stock", cup.id)
    given = await town.ask(command, ADMIN)
    assert await town.ask(command, ADMIN) == given
    assert town.sockets.people == [ANN]
    assert (await town.ask(SetStock(variant_id=cup.id, stock=9), ANN)).stock == 9
    assert await town.refused(SetStock(variant_id=mug.id, stock=9), ANN) == "not_allowed"
    assert await town.refused(SetPrice(variant_id=cup.id, price=Price(1, "EUR")), ANN) == "not_allowed"
    assert await town.refused(SetStock(variant_id=cup.id, stock=9), BOB) == "not_allowed"
    assert await town.refused(SetStock(variant_id=cup.id, stock=9), RIVAL) == "catalog.variant_not_found"
    assert await town.refused(SuspendSeller(seller_id=OURS, reason="X"), ANN) == "not_allowed"
    await town.ask(RevokeAccess(grant_id=given.id), ADMIN)
    assert town.sockets.people == [ANN, ANN]
    assert await town.refused(SetStock(variant_id=cup.id, stock=1), ANN) == "not_allowed"
    assert await town.refused(RevokeAccess(grant_id=given.id), ADMIN) == "acl.not_found"


async def test_a_seller_with_a_grant_keeps_their_own_and_gains_that_alone(town: Town) -> None:
    ours, theirs = (await town.product()).variants[0], (await town.product(RIVAL)).variants[0]
    await town.ask(grant("catalog.set_stock", ours.id, RIVAL), ADMIN)
    for variant in (ours, theirs):
        assert (await town.ask(SetStock(variant_id=variant.id, stock=3), RIVAL)).stock == 3
    await town.ask(grant("sellers.edit", OURS, RIVAL), ADMIN)
    page = await town.ask(EditStore(seller_id=OURS, name="Edited", description=""), RIVAL)
    assert (page.id, page.name) == (OURS, "Edited")
    assert await town.refused(ShowSettings(seller_id=OURS), RIVAL) == "catalog.seller_not_found"


async def test_a_grant_to_a_role_is_for_whoever_has_it(town: Town) -> None:
    await town.ask(CreateRole(name="clerk", title="Clerk", base=Role.MANAGER, permissions=("orders:read",)), ADMIN)
    await town.ask(SetRoles(user_id=ANN, roles=(), custom_roles=("clerk",)), ADMIN)
    given = await town.ask(grant("ledger.balance", OURS, None, "clerk"), ADMIN)
    assert ANN in town.sockets.people
    assert (await town.ask(ShowEarnings(seller_id=OURS), ANN)).seller_id == OURS
    assert await town.refused(ShowEarnings(seller_id=THEIRS), ANN) == "not_allowed"
    assert await town.refused(ListEarnings(seller_id=OURS), ANN) == "not_allowed"
    assert await town.refused(ShowEarnings(seller_id=OURS), BOB) == "not_allowed"
    await town.ask(SetRoles(user_id=ANN, roles=()), ADMIN)
    assert await town.refused(ShowEarnings(seller_id=OURS), ANN) == "not_allowed"
    assert (await town.ask(ListGrants(role="clerk"), ADMIN)).items == (given,)


async def test_a_granted_channel_can_be_watched_and_no_other(town: Town) -> None:
    await town.ask(grant("watch:earnings", OURS), ADMIN)
    watches, caller = town.domains.watches(), await town.caller(ANN)
    watch, key = watches.find(EARNINGS.of(OURS))
    await watch.admit(key, caller)
    for channel in (EARNINGS.of(THEIRS), SELLER.of(OURS), PRODUCT.of(new_id())):
        watch, key = watches.find(channel)
        with pytest.raises(ChannelNotFound):
            await watch.admit(key, caller)
    watch, key = watches.find(EARNINGS.of(OURS))
    with pytest.raises(ChannelNotFound):
        await watch.admit(key, replace(caller, scopes=frozenset({"ledger:read"})))


async def test_a_key_is_still_bound_by_its_scopes(town: Town) -> None:
    cup = (await town.product()).variants[0]
    await town.ask(grant("catalog.set_stock", cup.id), ADMIN)
    key = replace(await town.caller(ANN), scopes=frozenset({"catalog:read"}))
    with pytest.raises(Exception, match="scope catalog:write"):
        await town.ask_as(SetStock(variant_id=cup.id, stock=1), key)
    await town.ask_as(SetStock(variant_id=cup.id, stock=1), replace(key, scopes=frozenset({"catalog:write"})))


async def test_what_is_not_honoured_is_not_granted(town: Town) -> None:
    for operation in ("users.disable", "sellers.suspend", "catalog.create_product", "watch:user", "no.such"):
        assert await town.refused(grant(operation, OURS), ADMIN) == "acl.not_grantable"
    assert await town.refused(grant("orders.show", OURS, None), ADMIN) == "acl.grantee_unclear"
    assert await town.refused(grant("orders.show", OURS, ANN, "clerk"), ADMIN) == "acl.grantee_unclear"
    assert await town.refused(grant("orders.show", OURS, None, "clerk"), ADMIN) == "roles.not_found"
    assert await town.refused(grant("orders.show", OURS, new_id()), ADMIN) == "users.not_found"


async def test_grants_are_bounded_told_apart_and_audited(town: Town) -> None:
    first = grant("orders.show", OURS)
    asking = [town.ask_as(each, await town.caller(ADMIN)) for each in (first, grant("orders.show", OURS))]
    found = await asyncio.gather(*asking, return_exceptions=True)
    assert sorted(type(each).__name__ for each in found) == ["Grant", "GrantExists"]
    (only,) = (await town.ask(ListGrants(), ADMIN)).items
    used = GrantAccess(grant_id=only.id, operation="orders.show", resource_id=THEIRS, user_id=ANN)
    assert await town.refused(used, ADMIN) == "id_reused"
    await town.database.fetch(
        "INSERT INTO access_grants (id, operation, resource_id, user_id, created_at)"
        " SELECT gen_random_uuid(), 'orders.show', gen_random_uuid(), $1, now() FROM generate_series(1, 199)",
        ANN,
    )
    assert await town.refused(grant("orders.show", THEIRS), ADMIN) == "acl.too_many"
    await town.ask(grant("orders.show", THEIRS, BOB), ADMIN)
    page = await town.ask(ListGrants(user_id=BOB), ADMIN)
    assert [(each.resource_id, each.user_id) for each in page.items] == [(THEIRS, BOB)]
    assert len((await town.ask(ListGrants(user_id=ANN, limit=100), ADMIN)).items) == 100
    actions = [row["action"] for row in await town.database.fetch("SELECT action FROM audit_logs ORDER BY number")]
    assert actions == ["acl.grant", "acl.grant"]


@pytest.mark.parametrize("who", [None, ANN, OWNER, MANAGER], ids=["guest", "customer", "seller", "manager"])
async def test_only_full_admins_grant(town: Town, who: UUID | None) -> None:
    given = await town.ask(grant("orders.show", OURS), ADMIN)
    commands: list[Command[Any]] = [
        grant("sellers.edit", OURS, who or ANN),
        ListGrants(),
        RevokeAccess(grant_id=given.id),
    ]
    for command in commands:
        assert await town.refused(command, who) == ("sign_in_needed" if who is None else "not_allowed")
    assert (await town.ask(ListGrants(), ADMIN)).items == (given,)


async def test_an_admin_in_some_things_only_reads_lists_and_changes_none(town: Town) -> None:
    role = CreateRole(name="reader", title="Reader", base=Role.ADMIN, permissions=("acl:read", "acl:write"))
    await town.ask(role, ADMIN)
    await town.ask(SetRoles(user_id=BOB, roles=(), custom_roles=("reader",)), ADMIN)
    given = await town.ask(grant("orders.show", OURS), ADMIN)
    assert (await town.ask(ListGrants(), BOB)).items == (given,)
    assert await town.refused(grant("catalog.edit_product", OURS, BOB), BOB) == "not_allowed"
    assert await town.refused(RevokeAccess(grant_id=given.id), BOB) == "not_allowed"

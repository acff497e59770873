"""What a caller is told that they may do: what their roles include, as those are now, and what is opened to them."""

from uuid import UUID

import pytest

from fastshop.contract.accounts import Opened, Permissions, Role, ShowPermissions
from fastshop.contract.acl import GRANTABLE, WATCHABLE, GrantAccess, ListGrantable
from fastshop.contract.base import Command, Page
from fastshop.contract.roles import CreateRole
from fastshop.contract.users import FindPeople, ListUsers, PersonFound, SetRoles
from fastshop.ids import new_id
from server.kernel.caller import Caller
from tests.domains.town import ADMIN, ANN, BOB, MANAGER, OWNER, RIVAL, Town


async def permissions(town: Town, who: UUID) -> Permissions:
    found = await town.ask(ShowPermissions(), who)
    assert isinstance(found, Permissions)
    return found


async def test_everybody_is_told_just_what_they_would_be_admitted_to(town: Town) -> None:
    for who in (ADMIN, MANAGER, OWNER, ANN):
        caller, told = await town.caller(who), set((await permissions(town, who)).operations)
        for operation in town.domains.operations():
            if operation.permission.roles:
                assert operation.includes(caller) is (operation.tag in told)
    assert (await permissions(town, ANN)).operations == ()
    assert "users.list" in (await permissions(town, ADMIN)).operations
    assert "users.list" not in (await permissions(town, MANAGER)).operations
    assert await town.refused(ShowPermissions(), None) == "sign_in_needed"


async def test_a_role_made_by_an_admin_includes_what_it_names_and_nothing_else_of_its_base(town: Town) -> None:
    role = CreateRole(name="clerk", title="Clerk", base=Role.MANAGER, permissions=("groups.list", "carts:read"))
    await town.ask(role, ADMIN)
    await town.ask(SetRoles(user_id=ANN, roles=(Role.CUSTOMER,), custom_roles=("clerk",)), ADMIN)
    found = set((await permissions(town, ANN)).operations)
    assert {"groups.list", "carts.abandoned", "carts.recovery"} <= found
    assert not found & {"groups.create", "carts.recover", "sellers.list_applications", "users.find"}
    assert (await permissions(town, BOB)).operations == ()


async def test_a_key_is_told_what_it_was_made_for(town: Town) -> None:
    caller = await town.caller(MANAGER)
    key = Caller(MANAGER, roles=caller.roles, scopes=frozenset({"accounts:read", "groups:read"}))
    found = await town.ask_as(ShowPermissions(), key)
    assert "groups.list" in found.operations
    assert "groups.create" not in found.operations


async def test_what_access_lists_open_is_told_to_whom_it_is_opened(town: Town) -> None:
    order_id = new_id()
    grant = GrantAccess(grant_id=new_id(), operation="orders.show", resource_id=order_id, user_id=ANN)
    await town.ask(grant, ADMIN)
    assert (await permissions(town, ANN)).opened == (Opened("orders.show", order_id),)
    assert (await permissions(town, BOB)).opened == ()


async def test_everything_that_can_be_granted_is_listed_with_the_id_it_is_granted_on(town: Town) -> None:
    found = {each.operation: each.on for each in (await town.ask(ListGrantable(), ADMIN)).items}
    assert found.keys() == {*GRANTABLE, *WATCHABLE}
    assert (found["orders.show"], found["watch:earnings"]) == ("order_id", "seller_id")


async def test_managers_find_people_by_how_their_name_or_address_begins(town: Town) -> None:
    await town.database.fetch("UPDATE users SET name = 'Ångström 100%' WHERE id = $1", ANN)
    await town.database.fetch("UPDATE users SET disabled_at = now() WHERE id = $1", BOB)
    for query, found in (("ann@", [ANN]), (" ÅNG", [ANN]), ("100%", []), ("bo", []), ("%%", []), ("ri", [RIVAL])):
        page = await town.ask(FindPeople(query=query), MANAGER)
        assert isinstance(page, Page)
        assert [each.id for each in page.items] == found
    assert page.items == (PersonFound(RIVAL, "rival@example.com", "rival"),)


@pytest.mark.parametrize("command", [FindPeople(query="ann"), ListUsers()])
async def test_sellers_and_customers_find_nobody(town: Town, command: Command[object]) -> None:
    for who in (OWNER, BOB):
        assert await town.refused(command, who) == "not_allowed"

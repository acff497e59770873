"""People as admins see them: found, limited, disabled, given roles; and at least one full admin, whoever hurries."""

import asyncio
import json
from typing import Any
from uuid import UUID

import pyotp
import pytest

from fastshop.contract.accounts import AccountDisabled, Role, SignedIn, WhoAmI
from fastshop.contract.api_keys import CreateApiKey
from fastshop.contract.base import NotAllowed, SignInNeeded
from fastshop.contract.roles import (
    CreateRole,
    EditRole,
    ListPermissions,
    ListRoles,
    RoleFixed,
    RoleNotFound,
    RoleShown,
    RoleTaken,
    UnknownPermission,
)
from fastshop.contract.second_factor import SetUpTwoFactor, VerifyTwoFactor
from fastshop.contract.users import (
    DisableUser,
    EditUser,
    EnableUser,
    LastAdmin,
    ListUsers,
    ResetTwoFactor,
    SetRoles,
    ShowUser,
    User,
    UserNotFound,
)
from fastshop.ids import new_id
from server.domains.accounts.access import Access
from server.domains.accounts.admin_operations import operations
from server.domains.accounts.believed import Believed
from server.domains.accounts.ending import Ending
from server.kernel.caller import GUEST, Caller, any_of
from tests.domains.accounts.conftest import PASSWORD, People


async def admin_named(people: People, email: str) -> Caller:
    """A full admin of this address, signed in."""
    signed_in = await people.register(email)
    await people.database.fetch("UPDATE users SET roles = '{admin}' WHERE id = $1", signed_in.me.id)
    return await people.caller(signed_in)


@pytest.fixture
async def admin(people: People, other: SignedIn) -> Caller:
    return await admin_named(people, "root@example.com")


async def set_roles(people: People, admin: Caller, user_id: UUID, *roles: Role, custom: tuple[str, ...] = ()) -> User:
    command = SetRoles(user_id=user_id, roles=roles, custom_roles=custom)
    return await people.administration.set_roles(command, admin)


async def create(
    people: People, admin: Caller, *permissions: str, base: Role = Role.MANAGER, name: str = "clerk"
) -> RoleShown:
    return await people.roles.create(CreateRole(name=name, title="Clerk", base=base, permissions=permissions), admin)


async def anew(people: People, signed_in: SignedIn) -> Caller:
    """Who somebody is now, looked up."""
    people.sessions.forget([signed_in.session_id])
    return await people.caller(signed_in)


async def audited(people: People) -> list[tuple[str, str, Any]]:
    rows = await people.database.fetch("SELECT action, subject, facts FROM audit_logs ORDER BY number")
    return [(row["action"], row["subject"], json.loads(row["facts"])) for row in rows]


@pytest.mark.parametrize("role", [None, *(role for role in Role if role is not Role.ADMIN)])
async def test_only_admins_may_ask_any_of_it(people: People, role: Role | None) -> None:
    caller = GUEST if role is None else Caller(UUID(int=1), roles=frozenset({role}))
    access = Access(people.database, people.clock, Ending(Believed(), people.sockets))
    asked = [one for one in operations(people.administration, people.roles, access) if one.tag != "users.find"]
    for operation in asked:
        with pytest.raises((SignInNeeded, NotAllowed)):
            operation.admit(caller)


async def test_people_are_found_by_how_address_or_name_begins_and_by_what_they_are(
    people: People, admin: Caller, other: SignedIn
) -> None:
    ann = await people.register()
    await people.database.fetch("UPDATE users SET name = 'Über-Ann' WHERE id = $1", ann.me.id)

    async def found(**filters: Any) -> set[str]:
        page = await people.administration.list(ListUsers(**filters), admin)
        return {user.email for user in page.items}

    assert await found() == {"ann@example.com", "other@example.com", "root@example.com"}
    assert await found(query=" OTHER@") == {"other@example.com"}
    assert await found(query="über-a") == {"ann@example.com"}
    assert await found(query="%") == set()
    assert await found(role=Role.ADMIN) == {"root@example.com"}
    assert await found(disabled=True) == set()
    await people.administration.disable(DisableUser(user_id=ann.me.id, reason="spam"), admin)
    assert await found(disabled=True) == {"ann@example.com"}
    assert await found(disabled=False, query="ann@") == set()


async def test_people_come_in_pages_the_newest_first(people: People, admin: Caller) -> None:
    emails, cursor = [], ""
    for number in range(4):
        people.clock.turn(seconds=number % 2)
        await people.register(f"p{number}@example.com")
    while True:
        page = await people.administration.list(ListUsers(query="p", limit=3, cursor=cursor), admin)
        emails += [user.email for user in page.items]
        if page.next is None:
            break
        cursor = page.next
    assert emails == ["p3@example.com", "p2@example.com", "p1@example.com", "p0@example.com"]


async def test_who_is_not_there_is_not_found(people: People, admin: Caller) -> None:
    nobody = new_id()
    for ask in (
        people.administration.show(ShowUser(user_id=nobody), admin),
        people.administration.edit(EditUser(user_id=nobody, name="x", session_limit=3), admin),
        people.administration.disable(DisableUser(user_id=nobody, reason="x"), admin),
        people.administration.enable(EnableUser(user_id=nobody), admin),
        people.administration.reset_two_factor(ResetTwoFactor(user_id=nobody), admin),
        set_roles(people, admin, nobody, Role.CUSTOMER),
    ):
        with pytest.raises(UserNotFound):
            await ask
    assert await audited(people) == []


async def test_fewer_sessions_end_the_oldest_at_once_and_more_are_allowed(
    people: People, admin: Caller, other: SignedIn
) -> None:
    sessions = [await people.register()]
    for _ in range(2):
        people.clock.turn(seconds=10)
        sessions.append(await people.log_in())
    ann = sessions[0].me.id
    edited = await people.administration.edit(EditUser(user_id=ann, name="Anna", session_limit=1), admin)
    assert (edited.name, edited.session_limit) == ("Anna", 1)
    assert set(people.sockets.ended) == {one.session_id for one in sessions[:2]}
    assert [await people.sessions.authenticate(one.token) is not None for one in (*sessions, other)] == [
        False,
        False,
        True,
        True,
    ]
    await people.administration.edit(EditUser(user_id=ann, name="Anna", session_limit=5), admin)
    more = [await people.log_in() for _ in range(4)]
    assert [await people.sessions.authenticate(one.token) is not None for one in (sessions[2], *more)] == [True] * 5


async def test_a_disabled_person_is_out_everywhere_until_enabled(
    people: People, admin: Caller, other: SignedIn
) -> None:
    ann = await people.register()
    command = CreateApiKey(key_id=new_id(), name="Till", scopes=("accounts:read",), password=PASSWORD)
    key = await people.api_keys.create(command, await people.caller(ann))
    disabled = await people.administration.disable(DisableUser(user_id=ann.me.id, reason="fraud"), admin)
    assert disabled.disabled_at == people.clock.now()
    assert set(people.sockets.ended) == {ann.session_id, key.key.id}
    assert await people.sessions.authenticate(ann.token) is None
    assert await people.api_keys.authenticate(key.secret) is None
    with pytest.raises(AccountDisabled):
        await people.log_in()
    assert await people.sessions.authenticate(other.token)
    await people.administration.enable(EnableUser(user_id=ann.me.id), admin)
    assert await people.log_in()
    assert await people.api_keys.authenticate(key.secret)
    assert await people.sessions.authenticate(ann.token) is None


async def test_roles_are_given_and_sockets_come_anew(people: People, admin: Caller, other: SignedIn) -> None:
    given = await set_roles(people, admin, other.me.id, Role.MANAGER, Role.AGENT, Role.MANAGER)
    assert given.roles == (Role.AGENT, Role.MANAGER)
    assert people.sockets.renewed == [other.me.id]
    assert (await people.caller(other)).roles == {Role.MANAGER, Role.AGENT}
    assert await audited(people) == [
        ("users.set_roles", f"user:{other.me.id}", {"before": ["customer"], "after": ["agent", "manager"]})
    ]


async def test_of_two_admins_who_demote_each_other_at_once_one_stays(people: People, admin: Caller) -> None:
    second = await admin_named(people, "root2@example.com")
    outcomes: Any = await asyncio.gather(
        set_roles(people, admin, second.person, Role.CUSTOMER),
        set_roles(people, second, admin.person, Role.CUSTOMER),
        people.administration.disable(DisableUser(user_id=admin.person, reason="x"), second),
        people.administration.disable(DisableUser(user_id=second.person, reason="x"), admin),
        return_exceptions=True,
    )
    assert any(isinstance(outcome, LastAdmin) for outcome in outcomes)
    assert not [one for one in outcomes if not isinstance(one, User | LastAdmin)]
    left = await people.database.fetch("SELECT 1 FROM users WHERE roles @> '{admin}' AND disabled_at IS NULL")
    assert len(left) == 1


async def test_a_lost_app_is_reset_and_its_owner_told(people: People, admin: Caller, other: SignedIn) -> None:
    caller = await people.caller(other)
    secret = await people.second_factors.set_up(SetUpTwoFactor(password=PASSWORD), caller)
    code = pyotp.TOTP(secret.secret).at(people.clock.now())
    await people.second_factors.verify(VerifyTwoFactor(code=code), caller)
    await people.delivered()
    assert (await people.administration.show(ShowUser(user_id=other.me.id), admin)).two_factor
    user = await people.administration.reset_two_factor(ResetTwoFactor(user_id=other.me.id), admin)
    assert not user.two_factor
    assert await people.log_in("other@example.com")
    (mail,) = await people.delivered()
    assert (mail.to, "no second step" in mail.subject) == ("other@example.com", True)


async def test_a_role_counts_in_what_it_names_and_nowhere_else(people: People, admin: Caller, other: SignedIn) -> None:
    await create(people, admin, "orders:read", "payments.show", "watch:order")
    await set_roles(people, admin, other.me.id, Role.CUSTOMER, custom=("clerk",))
    caller = await people.caller(other)
    assert caller.within("orders:read", "orders.list").is_any(Role.MANAGER)
    assert caller.within("payments:read", "payments.show").is_any(Role.MANAGER)
    assert caller.within("watch:order").is_any(Role.MANAGER)
    for elsewhere in (("orders:write", "orders.cancel"), ("payments:write", "payments.void"), ("watch:ledger",)):
        counted = caller.within(*elsewhere)
        assert counted.roles == {Role.CUSTOMER}
        with pytest.raises(NotAllowed):
            any_of(Role.MANAGER).admit(caller, *elsewhere)
    me = await people.accounts.who_am_i(WhoAmI(), caller)
    assert set(me.roles) == {Role.CUSTOMER, Role.MANAGER}


async def test_an_edited_role_counts_anew_for_whoever_has_it(people: People, admin: Caller, other: SignedIn) -> None:
    ann = await people.register()
    await create(people, admin, "orders:read")
    await set_roles(people, admin, other.me.id, custom=("clerk",))
    people.sockets.renewed.clear()
    edited = await people.roles.edit(EditRole(name="clerk", title="Clerk", permissions=("payments:read",)), admin)
    assert (edited.permissions, edited.people) == (("payments:read",), 1)
    assert people.sockets.renewed == [other.me.id]
    caller = await people.caller(other)
    assert not caller.within("orders:read").roles
    assert caller.within("payments:read").is_any(Role.MANAGER)
    assert not (await people.caller(ann)).limits


async def test_a_built_in_role_is_narrowed_and_made_whole_again(people: People, admin: Caller, other: SignedIn) -> None:
    await set_roles(people, admin, other.me.id, Role.MANAGER)
    await people.roles.edit(EditRole(name="manager", title="Manager", permissions=("orders:read",)), admin)
    caller = await people.caller(other)
    assert caller.within("orders:read").is_any(Role.MANAGER)
    assert not caller.within("orders:write").is_any(Role.MANAGER)
    whole = await people.roles.edit(EditRole(name="manager", title="Boss", permissions=None), admin)
    assert (whole.permissions, whole.title, whole.people) == (None, "Boss", 1)
    assert (await people.caller(other)).within("orders:write").is_any(Role.MANAGER)


async def test_a_narrowed_seller_does_not_act_for_the_shop_elsewhere(people: People) -> None:
    seller = Caller(
        UUID(int=1),
        roles=frozenset({Role.SELLER, Role.CUSTOMER}),
        seller_id=UUID(int=9),
        limits=((Role.SELLER, frozenset({"catalog:read"})),),
    )
    assert seller.within("catalog:read") is seller
    elsewhere = seller.within("orders:read", "orders.list")
    assert (elsewhere.seller_id, elsewhere.roles) == (None, frozenset({Role.CUSTOMER}))


async def test_nobody_gives_away_more_than_they_have(people: People, admin: Caller, other: SignedIn) -> None:
    await create(people, admin, "users:write", "users:read", "roles:write", base=Role.ADMIN)
    await set_roles(people, admin, other.me.id, custom=("clerk",))
    limited = await people.caller(other)
    assert any_of(Role.ADMIN).admit(limited, "users:write", "users.disable")
    ann = await people.register()
    for attempt in (
        set_roles(people, limited, other.me.id, Role.ADMIN),
        set_roles(people, limited, ann.me.id, Role.CUSTOMER),
        people.roles.edit(EditRole(name="clerk", title="x", permissions=("audit:read",)), limited),
        create(people, limited, "audit:read", name="mine"),
        people.administration.disable(DisableUser(user_id=admin.person, reason="x"), limited),
        people.administration.reset_two_factor(ResetTwoFactor(user_id=admin.person), limited),
    ):
        with pytest.raises((NotAllowed, LastAdmin)):
            await attempt
    assert (await people.administration.disable(DisableUser(user_id=ann.me.id, reason="x"), limited)).disabled_at


async def test_roles_are_listed_with_what_they_include_and_how_many_have_them(people: People, admin: Caller) -> None:
    await create(people, admin, "orders:read")
    listed = (await people.roles.list(ListRoles(), admin)).items
    assert [(role.name, role.built_in, role.people) for role in listed] == [
        ("admin", True, 1),
        ("manager", True, 0),
        ("seller", True, 0),
        ("customer", True, 1),
        ("agent", True, 0),
        ("clerk", False, 0),
    ]
    known = (await people.roles.list_permissions(ListPermissions(), admin)).items
    assert {"orders:read", "watch:order", "users.set_roles"} <= set(known)


async def test_what_is_no_role_or_permission_is_refused(people: People, admin: Caller, other: SignedIn) -> None:
    for permission in ("orders:everything", "no.such", "*:*"):
        with pytest.raises(UnknownPermission):
            await create(people, admin, permission)
    with pytest.raises(RoleTaken):
        await create(people, admin, "orders:read", name="admin")
    for names in (("nobody",), ("admin",), ("manager",)):
        with pytest.raises(RoleNotFound):
            await set_roles(people, admin, other.me.id, custom=names)
    with pytest.raises(RoleNotFound):
        await people.roles.edit(EditRole(name="nobody", title="x", permissions=()), admin)
    with pytest.raises(RoleFixed):
        await people.roles.edit(EditRole(name="admin", title="x", permissions=()), admin)
    await create(people, admin, "orders:read")
    with pytest.raises(RoleFixed):
        await people.roles.edit(EditRole(name="clerk", title="x", permissions=None), admin)
    assert await create(people, admin, "orders:read")
    with pytest.raises(RoleTaken):
        await create(people, admin, "catalog:write")
    assert [action for action, _, _ in await audited(people)] == ["roles.create"]

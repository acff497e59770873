"""Roles: the built-in ones, which have a row once they were edited, and those that admins make."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastshop.contract.accounts import Role
from fastshop.contract.base import NotAllowed, Page
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
from fastshop.registry import contract, scopes
from server.domains.accounts.ending import Ending
from server.kernel.audit import note
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction

_BUILT_IN = tuple(Role)
_TITLES = {role: role.value.capitalize() for role in _BUILT_IN}

_LIST = """
SELECT roles.*, (SELECT count(*) FROM users WHERE custom_roles @> ARRAY[roles.name]) AS people FROM roles ORDER BY name
"""
_COUNT = "SELECT role, count(*) AS people FROM users, unnest(roles) AS role GROUP BY role"
_ONE = "SELECT * FROM roles WHERE name = $1 FOR UPDATE"
_CREATE = """
INSERT INTO roles (name, title, base, permissions) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING name
"""
_PUT = """
INSERT INTO roles (name, title, base, permissions) VALUES ($1, $2, $3, $4)
ON CONFLICT (name) DO UPDATE SET title = excluded.title, permissions = excluded.permissions
"""
# Sellers' staff count as sellers without having the role, see `callers`.
_WHO = """
SELECT id FROM users WHERE roles @> ARRAY[$1]::varchar[] OR custom_roles @> ARRAY[$1]::varchar[]
UNION SELECT user_id FROM seller_staff WHERE $1 = 'seller'
"""


def permissions() -> frozenset[str]:
    """Every permission that a role can include."""
    return scopes() | contract().commands.keys()


def check_full_admin(caller: Caller) -> None:
    """Refuse who is an admin in some things only: nobody gives away more than they have. `NotAllowed`."""
    if not caller.is_any(Role.ADMIN) or any(role is Role.ADMIN for role, _ in caller.limits):
        raise NotAllowed


async def people_with(transaction: Transaction, role: str) -> Sequence[UUID]:
    """Everybody who has a role."""
    return [row["id"] for row in await transaction.connection.fetch(_WHO, role)]


class Roles:
    """Makes and edits roles."""

    def __init__(self, database: Database, clock: Clock, ending: Ending) -> None:
        self._database = database
        self._clock = clock
        self._ending = ending

    async def list(self, command: ListRoles, caller: Caller) -> Page[RoleShown]:  # noqa: ARG002
        """Every role."""
        return Page(await self._all())

    async def list_permissions(self, command: ListPermissions, caller: Caller) -> Page[str]:  # noqa: ARG002
        """Every permission."""
        return Page(tuple(sorted(permissions())))

    async def create(self, command: CreateRole, caller: Caller) -> RoleShown:
        """Make a role."""
        check_full_admin(caller)
        allowed = _checked(command.permissions)
        if command.name in _BUILT_IN:
            raise RoleTaken(command.name)
        values = (command.name, command.title, command.base, allowed)
        async with self._database.transaction() as transaction:
            if await transaction.connection.fetchval(_CREATE, *values) is not None:
                await self._note(transaction, caller, "roles.create", command.name, allowed)
            elif not _same(await transaction.connection.fetchrow(_ONE, command.name), values):
                raise RoleTaken(command.name)
        return await self._shown(command.name)

    async def edit(self, command: EditRole, caller: Caller) -> RoleShown:
        """Say anew what a role includes."""
        check_full_admin(caller)
        allowed = None if command.permissions is None else _checked(command.permissions)
        if command.name == Role.ADMIN:
            raise RoleFixed
        async with self._database.transaction() as transaction:
            base = await self._base(transaction, command.name)
            if allowed is None and command.name not in _BUILT_IN:
                raise RoleFixed
            await transaction.connection.execute(_PUT, command.name, command.title, base, allowed)
            await self._note(transaction, caller, "roles.edit", command.name, allowed)
            people = await people_with(transaction, command.name)
        await self._ending.changed(people)
        return await self._shown(command.name)

    async def _base(self, transaction: Transaction, name: str) -> Role:
        if name in _BUILT_IN:
            return Role(name)
        row = await transaction.connection.fetchrow(_ONE, name)
        if row is None:
            raise RoleNotFound(name)
        return Role(row["base"])

    async def _shown(self, name: str) -> RoleShown:
        return next(role for role in await self._all() if role.name == name)

    async def _all(self) -> tuple[RoleShown, ...]:
        rows = {row["name"]: row for row in await self._database.fetch(_LIST)}
        counts = {row["role"]: row["people"] for row in await self._database.fetch(_COUNT)}
        built_in = (_built_in(role, rows.pop(role, None), counts.get(role, 0)) for role in _BUILT_IN)
        return (*built_in, *(_custom(row) for row in rows.values()))

    async def _note(
        self, transaction: Transaction, caller: Caller, action: str, name: str, allowed: Sequence[str] | None
    ) -> None:
        await note(transaction, self._clock.now(), caller, action, f"role:{name}", permissions=allowed)


def _checked(asked: tuple[str, ...]) -> Sequence[str]:
    known = permissions()
    for permission in asked:
        if permission not in known:
            raise UnknownPermission(permission)
    return sorted(set(asked))


def _same(row: Any, values: tuple[object, ...]) -> bool:
    return (row["name"], row["title"], row["base"], row["permissions"]) == values


def _built_in(role: Role, row: Any, people: int) -> RoleShown:
    allowed = None if row is None or row["permissions"] is None else tuple(row["permissions"])
    return RoleShown(
        role, row["title"] if row else _TITLES[role], role, built_in=True, permissions=allowed, people=people
    )


def _custom(row: Any) -> RoleShown:
    allowed = tuple(row["permissions"])
    return RoleShown(
        row["name"], row["title"], Role(row["base"]), built_in=False, permissions=allowed, people=row["people"]
    )

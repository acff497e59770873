"""Roles and what they include. The built-in ones include everything made for them, until an admin says what.

A role made by an admin has a built-in one as its base, and counts as that in what its permissions name, and nowhere
else. A permission is a scope (``orders:read``, ``watch:order``) or the name of one operation (``orders.list``).
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from fastshop.contract.accounts import Role
from fastshop.contract.base import GET, POST, PUT, Command, Conflict, Invalid, Line, NotFound, Page

RoleName = Annotated[str, Meta(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=40)]
PermissionName = Annotated[str, Meta(pattern=r"^[a-z_]+[:.][a-z_-]+$", max_length=60)]
Permissions = Annotated[tuple[PermissionName, ...], Meta(max_length=500)]


class RoleShown(Struct, frozen=True):
    """A role. ``permissions`` null: all that its base may do. ``people``: how many have it."""

    name: str
    title: str
    base: Role
    built_in: bool
    permissions: tuple[str, ...] | None
    people: int


class ListRoles(Command[Page[RoleShown]], frozen=True, tag="roles.list"):
    """Every role, the built-in ones first."""

    http: ClassVar = GET("/roles")


class CreateRole(Command[RoleShown], frozen=True, tag="roles.create"):
    """Make a role. Sent again with the same content it changes nothing."""

    http: ClassVar = POST("/roles")
    name: RoleName
    title: Line
    base: Role
    permissions: Permissions


class EditRole(Command[RoleShown], frozen=True, tag="roles.edit"):
    """Say anew what a role includes; null, for a built-in one, is everything. Whoever has it connects anew.

    What admins may do is not edited: somebody must be able to undo the rest.
    """

    http: ClassVar = PUT("/roles/{name}")
    name: RoleName
    title: Line
    permissions: Permissions | None


class ListPermissions(Command[Page[str]], frozen=True, tag="roles.list_permissions"):
    """Every permission that a role can include."""

    http: ClassVar = GET("/roles/permissions")


@dataclass(eq=False)
class RoleNotFound(NotFound):
    """There is no such role."""

    code: ClassVar[str] = "roles.not_found"
    sentence: ClassVar[str] = "There is no role {name}."
    name: str


@dataclass(eq=False)
class RoleTaken(Conflict):
    """There is another role of this name."""

    code: ClassVar[str] = "roles.taken"
    sentence: ClassVar[str] = "There is a role {name} already."
    name: str


@dataclass(eq=False)
class RoleFixed(Conflict):
    """What admins may do cannot be edited, and a role made by an admin cannot include everything."""

    code: ClassVar[str] = "roles.fixed"
    sentence: ClassVar[str] = "This role cannot be edited so."


@dataclass(eq=False)
class UnknownPermission(Invalid):
    """There is no such permission."""

    code: ClassVar[str] = "roles.unknown_permission"
    sentence: ClassVar[str] = "There is no permission {permission}."
    permission: str
    field: str = "permissions"

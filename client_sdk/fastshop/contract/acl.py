"""Access lists: one operation on one thing, opened to a person or a role beside what their roles include.

Who has a grant does that one thing as an admin would, and nothing else. It is honoured where the two tables below say:
by operations whose command names one thing alone, and by channels of one thing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.base import (
    DELETE,
    GET,
    POST,
    Command,
    Conflict,
    Cursor,
    Done,
    Invalid,
    Limit,
    NotFound,
    Page,
    Time,
)
from fastshop.contract.roles import PermissionName, RoleName

# What can be granted, and the field that says on what. An operation with a second thing in it does not belong here.
GRANTABLE: Final[Mapping[str, str]] = {
    "catalog.edit_product": "product_id",
    "catalog.set_price": "variant_id",
    "catalog.set_stock": "variant_id",
    "inventory.show": "variant_id",
    "ledger.balance": "seller_id",
    "ledger.earnings": "seller_id",
    "orders.show": "order_id",
    "sellers.edit": "seller_id",
    "sellers.edit_settings": "seller_id",
    "sellers.show_settings": "seller_id",
}
WATCHABLE: Final = frozenset({"watch:earnings", "watch:order", "watch:product"})


class Grantable(Struct, frozen=True):
    """What can be granted. ``on`` names the id of what it is granted on: ``order_id``."""

    operation: str
    on: str


class Grant(Struct, frozen=True):
    """Something opened to a person or to everybody with a role. ``operation`` is its name, or a channel's scope."""

    id: UUID
    operation: str
    resource_id: UUID
    user_id: UUID | None
    role: str | None
    granted_at: Time


class ListGrants(Command[Page[Grant]], frozen=True, tag="acl.list"):
    """Grants, the newest first: of a person, of a role, on a thing, or all."""

    http: ClassVar = GET("/acl")
    user_id: UUID | None = None
    role: RoleName | None = None
    resource_id: UUID | None = None
    cursor: Cursor = ""
    limit: Limit = 50


class GrantAccess(Command[Grant], frozen=True, tag="acl.grant"):
    """Open an operation on a thing to a person or a role, on all their devices at once. Sent again it answers the same.

    Whether there is such a thing is not asked.
    """

    http: ClassVar = POST("/acl")
    grant_id: UUID
    operation: Annotated[PermissionName, Meta(description="e.g. `orders.show`, or `watch:order`")]
    resource_id: UUID
    user_id: UUID | None = None
    role: RoleName | None = None


class ListGrantable(Command[Page[Grantable]], frozen=True, tag="acl.list_grantable"):
    """What access lists are honoured by."""

    http: ClassVar = GET("/acl/grantable")


class RevokeAccess(Command[Done], frozen=True, tag="acl.revoke"):
    """Take a grant back, on all devices of those who had it at once."""

    http: ClassVar = DELETE("/acl/{grant_id}")
    grant_id: UUID


@dataclass(eq=False)
class GrantNotFound(NotFound):
    """There is no such grant."""

    code: ClassVar[str] = "acl.not_found"
    sentence: ClassVar[str] = "There is no such grant."


@dataclass(eq=False)
class GrantExists(Conflict):
    """They have this grant already, under another id."""

    code: ClassVar[str] = "acl.exists"
    sentence: ClassVar[str] = "This is granted already."


@dataclass(eq=False)
class NotGrantable(Invalid):
    """Access lists are not honoured there. ``possible`` are the operations that they are honoured by."""

    code: ClassVar[str] = "acl.not_grantable"
    sentence: ClassVar[str] = "This cannot be granted on one thing: {operation}."
    operation: str
    possible: tuple[str, ...]
    field: str = "operation"


@dataclass(eq=False)
class GranteeUnclear(Invalid):
    """A grant is to one person or to one role."""

    code: ClassVar[str] = "acl.grantee_unclear"
    sentence: ClassVar[str] = "Say either a person or a role."
    field: str = "user_id"


@dataclass(eq=False)
class TooManyGrants(Conflict):
    """Nobody has more grants than that: they are read with every sign-in."""

    code: ClassVar[str] = "acl.too_many"
    sentence: ClassVar[str] = "There are {most} grants at most for one person or role."
    most: int

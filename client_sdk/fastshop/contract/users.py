"""People as an admin sees them: found, edited, disabled, given roles."""

from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.accounts import Role
from fastshop.contract.base import (
    GET,
    POST,
    PUT,
    Command,
    Conflict,
    Cursor,
    Limit,
    Line,
    NotFound,
    Page,
    Time,
)
from fastshop.contract.restricting import Networks
from fastshop.contract.roles import RoleName

SessionLimit = Annotated[int, Meta(ge=1, le=100)]


class User(Struct, frozen=True):
    """A person. ``custom_roles`` are roles that an admin made. ``disabled_at``: they cannot sign in since then.

    ``ip_whitelist`` are the networks that their account may be used from, none if from anywhere.
    """

    id: UUID
    email: str
    name: str
    roles: tuple[Role, ...]
    custom_roles: tuple[str, ...]
    seller_id: UUID | None
    session_limit: int
    email_verified: bool
    two_factor: bool
    disabled_at: Time | None
    created_at: Time
    ip_whitelist: tuple[str, ...] = ()


class ListUsers(Command[Page[User]], frozen=True, tag="users.list"):
    """People, the newest first. ``query`` is how an address or a name begins; ``role`` is one that they have."""

    http: ClassVar = GET("/users")
    query: Annotated[str, Meta(max_length=200)] = ""
    role: Role | None = None
    disabled: bool | None = None
    cursor: Cursor = ""
    limit: Limit = 50


class PersonFound(Struct, frozen=True):
    """A person, as far as somebody needs to know to choose them."""

    id: UUID
    email: str
    name: str


class FindPeople(Command[Page[PersonFound]], frozen=True, tag="users.find"):
    """The first few people whose address or name begins so, of those who can sign in."""

    http: ClassVar = GET("/people")
    query: Annotated[str, Meta(min_length=2, max_length=200)]
    limit: Annotated[int, Meta(ge=1, le=10)] = 5


class ShowUser(Command[User], frozen=True, tag="users.show"):
    """One person."""

    http: ClassVar = GET("/users/{user_id}")
    user_id: UUID


class EditUser(Command[User], frozen=True, tag="users.edit"):
    """Change what a person is called, and on how many devices they may be signed in. The oldest beyond that end.

    ``ip_whitelist`` are the networks that their account may be used from; left out, those stay that they chose.
    """

    http: ClassVar = PUT("/users/{user_id}")
    user_id: UUID
    name: Line
    session_limit: SessionLimit
    ip_whitelist: Networks | None = None


class DisableUser(Command[User], frozen=True, tag="users.disable"):
    """Sign a person out everywhere, and let neither them nor their keys in again."""

    http: ClassVar = POST("/users/{user_id}/disable")
    user_id: UUID
    reason: Line


class EnableUser(Command[User], frozen=True, tag="users.enable"):
    """Let a disabled person sign in again. Their keys work again too."""

    http: ClassVar = POST("/users/{user_id}/enable")
    user_id: UUID


class SetRoles(Command[User], frozen=True, tag="users.set_roles"):
    """Give a person these roles and no others. What they have open connects anew, with the new rights."""

    http: ClassVar = PUT("/users/{user_id}/role")
    user_id: UUID
    roles: Annotated[tuple[Role, ...], Meta(max_length=5)]
    custom_roles: Annotated[tuple[RoleName, ...], Meta(max_length=20)] = ()


class ResetTwoFactor(Command[User], frozen=True, tag="users.reset_two_factor"):
    """Let a person who has lost both app and recovery codes sign in with the password alone. They are told by mail."""

    http: ClassVar = POST("/users/{user_id}/2fa/reset")
    user_id: UUID


@dataclass(eq=False)
class UserNotFound(NotFound):
    """There is no such person."""

    code: ClassVar[str] = "users.not_found"
    sentence: ClassVar[str] = "There is no such person."


@dataclass(eq=False)
class LastAdmin(Conflict):
    """Nobody would be left who may do everything."""

    code: ClassVar[str] = "users.last_admin"
    sentence: ClassVar[str] = "This is the last admin. Make somebody else one first."

"""Keys for programs: each acts for its owner, in what its scopes name, over HTTP and over the WebSocket.

A scope is ``<domain>:read``, ``<domain>:write`` or ``watch:<channel>``. Outside of its scopes a key counts as a guest.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.accounts import Password
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
    Line,
    NotFound,
    Page,
    Time,
)

Scope = Annotated[str, Meta(pattern=r"^[a-z_]+:[a-z_-]+$", max_length=60)]


class ApiKey(Struct, frozen=True):
    """A key. ``prefix`` is what it begins with, to tell it by. ``revoked_at``: it works no longer since then."""

    id: UUID
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_at: Time
    last_used_at: Time | None
    expires_at: Time | None
    revoked_at: Time | None


class NewApiKey(Struct, frozen=True):
    """A key and its secret: the bearer token, told this once."""

    key: ApiKey
    secret: str


class Scopes(Struct, frozen=True):
    """What a key may be used for at most."""

    scopes: tuple[str, ...]


class CreateApiKey(Command[NewApiKey], frozen=True, tag="api_keys.create"):
    """Make a key that acts for the caller. Sent again within ten minutes it has the same answer, later none."""

    http: ClassVar = POST("/api-keys")
    key_id: UUID
    name: Line
    scopes: Annotated[tuple[Scope, ...], Meta(min_length=1, max_length=100)]
    password: Password
    expires_at: Time | None = None


class ListApiKeys(Command[Page[ApiKey]], frozen=True, tag="api_keys.list"):
    """The caller's keys, the newest first, revoked ones too."""

    http: ClassVar = GET("/api-keys")
    cursor: Cursor = ""
    limit: Limit = 50


class RevokeApiKey(Command[Done], frozen=True, tag="api_keys.revoke"):
    """Let one of the caller's keys work no longer. Its sockets close at once. Revoking it again changes nothing."""

    http: ClassVar = DELETE("/api-keys/{key_id}")
    key_id: UUID


class ListScopes(Command[Scopes], frozen=True, tag="api_keys.list_scopes"):
    """What a key can be made for."""

    http: ClassVar = GET("/api-keys/scopes")


@dataclass(eq=False)
class ApiKeyNotFound(NotFound):
    """The caller has no such key."""

    code: ClassVar[str] = "api_keys.not_found"
    sentence: ClassVar[str] = "You have no such key."


@dataclass(eq=False)
class TooManyApiKeys(Conflict):
    """Somebody has at most so many keys that work."""

    code: ClassVar[str] = "api_keys.too_many"
    sentence: ClassVar[str] = "You have {most} keys already. Revoke one first."
    most: int


@dataclass(eq=False)
class UnknownScope(Invalid):
    """No key can be made for this."""

    code: ClassVar[str] = "api_keys.unknown_scope"
    sentence: ClassVar[str] = "There is no scope {scope}."
    scope: str
    field: str = "scopes"

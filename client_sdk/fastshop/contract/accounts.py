"""People: registering, signing in, who am I, and the devices one is signed in on."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.base import (
    DELETE,
    GET,
    POST,
    Channel,
    ChannelKind,
    Command,
    Conflict,
    Cursor,
    Done,
    Event,
    Invalid,
    Limit,
    Line,
    NotFound,
    Page,
    Time,
    Unauthenticated,
)
from fastshop.contract.rights import SellerRight

# Longer than any real password needs, short enough that hashing it costs nothing extra.
Password = Annotated[str, Meta(min_length=1, max_length=200)]
# RFC 5321 4.5.3.1.3 allows 254 octets for a path that can be delivered to.
Email = Annotated[str, Meta(min_length=3, max_length=254)]


class Role(StrEnum):
    """What somebody is in the marketplace. ``AGENT`` is a capability that comes on top of another role."""

    ADMIN = "admin"
    MANAGER = "manager"
    SELLER = "seller"
    CUSTOMER = "customer"
    AGENT = "agent"


class Me(Struct, frozen=True):
    """The person who asks. ``seller_id`` is the seller they act for, if any; ``seller_rights`` what they may do there.

    ``email_verified``: mail sent there has reached them. ``two_factor``: signing in takes a second step.
    ``ip_whitelist`` are the networks that the account may be used from, none if from anywhere.
    """

    id: UUID
    email: str
    name: str
    roles: tuple[Role, ...]
    seller_id: UUID | None
    created_at: Time
    email_verified: bool = False
    two_factor: bool = False
    seller_rights: tuple[SellerRight, ...] = ()
    ip_whitelist: tuple[str, ...] = ()


class Opened(Struct, frozen=True):
    """An operation, or a channel's scope, that an access list opens to the caller on one thing."""

    operation: str
    resource_id: UUID


class Permissions(Struct, frozen=True):
    """What the caller may do beyond what everybody signed in may.

    ``operations`` are those that their roles include, ``opened`` what access lists open to them besides.
    """

    operations: tuple[str, ...]
    opened: tuple[Opened, ...]


class SignedIn(Struct, frozen=True):
    """A new session. ``token`` is the bearer token, told this once; over HTTP it is set as a cookie as well."""

    me: Me
    session_id: UUID
    token: str
    expires_at: Time


class Session(Struct, frozen=True):
    """A device that is signed in. ``current`` marks the one that asks."""

    id: UUID
    device: str
    ip_address: str
    created_at: Time
    last_activity: Time
    current: bool


class SocketToken(Struct, frozen=True):
    """A token that opens a WebSocket and nothing else, for a minute."""

    token: str
    expires_at: Time


class SessionExtended(Struct, frozen=True):
    """Until when the session that asked lasts now, unless it is used again."""

    session_id: UUID
    expires_at: Time


class Register(Command[SignedIn], frozen=True, tag="accounts.register"):
    """Open a customer account and sign in. Sent again with the same id, e-mail and password it signs in again."""

    http: ClassVar = POST("/auth/register")
    user_id: UUID
    email: Email
    password: Password
    name: Line


class LogIn(Command[SignedIn], frozen=True, tag="accounts.log_in"):
    """Sign in with e-mail and password. At most three sessions stay open: a further one ends the oldest."""

    http: ClassVar = POST("/auth/login")
    email: Email
    password: Password
    device: Annotated[str, Meta(max_length=200, description="how the session is listed; the user agent if empty")] = ""


class LogOut(Command[Done], frozen=True, tag="accounts.log_out"):
    """End the session that asks. Its sockets close at once."""

    http: ClassVar = POST("/auth/logout")


class RefreshSession(Command[SessionExtended], frozen=True, tag="accounts.refresh"):
    """Let the session that asks last for thirty days from now. So does every other use; its token stays the same."""

    http: ClassVar = POST("/auth/refresh")


class WhoAmI(Command[Me], frozen=True, tag="accounts.who_am_i"):
    """The person who asks."""

    http: ClassVar = GET("/me")


class ShowPermissions(Command[Permissions], frozen=True, tag="accounts.permissions"):
    """What the caller may do: pages show what is for them. Which things of a kind they may touch is not told."""

    http: ClassVar = GET("/me/permissions")


class ListSessions(Command[Page[Session]], frozen=True, tag="accounts.list_sessions"):
    """The devices that the caller is signed in on, the most recently active first."""

    http: ClassVar = GET("/security/sessions")
    cursor: Cursor = ""
    limit: Limit = 50


class EndSession(Command[Done], frozen=True, tag="accounts.end_session"):
    """Sign one of the caller's devices out. Its sockets close at once. Ending it again changes nothing."""

    http: ClassVar = DELETE("/security/sessions/{session_id}")
    session_id: UUID


class EndOtherSessions(Command[Done], frozen=True, tag="accounts.end_other_sessions"):
    """Sign all of the caller's other devices out, also those that are about to sign in. API keys go on working."""

    http: ClassVar = DELETE("/security/sessions")


class IssueSocketToken(Command[SocketToken], frozen=True, tag="accounts.issue_socket_token"):
    """A short-lived token for the WebSocket of a page that cannot use its cookie there."""

    http: ClassVar = POST("/auth/ws-token")


class Registered(Event, frozen=True, tag="accounts.registered"):
    """Somebody opened an account. ``name`` is empty, for older programs: the log is kept for ever and names nobody."""

    user_id: UUID
    name: str = ""


class SessionStarted(Event, frozen=True, tag="accounts.session_started"):
    """A device signed in."""

    session_id: UUID
    device: str


class SessionEnded(Event, frozen=True, tag="accounts.session_ended"):
    """A device was signed out, by its owner, by the limit of sessions or by expiry."""

    session_id: UUID
    reason: str


ADMIN = Channel("admin", ChannelKind.LOG, "What concerns every admin.", Done, (Registered,))


@dataclass(eq=False)
class WrongCredentials(Unauthenticated):
    """No account has this e-mail with this password. Which of the two is wrong is not told."""

    code: ClassVar[str] = "accounts.wrong_credentials"
    sentence: ClassVar[str] = "E-mail or password is wrong."


@dataclass(eq=False)
class AccountDisabled(Unauthenticated):
    """The account was closed by an admin. Told only to who knows the password."""

    code: ClassVar[str] = "accounts.disabled"
    sentence: ClassVar[str] = "This account is disabled."


@dataclass(eq=False)
class EmailTaken(Conflict):
    """Somebody has an account with this e-mail."""

    code: ClassVar[str] = "accounts.email_taken"
    sentence: ClassVar[str] = "There is an account with this e-mail. Sign in instead."
    field: str = "email"


@dataclass(eq=False)
class EmailInvalid(Invalid):
    """Not an address that mail can be delivered to (RFC 5321, 5322)."""

    code: ClassVar[str] = "accounts.email_invalid"
    sentence: ClassVar[str] = "This is not an e-mail address."
    field: str = "email"


@dataclass(eq=False)
class PasswordWeak(Invalid):
    """Shorter than eight characters, or on the list of common ones (NIST SP 800-63B 5.1.1.2)."""

    code: ClassVar[str] = "accounts.password_weak"
    sentence: ClassVar[str] = "{reason}"
    reason: str
    field: str = "password"


@dataclass(eq=False)
class SessionNotFound(NotFound):
    """The caller has no such session."""

    code: ClassVar[str] = "accounts.session_not_found"
    sentence: ClassVar[str] = "You have no such session."

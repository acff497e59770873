"""What accounts need from outside."""

from collections.abc import Collection
from typing import NamedTuple, Protocol
from uuid import UUID


class Sockets(Protocol):
    """The live sockets, on every node."""

    async def end_sessions(self, session_ids: Collection[UUID], *, replaced: bool = False) -> None:
        """Close every socket of these sessions, now. ``replaced``: they gave way to newer ones."""
        ...

    async def renew_users(self, user_ids: Collection[UUID]) -> None:
        """Let every socket of these people connect anew: what they may do has changed."""
        ...


class Attempts(Protocol):
    """Counts tries, so that nobody has endless ones."""

    async def spend(self, what: str, allowed: int, seconds: int) -> int:
        """Use up one of the tries ``allowed`` in ``seconds``; 0 when there was one, else seconds until the next."""
        ...

    async def give_back(self, what: str) -> None:
        """Count a spent try as never made, because it was none: it succeeded."""
        ...


class SocketTokens(Protocol):
    """Tokens that open a socket for a session, for a short while."""

    async def issue(self, session_id: UUID, seconds: int) -> str:
        """A new token. Refused when none can be issued now: `Busy`."""
        ...

    async def session_of(self, token: str) -> UUID | None:
        """The session a token was issued for, while it is valid."""
        ...


class Identity(NamedTuple):
    """Who somebody is at an identity provider. ``subject`` is theirs for ever; the rest may change."""

    subject: str
    email: str
    email_verified: bool
    name: str


class IdentityProvider(Protocol):
    """Whoever knows people elsewhere, and lets them prove it."""

    @property
    def name(self) -> str:
        """What the shop calls it."""
        ...

    async def address(self, redirect: str, state: str, nonce: str, challenge: str) -> str:
        """Where the person signs in. Refused: `ProviderDown`."""
        ...

    async def identity(self, code: str, redirect: str, nonce: str, verifier: str) -> Identity:
        """Who has signed in there. Refused: `SocialFailed`, `ProviderDown`."""
        ...

"""Who asks, and what they must be to be answered."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from fastshop.contract.accounts import Role
from fastshop.contract.base import NotAllowed, ScopeMissing, SignInNeeded
from server.kernel.networks import is_within


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a signed-in person with one of their sessions, or a guest (``user_id`` is None).

    A program asks with its owner's key: ``session_id`` is the key's id then, and ``scopes`` what it may be used for.
    ``limits`` are those of the roles that count only where a scope or an operation is named with them.

    ``grants`` are operations, or channels' scopes, that are open to them on one thing each, whatever their roles.
    ``is_granted``: they count as an admin by such a grant alone, for this once.

    ``networks`` are those from which they may come, none if from anywhere.
    ``address`` is the network address the request came from, ``device`` what the browser or program calls itself.
    ``expires_at`` is when the session or the token ends by itself, where that is known.
    """

    user_id: UUID | None = None
    session_id: UUID | None = None
    roles: frozenset[Role] = frozenset()
    seller_id: UUID | None = None
    address: str = ""
    device: str = ""
    expires_at: datetime | None = None
    scopes: frozenset[str] | None = None
    limits: tuple[tuple[Role, frozenset[str]], ...] = ()
    grants: frozenset[tuple[str, UUID]] = frozenset()
    is_granted: bool = False
    networks: tuple[str, ...] = ()

    @property
    def person(self) -> UUID:
        """The signed-in person's id. Refused for a guest: `SignInNeeded`."""
        if self.user_id is None:
            raise SignInNeeded
        return self.user_id

    def at(self, address: str, device: str) -> "Caller":
        """The caller as they come from an address, with a device; a guest where their account is not to be used."""
        if self.networks and not is_within(address, self.networks):
            return Caller(address=address, device=device)
        return replace(self, address=address, device=device)

    def within(self, *names: str) -> "Caller":
        """The caller as they count in what goes by these names: a scope first, perhaps an operation.

        A key that was not made for it is a guest; a role that is not for it does not count.
        """
        if self.scopes is not None and self.scopes.isdisjoint(names):
            return Caller(address=self.address, device=self.device)
        if not self.limits:
            return self
        lost = {role for role, allowed in self.limits if allowed.isdisjoint(names)}
        if not lost:
            return self
        return replace(self, roles=self.roles - lost, seller_id=None if Role.SELLER in lost else self.seller_id)

    def granted(self, role: Role) -> "Caller":
        """The caller with a role that somebody has lent them for this once."""
        return self if role in self.roles else replace(self, roles=self.roles | {role}, is_granted=True)

    def is_any(self, *roles: Role) -> bool:
        """Whether the caller has at least one of these roles."""
        return not self.roles.isdisjoint(roles)


GUEST = Caller()


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may ask for an operation. What of it they may touch (their own cart, their own sale) the service decides."""

    name: str
    signed_in: bool = False
    roles: frozenset[Role] = frozenset()

    def admit(self, caller: Caller, *names: str) -> Caller:
        """The caller as they count in an operation. Refused: `SignInNeeded`, `ScopeMissing`, `NotAllowed`."""
        counted = caller.within(*names)
        if self.signed_in and counted.user_id is None and caller.user_id is not None:
            raise ScopeMissing(names[0])
        self.check(counted)
        return counted

    def check(self, caller: Caller) -> None:
        """Refuse the caller (`SignInNeeded`, `NotAllowed`) or return."""
        if not self.signed_in:
            return
        if caller.user_id is None:
            raise SignInNeeded
        if self.roles and self.roles.isdisjoint(caller.roles):
            raise NotAllowed


ANYONE = Permission("anyone")
SIGNED_IN = Permission("signed in", signed_in=True)


def any_of(*roles: Role) -> Permission:
    """Whoever has at least one of these roles."""
    return Permission(" or ".join(sorted(roles)), signed_in=True, roles=frozenset(roles))


# Turns a presented token into the caller it stands for; None when it is not valid (any more).
Authenticate = Callable[[str], Awaitable[Caller | None]]

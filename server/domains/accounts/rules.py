"""What somebody may do by the roles they have."""

from collections.abc import Iterable
from typing import NamedTuple

from fastshop.contract.accounts import Role


class Held(NamedTuple):
    """A role that somebody has. ``permissions`` None: all that its base may do."""

    base: Role
    permissions: frozenset[str] | None


class Rights(NamedTuple):
    """What all roles come to: as what somebody counts, and of which of these only in what is named."""

    roles: frozenset[Role]
    limits: tuple[tuple[Role, frozenset[str]], ...]


def rights(held: Iterable[Held]) -> Rights:
    """The sum of roles: what one of them includes, no other takes away."""
    named: dict[Role, frozenset[str] | None] = {}
    for role in held:
        before = named.get(role.base, frozenset())
        unlimited = before is None or role.permissions is None
        named[role.base] = None if unlimited else (before or frozenset()) | (role.permissions or frozenset())
    limits = tuple((role, allowed) for role, allowed in sorted(named.items()) if allowed is not None)
    return Rights(frozenset(named), limits)

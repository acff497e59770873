"""From a row to the caller that it stands for, whether a session or a key was presented."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from fastshop.contract.accounts import Role
from fastshop.contract.rights import SellerRight, right_scopes
from server.domains.accounts.rules import Held, rights
from server.kernel.caller import Caller

# Whom somebody works for who owns no seller. Whoever owns one is not among its staff, whatever a row says.
STAFFING = """
(
    SELECT json_build_array(seller_id, rights) FROM seller_staff
    WHERE user_id = users.id AND users.seller_id IS NULL
)::text AS staffing
"""
# What is read of the owner of a session or a key, whose own id is ``id``. Most people have no role with a row.
OWNER = f"""
users.id AS user_id, users.roles, users.seller_id, users.ip_whitelist, {STAFFING}, (
    SELECT json_agg(json_build_array(role.name, role.base, role.permissions)) FROM roles role
    WHERE role.name = any(users.roles || users.custom_roles || '{{seller}}')
)::text AS rows_of_roles, (
    SELECT json_agg(json_build_array(operation, resource_id)) FROM access_grants
    WHERE user_id = users.id OR role = any(users.roles || users.custom_roles)
)::text AS grants
"""  # noqa: S608 - constants


class Engagement(NamedTuple):
    """Whom somebody works for. ``limit`` None: they own it, and may do everything that sellers may."""

    seller_id: UUID | None
    rights: tuple[SellerRight, ...]
    limit: frozenset[str] | None


def engagement(row: Any) -> Engagement:
    """Whom the owner of a row works for, with its `STAFFING`."""
    if row["staffing"] is None:
        return Engagement(row["seller_id"], tuple(SellerRight) if row["seller_id"] else (), None)
    seller_id, named = msgspec.json.decode(row["staffing"], type=tuple[UUID, frozenset[str]])
    had = tuple(right for right in SellerRight if right in named)
    return Engagement(seller_id, had, right_scopes(had))


def caller_of(row: Any, *, expires_at: datetime | None, scopes: frozenset[str] | None = None) -> Caller:
    """The caller; ``scopes`` are those of a key."""
    engaged = engagement(row)
    roles, limits = rights(_held(row, engaged))
    # Beside what an admin lets sellers do: both must include what is asked.
    further = () if engaged.limit is None else ((Role.SELLER, engaged.limit),)
    return Caller(
        user_id=row["user_id"],
        session_id=row["id"],
        roles=roles,
        limits=(*limits, *further),
        seller_id=engaged.seller_id,
        expires_at=expires_at,
        scopes=scopes,
        grants=msgspec.json.decode(row["grants"] or "[]", type=frozenset[tuple[str, UUID]]),
        networks=tuple(row["ip_whitelist"]),
    )


def _held(row: Any, engaged: Engagement) -> Iterator[Held]:
    """The roles of a person, the built-in ones by name, unless they have a row that says what they include."""
    names = {*row["roles"], *((Role.SELLER,) if engaged.limit is not None else ())}
    rows = msgspec.json.decode(row["rows_of_roles"] or "[]")
    edited = {name for name, _, _ in rows}
    yield from (Held(Role(name), None) for name in names - edited)
    for name, base, permissions in rows:
        if name in names or name not in set(Role):
            yield Held(Role(base), None if permissions is None else frozenset(permissions))

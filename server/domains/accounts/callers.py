"""From a row to the caller that it stands for, whether a session or a key was presented."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from fastshop.contract.accounts import Role
from server.domains.accounts.rules import Held, rights
from server.kernel.caller import Caller

# What is read of the owner of a session or a key, whose own id is ``id``. Most people have no role with a row.
OWNER = """
users.id AS user_id, users.roles, users.seller_id, (
    SELECT json_agg(json_build_array(role.name, role.base, role.permissions)) FROM roles role
    WHERE role.name = any(users.roles || users.custom_roles)
)::text AS rows_of_roles
"""


def caller_of(row: Any, *, expires_at: datetime | None, scopes: frozenset[str] | None = None) -> Caller:
    """The caller; ``scopes`` are those of a key."""
    roles, limits = rights(_held(row))
    return Caller(
        user_id=row["user_id"],
        session_id=row["id"],
        roles=roles,
        limits=limits,
        seller_id=row["seller_id"],
        expires_at=expires_at,
        scopes=scopes,
    )


def _held(row: Any) -> Iterator[Held]:
    """The roles of a person, the built-in ones by name, unless they have a row that says what they include."""
    rows = msgspec.json.decode(row["rows_of_roles"] or "[]")
    yield from (Held(Role(name), None) for name in row["roles"] if all(name != known for known, _, _ in rows))
    for _, base, permissions in rows:
        yield Held(Role(base), None if permissions is None else frozenset(permissions))

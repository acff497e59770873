"""From a row to the caller that it stands for, whether a session or a key was presented."""

from datetime import datetime
from typing import Any

from fastshop.contract.accounts import Role
from server.kernel.caller import Caller

# What is read of the owner of a session or a key, whose own id is ``id``.
OWNER = "users.id AS user_id, users.roles, users.seller_id"


def caller_of(row: Any, *, expires_at: datetime | None, scopes: frozenset[str] | None = None) -> Caller:
    """The caller; ``scopes`` are those of a key."""
    return Caller(
        user_id=row["user_id"],
        session_id=row["id"],
        roles=frozenset(Role(role) for role in row["roles"]),
        seller_id=row["seller_id"],
        expires_at=expires_at,
        scopes=scopes,
    )

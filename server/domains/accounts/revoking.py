"""Letting keys work no longer, where more than the keys is at stake."""

from datetime import datetime
from uuid import UUID

from server.kernel.database import Transaction

_REVOKE_ALL = "UPDATE api_keys SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL RETURNING id"


async def revoke_keys(transaction: Transaction, user_id: UUID, now: datetime) -> list[UUID]:
    """Let none of somebody's keys work any more. Answers which; tell of them after the commit."""
    return [row["id"] for row in await transaction.connection.fetch(_REVOKE_ALL, user_id, now)]

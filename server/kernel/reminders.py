"""An actor's reminder is a row, written in the transaction of the change that asks for it, so a crash forgets none."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg


def setting(first: int, when: str) -> str:
    """The statement that has an actor woken: kind, id and moment are its parameters from ``$first`` on.

    Nothing is set unless the relation ``when`` has rows and there is a moment.
    """
    return f"""
INSERT INTO actor_reminders (kind, actor_id, name, due_at)
SELECT ${first}, ${first + 1}, 'wake', ${first + 2}::timestamptz
WHERE EXISTS (SELECT FROM {when}) AND ${first + 2} IS NOT NULL
ON CONFLICT (kind, actor_id, name) DO UPDATE SET due_at = excluded.due_at
"""  # noqa: S608 - numbers and names of our own


def clearing(first: int, when: str) -> str:
    """The statement that, where `setting` was given no moment, has the actor not woken any more."""
    return f"""
DELETE FROM actor_reminders WHERE kind = ${first} AND actor_id = ${first + 1}
    AND EXISTS (SELECT FROM {when}) AND ${first + 2}::timestamptz IS NULL
"""  # noqa: S608 - numbers and names of our own


_SET = setting(1, "(SELECT) always")


async def set_reminder(
    connection: "asyncpg.Connection[Any]", kind: str, actor_id: UUID, due_at: datetime | None
) -> None:
    """Have the actor woken at ``due_at``, instead of when it was to be woken before; None: not at all."""
    if due_at is None:
        await connection.execute("DELETE FROM actor_reminders WHERE kind = $1 AND actor_id = $2", kind, actor_id)
    else:
        await connection.execute(_SET, kind, actor_id, due_at)


async def reminder(connection: "asyncpg.Connection[Any]", kind: str, actor_id: UUID) -> datetime | None:
    """When the actor is to be woken."""
    due_at: datetime | None = await connection.fetchval(
        "SELECT due_at FROM actor_reminders WHERE kind = $1 AND actor_id = $2", kind, actor_id
    )
    return due_at

"""A crowd of buyers with accounts and sessions of their own, written straight into the database of a running shop."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg

from fastshop import new_id
from server.embedded import find_running

_USERS = """
INSERT INTO users (id, email, name, password_hash, roles, created_at)
SELECT id, id || '@crowd.test', 'Buyer', '!', ARRAY['customer'], $2 FROM unnest($1::uuid[]) AS crowd (id)
"""
_SESSIONS = """
INSERT INTO active_sessions (id, user_id, token, ip_address, device, created_at, last_activity, expires_at)
SELECT gen_random_uuid(), id, token, '127.0.0.1', 'crowd', $3, $3, $4
FROM unnest($1::uuid[], $2::text[]) AS crowd (id, token)
"""


@dataclass(frozen=True)
class Buyer:
    """Somebody with an account, signed in."""

    id: UUID
    token: str


async def database_of(data: Path) -> "asyncpg.Connection[asyncpg.Record]":
    """A connection to the database of the shop that runs on this folder."""
    running = find_running(data)
    assert running is not None, "no shop runs there"
    return await asyncpg.connect(running.database_url)


async def gather_crowd(data: Path, count: int) -> list[Buyer]:
    """So many new buyers."""
    buyers = [Buyer(new_id(), f"crowd-{new_id()}") for _ in range(count)]
    now = datetime.now(UTC)
    connection = await database_of(data)
    try:
        ids = [buyer.id for buyer in buyers]
        tokens = [hashlib.sha256(buyer.token.encode()).hexdigest() for buyer in buyers]
        await connection.execute(_USERS, ids, now)
        await connection.execute(_SESSIONS, ids, tokens, now, now + timedelta(days=1))
    finally:
        await connection.close()
    return buyers

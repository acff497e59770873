"""The audit log: written in the transaction of what it tells of, never changed, each entry holding the last one's hash.

Entries name people by their id alone: erasing a person leaves the chain whole.
"""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from server.kernel.caller import Caller
from server.kernel.database import Transaction

# Entries are written one after another: whoever writes holds this until the commit. Any number nobody else uses.
_LOCK = 7_273_118_221
_START = b"\0" * 32

_LAST = "SELECT number, hash FROM audit_logs ORDER BY number DESC LIMIT 1"
_WRITE = """
INSERT INTO audit_logs (number, at, actor_id, session_id, action, subject, facts, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


async def note(
    transaction: Transaction, now: datetime, caller: Caller, action: str, subject: str, **facts: Any
) -> None:
    """Write down that the caller did something. ``facts`` are plain JSON, and hold no personal data."""
    connection = transaction.connection
    await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
    last = await connection.fetchrow(_LAST)
    number, before = (last["number"] + 1, last["hash"]) if last is not None else (1, _START)
    text = msgspec.json.encode(facts, order="sorted").decode()
    row = (number, now, caller.user_id, caller.session_id, action, subject, text)
    await connection.execute(_WRITE, *row, link(before, *row))


async def note_foreign(
    transaction: Transaction, now: datetime, caller: Caller, seller_id: UUID, action: str, subject: str
) -> None:
    """Write down what was done to what is another shop's. What a shop's own people do there is their own affair."""
    if seller_id != caller.seller_id:
        await note(transaction, now, caller, action, subject, seller_id=seller_id)


def link(
    before: bytes,
    number: int,
    at: datetime,
    actor_id: UUID | None,
    session_id: UUID | None,
    action: str,
    subject: str,
    facts: str,
) -> bytes:
    """The hash of an entry after one with the hash ``before``."""
    told = msgspec.json.encode((number, at, actor_id, session_id, action, subject, facts))
    return hashlib.sha256(before + told).digest()


def start() -> bytes:
    """The hash that stands before the first entry."""
    return _START

"""The log: every event of every channel, with its place. It is the truth behind the streams (promise P5).

A channel's seq comes from its row in ``channel_heads``, whose lock is held until the commit: seqs have no gaps and
their order is the order of commits, so a reader that has seen n has seen everything up to n.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import asyncpg

# seq of the i-th of a channel's n new events: its head after them, minus those that follow.
_APPEND = """
WITH head AS (
    INSERT INTO channel_heads (channel, seq)
    SELECT * FROM unnest($1::text[], $2::bigint[])
    ON CONFLICT (channel) DO UPDATE SET seq = channel_heads.seq + excluded.seq
    RETURNING channel, seq
), queued AS (
    INSERT INTO outbox (type, data) SELECT * FROM unnest($8::text[], $9::jsonb[])
)
INSERT INTO event_log (channel, seq, type, data, at)
SELECT event.channel, head.seq - event.following, event.type, event.data, event.at
FROM unnest($3::text[], $4::bigint[], $5::text[], $6::jsonb[], $7::timestamptz[])
     AS event (channel, following, type, data, at)
JOIN head USING (channel)
RETURNING channel, seq
"""

_AFTER = """
SELECT seq, data::text AS data FROM event_log WHERE channel = $1 AND seq > $2 ORDER BY seq LIMIT $3
"""

_BEFORE = """
SELECT seq, data::text AS data FROM event_log WHERE channel = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3
"""

Entry = tuple[str, str, bytes, datetime]


class Publication(NamedTuple):
    """What watchers of a channel are sent: one event, encoded once. ``seq`` is 0 in channels that keep no log."""

    channel: str
    seq: int
    data: bytes


async def append(
    connection: "asyncpg.Connection[Any]", entries: Sequence[Entry], consumed: frozenset[str]
) -> list[Publication]:
    """Write entries (channel, type, data, at) in their order; types in ``consumed`` go to the outbox too, once each."""
    counts = Counter(entry[0] for entry in entries)
    # Locks are taken in the order of names, so two transactions never wait for each other in a circle.
    heads = sorted(counts)
    texts = [entry[2].decode() for entry in entries]
    # An event told to several channels is one object, so identity tells it from an equal twin.
    queued = {
        id(entry[2]): (entry[1], text) for entry, text in zip(entries, texts, strict=True) if entry[1] in consumed
    }
    remaining = counts.copy()
    following = []
    for channel, *_ in entries:
        remaining[channel] -= 1
        following.append(remaining[channel])
    rows = await connection.fetch(
        _APPEND,
        heads,
        [counts[channel] for channel in heads],
        [entry[0] for entry in entries],
        following,
        [entry[1] for entry in entries],
        texts,
        [entry[3] for entry in entries],
        [kind for kind, _ in queued.values()],
        [text for _, text in queued.values()],
    )
    seqs = {row["channel"]: row["seq"] for row in sorted(rows, key=lambda row: row["seq"])}
    return [
        Publication(entry[0], seqs[entry[0]] - after, entry[2]) for entry, after in zip(entries, following, strict=True)
    ]


async def head(connection: "asyncpg.Connection[Any]", channel: str) -> int:
    """The seq of the channel's last event, 0 when nothing happened yet."""
    return await connection.fetchval("SELECT seq FROM channel_heads WHERE channel = $1", channel) or 0


async def after(connection: "asyncpg.Connection[Any]", channel: str, seq: int, limit: int) -> list[Publication]:
    """The channel's events after ``seq``, in order, at most ``limit``."""
    rows = await connection.fetch(_AFTER, channel, seq, limit)
    return [Publication(channel, row["seq"], row["data"].encode()) for row in rows]


async def before(connection: "asyncpg.Connection[Any]", channel: str, seq: int, limit: int) -> list[Publication]:
    """The channel's events before ``seq``, the newest first, at most ``limit``."""
    rows = await connection.fetch(_BEFORE, channel, seq, limit)
    return [Publication(channel, row["seq"], row["data"].encode()) for row in rows]


async def epoch(connection: "asyncpg.Connection[Any]") -> str:
    """The name of this history. Offsets of another history mean nothing here."""
    return str(await connection.fetchval("SELECT epoch FROM log_epoch"))

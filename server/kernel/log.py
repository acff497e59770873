"""The log: every event of every channel, with its place. It is the truth behind the streams (promise P5).

A channel's seq comes from its row in ``channel_heads``, whose lock is held until the commit: seqs have no gaps and
their order is the order of commits, so a reader that has seen n has seen everything up to n.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import asyncpg
import msgspec

from fastshop.contract.base import Event

_AFTER = """
SELECT seq, data::text AS data FROM event_log WHERE channel = $1 AND seq > $2 ORDER BY seq LIMIT $3
"""

_BEFORE = """
SELECT seq, data::text AS data FROM event_log WHERE channel = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3
"""

_encode = msgspec.json.Encoder().encode


class Publication(NamedTuple):
    """What watchers of a channel are sent: one event, encoded once. ``seq`` is 0 in channels that keep no log."""

    channel: str
    seq: int
    data: bytes


class Told:
    """What a change tells: events to the watchers of log channels, states to those of state channels."""

    __slots__ = ("_counts", "_entries", "_events", "_states")

    def __init__(self) -> None:
        self._events: list[tuple[Event, bytes]] = []
        # For each channel that an event is told to: the channel, the event's place above, which of the channel's it is.
        self._entries: list[tuple[str, int, int]] = []
        self._counts: dict[str, int] = {}
        self._states: dict[str, bytes] = {}

    def emit(self, event: Event, *channels: str) -> None:
        """Tell the watchers of these log channels. The event is encoded once, however many there are."""
        number, counts = len(self._events), self._counts
        self._events.append((event, _encode(event)))
        for channel in channels:
            nth = counts[channel] = counts.get(channel, 0) + 1
            self._entries.append((channel, number, nth))

    def show(self, channel: str, state: Event) -> None:
        """Let the watchers of a state channel see what it is now; the last one counts."""
        self._states[channel] = _encode(state)

    @property
    def logs(self) -> bool:
        """Whether there is anything for the log."""
        return bool(self._entries)

    def columns(self, consumed: frozenset[str]) -> tuple[Sequence[Any], ...]:
        """What `appending` takes. Events of the types in ``consumed`` go to the outbox too, once each."""
        # Locks are taken in the order of names, so two transactions never wait for each other in a circle.
        heads = sorted(self._counts)
        counts, entries = self._counts, self._entries
        types = [event.tag() for event, _ in self._events]
        return (
            heads,
            [counts[channel] for channel in heads],
            [channel for channel, _, _ in entries],
            [number for _, number, _ in entries],
            [counts[channel] - nth for channel, _, nth in entries],
            types,
            [data.decode() for _, data in self._events],
            [event.time for event, _ in self._events],
            [kind in consumed for kind in types],
        )

    def publications(self, heads: Sequence[int]) -> list[Publication]:
        """What the watchers are sent, once it is written. ``heads`` are the channels' last seqs, by name."""
        before = {
            channel: head - self._counts[channel] for channel, head in zip(sorted(self._counts), heads, strict=True)
        }
        events = self._events
        logged = [
            Publication(channel, before[channel] + nth, events[number][1]) for channel, number, nth in self._entries
        ]
        return [*logged, *(Publication(channel, 0, data) for channel, data in self._states.items())]

    def any_of(self, types: frozenset[str]) -> bool:
        """Whether an event of one of these types is told."""
        return any(event.tag() in types for event, _ in self._events)


def appending(first: int, when: str) -> str:
    """The part of a statement's WITH that writes to the log: then ``heads`` has the channels' last seqs, by name.

    `Told.columns` are its parameters from ``$first`` on; nothing is written unless the relation ``when`` has rows.
    """
    at = [f"${first + number}" for number in range(9)]
    return f"""
head AS (
    INSERT INTO channel_heads (channel, seq)
    SELECT * FROM unnest({at[0]}::text[], {at[1]}::bigint[]) WHERE EXISTS (SELECT FROM {when})
    ON CONFLICT (channel) DO UPDATE SET seq = channel_heads.seq + excluded.seq
    RETURNING channel, seq
), told AS MATERIALIZED (
    SELECT number - 1 AS number, type, data, at, wanted
    FROM unnest({at[5]}::text[], {at[6]}::jsonb[], {at[7]}::timestamptz[], {at[8]}::boolean[])
         WITH ORDINALITY AS event (type, data, at, wanted, number)
    WHERE EXISTS (SELECT FROM {when})
), queued AS (
    INSERT INTO outbox (type, data) SELECT type, data FROM told WHERE wanted ORDER BY number
), logged AS (
    INSERT INTO event_log (channel, seq, type, data, at)
    SELECT channel, head.seq - entry.following, told.type, told.data, told.at
    FROM unnest({at[2]}::text[], {at[3]}::bigint[], {at[4]}::bigint[]) AS entry (channel, number, following)
    JOIN head USING (channel) JOIN told USING (number)
), heads AS (
    SELECT array_agg(seq ORDER BY channel COLLATE "C") AS seqs FROM head
)
"""  # noqa: S608 - numbers and names of our own


_APPEND = f"""
WITH always AS (SELECT), {appending(1, "always")}
SELECT seqs FROM heads
"""  # noqa: S608 - constants


async def append(connection: "asyncpg.Connection[Any]", told: Told, consumed: frozenset[str]) -> list[Publication]:
    """Write what is told, in its order, in the transaction that is under way. Returns what to announce after it."""
    seqs = await connection.fetchval(_APPEND, *told.columns(consumed)) if told.logs else ()
    return told.publications(seqs)


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

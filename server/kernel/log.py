"""The log: every event of every channel, with its place. It is the truth behind the streams (promise P5).

A channel's seq comes from its row in ``channel_heads``, whose lock is held until the commit: seqs have no gaps and
their order is the order of commits, so a reader that has seen n has seen everything up to n.
"""

from collections.abc import Sequence
from typing import Any

import asyncpg
import msgspec
from msgspec import Struct

from fastshop.contract.base import Event

_AFTER = """
SELECT seq, data::text AS data FROM event_log WHERE channel = $1 AND seq > $2 ORDER BY seq LIMIT $3
"""

_BEFORE = """
SELECT seq, data::text AS data FROM event_log WHERE channel = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3
"""

_encode = msgspec.json.Encoder().encode


class Publication(Struct, frozen=True, array_like=True, gc=False):
    """What watchers of a channel are sent: one event, encoded once. ``seq`` is 0 in channels that keep no log."""

    channel: str
    seq: int
    data: bytes


class Told:
    """What a change tells: events to the watchers of log channels, states to those of state channels."""

    __slots__ = ("_counts", "_events", "_states")

    def __init__(self) -> None:
        # Each event, its encoding, and for each channel that it is told to which of the channel's events it is.
        self._events: list[tuple[Event, bytes, list[tuple[str, int]]]] = []
        self._counts: dict[str, int] = {}
        self._states: dict[str, bytes] = {}

    def emit(self, event: Event, *channels: str) -> None:
        """Tell the watchers of these log channels. The event is encoded once, however many there are.

        Without a channel nobody is told: it is for the jobs that wait for it.
        """
        counts = self._counts
        places = []
        for channel in channels:
            nth = counts[channel] = counts.get(channel, 0) + 1
            places.append((channel, nth))
        self._events.append((event, _encode(event), places))

    def show(self, channel: str, state: Event) -> None:
        """Let the watchers of a state channel see what it is now; the last one counts."""
        self._states[channel] = _encode(state)

    @property
    def writes(self) -> bool:
        """Whether there is anything for the log or the outbox."""
        return bool(self._events)

    def columns(self, consumed: frozenset[str]) -> tuple[str, str]:
        """What `appending` takes, as JSON: each is one value to the driver, which is slow with long arrays.

        Events of the types in ``consumed`` go to the outbox too, once each.
        """
        counts, wanted = self._counts, self._of_types(consumed)
        entries = [
            b"[[%b],%b,%b]"
            % (
                b",".join([b"[%b,%d]" % (_encode(channel), counts[channel] - nth) for channel, nth in places]),
                data,
                b"true" if type(event) in wanted else b"false",
            )
            for event, data, places in self._events
        ]
        heads = [b"[%b,%d]" % (_encode(channel), counts[channel]) for channel in self._heads()]
        return f"[{b','.join(entries).decode()}]", f"[{b','.join(heads).decode()}]"

    def publications(self, seqs: Sequence[int]) -> list[Publication]:
        """What the watchers are sent, once it is written. ``seqs`` are the channels' last ones, by name."""
        counts = self._counts
        before = {channel: seq - counts[channel] for channel, seq in zip(self._heads(), seqs, strict=True)}
        logged = [
            Publication(channel, before[channel] + nth, data)
            for _, data, places in self._events
            for channel, nth in places
        ]
        return [*logged, *(Publication(channel, 0, data) for channel, data in self._states.items())]

    def any_of(self, types: frozenset[str]) -> bool:
        """Whether an event of one of these types is told."""
        return bool(self._of_types(types))

    def _of_types(self, types: frozenset[str]) -> set[type[Event]]:
        """The classes of the events told whose types are among these."""
        return {kind for kind in {type(event) for event, _, _ in self._events} if kind.tag() in types}

    def _heads(self) -> list[str]:
        # Locks are taken in the order of names, so two transactions never wait for each other in a circle.
        return sorted(self._counts)


def appending(first: int, when: str) -> str:
    """The part of a statement's WITH that writes to the log; then ``heads`` has the channels' last seqs, by name.

    `Told.columns` are its parameters from ``$first`` on. Nothing is written unless the relation ``when`` has rows.
    ``told`` are the events: ``number`` from 1, ``data``.
    """
    return f"""
told AS MATERIALIZED (
    SELECT number, entry->0 AS channels, entry->1 AS data, entry->1->>'type' AS type,
        (entry->1->>'time')::timestamptz AS at, (entry->2)::boolean AS wanted
    FROM jsonb_array_elements(${first}::jsonb) WITH ORDINALITY AS event (entry, number)
    WHERE EXISTS (SELECT FROM {when})
), head AS (
    INSERT INTO channel_heads (channel, seq)
    SELECT entry->>0, (entry->1)::bigint FROM jsonb_array_elements(${first + 1}::jsonb) AS entry
    WHERE EXISTS (SELECT FROM {when})
    ON CONFLICT (channel) DO UPDATE SET seq = channel_heads.seq + excluded.seq
    RETURNING channel, seq
), queued AS (
    INSERT INTO outbox (type, data) SELECT type, data FROM told WHERE wanted ORDER BY number
), logged AS (
    INSERT INTO event_log (channel, seq, type, data, at)
    SELECT head.channel, head.seq - (place->1)::bigint, told.type, told.data, told.at
    FROM told, jsonb_array_elements(told.channels) AS place JOIN head ON head.channel = place->>0
), heads AS (
    SELECT coalesce(array_agg(seq ORDER BY channel COLLATE "C"), '{{}}') AS seqs FROM head
)
"""  # noqa: S608 - numbers and names of our own


_APPEND = f"""
WITH always AS (SELECT), {appending(1, "always")}
SELECT seqs FROM heads
"""  # noqa: S608 - constants


async def append(connection: "asyncpg.Connection[Any]", told: Told, consumed: frozenset[str]) -> Sequence[int]:
    """Write what is told, in its order, in the transaction that is under way. Returns the channels' last seqs."""
    return await connection.fetchval(_APPEND, *told.columns(consumed)) if told.writes else ()


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

"""Leases: a row for each actor, and one for each node that all its leases live by.

A node says every second that it lives, by one statement for any number of actors. Time is the database's, so the
clocks of machines need not agree; by its own clock a node only judges whether it is late itself.
"""

import asyncio
from uuid import UUID

from server.kernel.database import Database

# A statement that takes longer, in seconds, has failed.
_PATIENCE = 2.0

_RENEW = """
WITH swept AS (DELETE FROM nodes WHERE expires_at < clock_timestamp() - interval '1 minute' AND id <> $1)
UPDATE nodes SET expires_at = clock_timestamp() + $2 * interval '1 second'
WHERE id = $1 AND expires_at > clock_timestamp() RETURNING id
"""
_ENTER = """
WITH lost AS (DELETE FROM actor_leases WHERE node_id = $1)
INSERT INTO nodes (id, name, expires_at) VALUES ($1, $3, clock_timestamp() + $2 * interval '1 second')
ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at
"""
_LEAVE = "DELETE FROM nodes WHERE id = $1"

# A node without a row has no leases either: they go with it. ``former`` is whose it was when the statement began; when
# that one is dead and the lease was not taken, another has just taken it: then there is no owner to tell. One that
# lives may give it back in that very moment: then it is taken, but not over.
_TAKE = """
WITH former AS (
    SELECT node_id, expires_at > clock_timestamp() AS lives FROM actor_leases JOIN nodes ON nodes.id = node_id
    WHERE kind = $1 AND actor_id = $2
),
taken AS (
    INSERT INTO actor_leases AS lease (kind, actor_id, node_id) VALUES ($1, $2, $3)
    ON CONFLICT (kind, actor_id) DO UPDATE SET node_id = excluded.node_id
    WHERE EXISTS (SELECT FROM nodes WHERE id = lease.node_id AND expires_at <= clock_timestamp())
    RETURNING node_id
)
SELECT NOT former.lives AND former.node_id <> $3 AS of_the_dead,
    coalesce(taken.node_id, CASE WHEN former.lives THEN former.node_id END) AS owner
FROM (SELECT) always LEFT JOIN former ON true LEFT JOIN taken ON true
"""
_GIVE_BACK = "DELETE FROM actor_leases WHERE kind = $1 AND actor_id = $2 AND node_id = $3"


class Leases:
    """The leases of one node, which is dead for the others when it says nothing for ``lifetime`` seconds.

    ``name`` is for people who look at the table. Whatever goes wrong with the database is raised.
    """

    def __init__(self, database: Database, node: str, name: str, lifetime: float) -> None:
        self._database = database
        self._node = node
        self._name = name
        self._lifetime = lifetime
        self._ticks = asyncio.get_running_loop().time
        self._until = 0.0
        # How many were taken over from dead nodes.
        self.taken_over = 0

    @property
    def valid(self) -> bool:
        """Whether this node's leases hold, by its own clock: it was late, or it was stopped, when they do not."""
        return self._ticks() < self._until

    async def renew(self) -> bool:
        """Say that this node lives. False when it was dead for the others: then it has no leases any more."""
        began = self._ticks()
        async with asyncio.timeout(_PATIENCE):
            kept = await self._database.fetch_one(_RENEW, self._node, self._lifetime) is not None
            if not kept:
                await self._database.fetch(_ENTER, self._node, self._lifetime, self._name)
        self._until = began + self._lifetime
        return kept

    async def leave(self) -> None:
        """Give all of them back at once."""
        self._until = 0.0
        async with asyncio.timeout(_PATIENCE):
            await self._database.fetch(_LEAVE, self._node)

    async def take(self, kind: str, actor_id: UUID) -> str:
        """Take an actor's lease where no node that lives has it. Answers who has it now; raises `NotInTime`."""
        if not self.valid:
            raise NotInTime
        async with asyncio.timeout(_PATIENCE):
            while True:
                row = await self._database.fetch_one(_TAKE, kind, actor_id, self._node)
                assert row is not None
                if row["owner"] is not None:
                    break  # otherwise somebody took it this very moment
        if row["owner"] == self._node and row["of_the_dead"]:
            self.taken_over += 1
        return str(row["owner"])

    async def give_back(self, kind: str, actor_id: UUID) -> None:
        """Give an actor's lease back, if this node has it."""
        async with asyncio.timeout(_PATIENCE):
            await self._database.fetch(_GIVE_BACK, kind, actor_id, self._node)


class NotInTime(Exception):
    """This node could not say in time that it lives."""

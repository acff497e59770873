"""Who owns the sale, over simulated topics of Valkey: leases, couriers, parcels and receipts are the shop's own.

The nodes of a schedule live by leases, or each owns the sale whenever it is asked, as when nobody can find out.
"""

import asyncio
from collections.abc import Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

from actors.flash_sale import KIND, messages
from fastshop.contract.base import Refusal
from server.adapters.placement.nodes import Nodes
from server.adapters.placement.parcels import Parcel, Receipt
from server.adapters.placement.post import Post
from server.kernel.database import Database
from server.kernel.pubsub import Listener
from server.simulation.loop import Life, Process
from server.simulation.network import Network

# Eight times as long as in a shop: saying that one lives costs a simulation as much as a claim. Nodes stand still for
# less than that, and for more.
_LIFETIME = 24.0


class Topics:
    """Valkey's topics: who hears at each."""

    def __init__(self, network: Network, refusals: Mapping[str, type[Refusal]]) -> None:
        self.network = network
        self.posts: dict[str, SimulatedPost] = {}
        self._refusals = refusals

    def place(self, database: Database, process: Process) -> Nodes:
        """A process among the others."""
        return Nodes(database, "", {KIND: messages}, self._refusals, _LIFETIME, partial(SimulatedPost, self, process))


class SimulatedPost(Post):
    """A process's post. What is told may be late, lost or doubled on its way."""

    def __init__(self, topics: Topics, process: Process, _url: str, *rest: Any) -> None:
        super().__init__("redis://simulated", *rest)
        self.process = process
        self._topics = topics
        self._listener = cast("Listener", SimpleNamespace(hears=True))

    async def start(self) -> None:
        """See `Post`."""
        self._topics.posts[self._node] = self

    async def stop(self) -> None:
        """See `Post`."""
        del self._topics.posts[self._node]
        if self._working:
            await asyncio.wait(self._working)

    def hear(self, data: bytes) -> None:
        """Something is said at this topic."""
        self._loop.call_soon(self._take, data, context=self.process.context)

    async def _publish(self, node: str, sent: Parcel | Receipt) -> bool:
        data, network = self._codec.encode(sent), self._topics.network
        await asyncio.sleep(network.delay())
        there = self._topics.posts.get(node)
        if there is None or there.process.life is Life.GONE:
            return False
        network.carry(f"a letter for {there.process.name}", there.hear, data)
        return True

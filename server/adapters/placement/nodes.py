"""The placement of actors over the nodes of a shop: the `actors.runtime.ports.Placement` of a server process."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

import structlog

from actors.runtime.directory import Actors
from actors.runtime.ports import Elsewhere, Message
from fastshop.contract.base import Refusal
from server.adapters.placement.leases import Leases
from server.adapters.placement.parcels import Codec
from server.adapters.placement.post import Deliver, Post
from server.kernel.database import Database

logger = structlog.get_logger()

# A node that says nothing for so long, in seconds, is dead for the others: a crash is taken over within this time. It
# says so three times as often. An owner may take as long to answer: when it has not, its lease has run out or it lives.
LIFETIME = 3.0


class Nodes:
    """This node among the others. Made in the running loop; `start` with its actors, `stop` after them."""

    def __init__(
        self,
        database: Database,
        valkey_url: str,
        modules: Mapping[str, ModuleType],
        refusals: Mapping[str, type[Refusal]],
        lifetime: float = LIFETIME,
        make_post: Callable[[str, str, Codec, Deliver, float], Post] = Post,
    ) -> None:
        self.id = uuid4().hex
        self.leases = Leases(database, self.id, f"{socket.gethostname()}:{os.getpid()}", lifetime)
        self.post = make_post(valkey_url, self.id, Codec(modules, refusals), self._deliver, lifetime)
        self._every = lifetime / 3
        self._actors: Actors | None = None
        self._living: asyncio.Task[None] | None = None
        self._leaving: dict[tuple[str, UUID], asyncio.Task[None]] = {}

    async def start(self, actors: Actors) -> None:
        """Be one of the nodes: own actors, and decide what others send to them."""
        self._actors = actors
        await self._say_it_lives()
        await self.post.start()
        self._living = asyncio.create_task(self._live(actors), name=f"node {self.id}")

    async def stop(self) -> None:
        """Give all leases back at once, and leave. The actors have stopped before."""
        if self._living is not None:
            self._living.cancel()
            await asyncio.wait([self._living])
        try:
            await self.leases.leave()
        except Exception as error:  # then they run out
            logger.warning("leases are not given back", error=repr(error))
        await self.post.stop()

    async def locate(self, kind: str, actor_id: UUID) -> str | None:
        """See `actors.runtime.ports.Placement`."""
        leaving = self._leaving.get((kind, actor_id))
        if leaving is not None:
            await asyncio.wait([leaving])
        owner = await self.leases.take(kind, actor_id)
        return None if owner == self.id else owner

    def give_back(self, kind: str, actor_id: UUID) -> Awaitable[None]:
        """See `actors.runtime.ports.Placement`."""
        address = (kind, actor_id)
        if address not in self._leaving:
            self._leaving[address] = task = asyncio.create_task(self._give_back(kind, actor_id))
            task.add_done_callback(lambda _: self._leaving.pop(address))
        return self._leaving[address]

    async def carry(self, node: str, kind: str, actor_id: UUID, messages: Sequence[Message[Any]]) -> Sequence[Any]:
        """See `actors.runtime.ports.Placement`."""
        return await self.post.send(node, kind, actor_id, messages)

    async def _deliver(self, kind: str, actor_id: UUID, messages: Sequence[Message[Any]]) -> Sequence[Any]:
        """What lay here while this node was late is somebody else's by now: it is not decided out of its turn."""
        if self._actors is None or not self.leases.valid:
            raise Elsewhere
        return await self._actors.deliver(kind, actor_id, messages)

    async def _give_back(self, kind: str, actor_id: UUID) -> None:
        try:
            await self.leases.give_back(kind, actor_id)
        except Exception as error:  # then it stays this node's, which wakes the actor when it is asked
            logger.warning("a lease is not given back", actor=str(actor_id), error=repr(error))

    async def _live(self, actors: Actors) -> None:
        while True:
            await asyncio.sleep(self._every)
            if not await self._say_it_lives():
                actors.let_go()

    async def _say_it_lives(self) -> bool:
        """Whether its leases still hold. A database that is slow or away keeps no node from starting, or going on."""
        try:
            return await self.leases.renew()
        except Exception as error:  # it must go on, whatever it was
            logger.warning("this node could not say that it lives", error=repr(error))
            return self.leases.valid

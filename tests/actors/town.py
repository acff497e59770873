"""Several processes' actors on one store, and leases in memory: nodes can die, be cut off, and keep answers back."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any
from uuid import UUID

from actors.runtime.directory import Actors
from actors.runtime.ports import Elsewhere, Limits, Message, Unanswered
from tests.actors.counting import KIND, MemoryStore
from tests.support import ManualClock


class Town:
    """Who owns what, and who can be reached."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self.owners: dict[tuple[str, UUID], str] = {}
        self.living: dict[str, House] = {}
        # Nodes that nobody can send to, such that do not answer what they decided, and whether leases can be read.
        self.cut_off: set[str] = set()
        self.silent: set[str] = set()
        self.readable = True
        self.looks = 0
        # The sizes of what was carried, and who to.
        self.carried: list[tuple[str, int]] = []
        # What is held up until it is set.
        self.looking, self.carrying = asyncio.Event(), asyncio.Event()
        self.looking.set()
        self.carrying.set()

    def house(self, name: str, limits: Limits | None = None) -> "House":
        """A process."""
        return House(self, name, limits or Limits(mailbox=100, batch=10))

    async def close(self) -> None:
        self.store.open.set()
        for house in list(self.living.values()):
            await house.stop()


class House:
    """One process, and its `Placement`."""

    def __init__(self, town: Town, name: str, limits: Limits) -> None:
        self.name = name
        self.town = town
        self.actors = Actors({KIND: town.store}, ManualClock(), limits, self)
        town.living[name] = self

    def owns(self, counter: UUID) -> bool:
        return self.town.owners.get((KIND, counter)) == self.name

    def die(self) -> None:
        """For the others; it does not notice."""
        self.town.living.pop(self.name)

    async def stop(self) -> None:
        await self.actors.stop()
        self.town.living.pop(self.name, None)

    async def locate(self, kind: str, actor_id: UUID) -> str | None:
        self.town.looks += 1
        await self.town.looking.wait()
        if not self.town.readable:
            raise ConnectionResetError
        owners, address = self.town.owners, (kind, actor_id)
        if owners.get(address) not in self.town.living:
            owners[address] = self.name
        return None if owners[address] == self.name else owners[address]

    def give_back(self, kind: str, actor_id: UUID) -> Awaitable[object]:
        if self.owns(actor_id):
            del self.town.owners[kind, actor_id]
        done = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    async def carry(self, node: str, kind: str, actor_id: UUID, messages: Sequence[Message[Any]]) -> Sequence[Any]:
        await self.town.carrying.wait()
        owner = self.town.living.get(node)
        if owner is None or node in self.town.cut_off:
            raise Elsewhere
        self.town.carried.append((node, len(messages)))
        outcomes = await owner.actors.deliver(kind, actor_id, messages)
        if node in self.town.silent:
            raise Unanswered
        return outcomes

"""Where actors are asked. They are addressed, never created: the first message wakes one."""

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from actors.runtime.activation import Activation
from actors.runtime.ports import Clock, Limits, Message, Reminded, Store
from fastshop.contract.base import Busy

Reply = TypeVar("Reply")


class Actors:
    """All actors of this process, by kind and id."""

    def __init__(self, stores: Mapping[str, Store[Any]], clock: Clock, limits: Limits | None = None) -> None:
        self._stores = stores
        self._clock = clock
        self._limits = limits or Limits()
        self._awake: dict[tuple[str, UUID], Activation] = {}
        self._stopping = False

    def ask(self, kind: str, actor_id: UUID, message: Message[Reply]) -> Awaitable[Reply]:
        """Ask an actor; await the answer, which is durable. What is asked in order is decided in order.

        Raises the actor's refusal, or `Busy` when too much waits or the process is stopping.
        """
        if self._stopping:
            raise Busy
        activation = self._awake.get((kind, actor_id)) or self._activate(kind, actor_id)
        return activation.put(message)

    async def remind(self, kind: str, actor_id: UUID, _name: str) -> None:
        """Deliver a reminder that has come due."""
        await self.ask(kind, actor_id, Reminded())

    async def stop(self) -> None:
        """Let every actor finish its turn; nothing can be asked any more."""
        self._stopping = True
        await asyncio.gather(*(activation.end() for activation in list(self._awake.values())))

    def __len__(self) -> int:
        """How many actors are awake."""
        return len(self._awake)

    def _activate(self, kind: str, actor_id: UUID) -> Activation:
        address = (kind, actor_id)

        def forget(activation: Activation) -> None:
            if self._awake.get(address) is activation:
                del self._awake[address]

        activation = Activation(actor_id, self._stores[kind], self._clock, self._limits, forget)
        self._awake[address] = activation
        return activation

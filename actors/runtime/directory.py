"""Where actors are asked. They are addressed, never created: the first message wakes one, here or where it lives."""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from actors.runtime.activation import Activation
from actors.runtime.courier import UNKNOWN, Courier, owner_of
from actors.runtime.letter import Letter
from actors.runtime.ports import Clock, Elsewhere, Limits, Message, Placement, Reminded, Store
from fastshop.contract.base import Busy

Reply = TypeVar("Reply")
Address = tuple[str, UUID]


class Actors:
    """The actors of this process, by kind and id; with a placement, the way to those of all processes."""

    def __init__(
        self,
        stores: Mapping[str, Store[Any]],
        clock: Clock,
        limits: Limits | None = None,
        placement: Placement | None = None,
    ) -> None:
        self._stores = stores
        self._clock = clock
        self._limits = limits or Limits()
        self._placement = placement
        self._homes: dict[Address, Activation | Courier] = {}
        self._looking: dict[Address, asyncio.Task[None]] = {}
        self._stopping = False
        # How often an owner was too late: another one had written since.
        self.stale = 0

    def ask(self, kind: str, actor_id: UUID, message: Message[Reply]) -> Awaitable[Reply]:
        """Ask an actor; await the answer, which is durable. What is asked in order is decided in order.

        Raises the actor's refusal, or `Busy` when too much waits, its owner does not answer or the process is stopping.
        """
        if self._stopping:
            raise Busy
        home = self._homes.get((kind, actor_id)) or self._find((kind, actor_id))
        return home.put(message)

    async def remind(self, kind: str, actor_id: UUID, _name: str) -> None:
        """Deliver a reminder that has come due. Where another node owns the actor, that one does: it reads them too.

        Raises `Busy` while it cannot be found out who does; then it is to be delivered again.
        """
        awake = isinstance(self._homes.get((kind, actor_id)), Activation)
        owner = None if awake or self._placement is None else await owner_of(self._placement, (kind, actor_id))
        if owner == UNKNOWN:
            raise Busy
        if owner is None:
            await self.ask(kind, actor_id, Reminded())

    async def deliver(self, kind: str, actor_id: UUID, messages: Sequence[Message[Any]]) -> Sequence[Any]:
        """Decide what another node sends, which thinks that this one owns the actor. See `Placement.carry`."""
        address = (kind, actor_id)
        home = self._homes.get(address)
        if home is None and not self._stopping:
            home = self._find(address)
        if isinstance(home, Courier):
            await home.located()
            home = self._homes.get(address)
        if not isinstance(home, Activation) or self._stopping:
            await self._hand_over(address)
            raise Elsewhere
        outcomes = await asyncio.gather(*(_put(home, message) for message in messages), return_exceptions=True)
        if not self._stopping:
            return outcomes
        await self._hand_over(address)
        return [Elsewhere() if isinstance(outcome, Busy) else outcome for outcome in outcomes]

    def let_go(self) -> None:
        """Everything that is awake may have other owners by now: finish what is under way, and find out anew."""
        for home in list(self._homes.values()):
            if isinstance(home, Activation):
                home.finish()

    async def stop(self) -> None:
        """Let every actor finish its turn; nothing can be asked any more."""
        self._stopping = True
        await asyncio.gather(*(home.end() for home in list(self._homes.values())), *self._looking.values())

    def __len__(self) -> int:
        """How many actors are awake here."""
        return sum(isinstance(home, Activation) for home in self._homes.values())

    def _find(self, address: Address) -> Activation | Courier:
        return self._activate(address) if self._placement is None else self._send_courier(address, self._placement)

    def _activate(self, address: Address, letters: Iterable[Letter] = ()) -> Activation:
        activation = Activation(
            address, self._stores[address[0]], self._clock, self._limits, self._asleep, self._overtaken, letters
        )
        self._homes[address] = activation
        return activation

    def _send_courier(self, address: Address, placement: Placement, letters: Iterable[Letter] = ()) -> Courier:
        if address[0] not in self._stores:
            raise KeyError(address[0])
        courier = Courier(address, placement, self._limits, self._back, letters)
        self._homes[address] = courier
        return courier

    def _back(self, courier: Courier, letters: Sequence[Letter], here: bool) -> None:
        del self._homes[courier.address]
        if here and not self._stopping:
            self._activate(courier.address, letters)
        else:
            _refuse(letters)

    def _asleep(self, activation: Activation, unread: Sequence[Letter]) -> None:
        del self._homes[activation.address]
        if self._placement is None or self._stopping:
            _refuse(unread)
            return
        self._placement.give_back(*activation.address)
        if unread:
            self._send_courier(activation.address, self._placement, unread)

    def _overtaken(self, activation: Activation) -> None:
        self.stale += 1
        address = activation.address
        settled = asyncio.get_running_loop().time() - activation.since > self._limits.settled
        if self._placement is None or self._stopping or not settled or address in self._looking:
            return
        self._looking[address] = task = asyncio.create_task(self._look_again(activation, self._placement))
        task.add_done_callback(lambda _: self._looking.pop(address))

    async def _look_again(self, activation: Activation, placement: Placement) -> None:
        """Two nodes have owned it. Where it belongs to the other, it goes there; where nobody knows, it goes on."""
        if await owner_of(placement, activation.address) not in (None, UNKNOWN):
            activation.finish()

    async def _hand_over(self, address: Address) -> None:
        """While stopping: have it sleep and free for others, before they are told to look for it."""
        if self._stopping and self._placement is not None:
            home = self._homes.get(address)
            if home is not None:
                await home.end()
            await self._placement.give_back(*address)


def _put(home: Activation, message: Message[Any]) -> "asyncio.Future[Any]":
    try:
        return home.put(message)
    except Busy as busy:
        refused = asyncio.get_running_loop().create_future()
        refused.set_exception(busy)
        return refused


def _refuse(letters: Iterable[Letter]) -> None:
    for letter in letters:
        letter.refuse(Busy())

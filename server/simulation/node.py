"""A server process: the shop's own code, put together over simulated ways to the database, the bank and other nodes.

Like `server.services` this is a place where it is said who stands behind which port. Above the ports nothing is
simulated: actors and their runtime, buying, payments, reminders, sweeps and the realtime hub are those of the shop.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any, Protocol, cast
from uuid import UUID

from actors.flash_sale import ACTIVE, KIND, FlashSaleActor
from actors.runtime.directory import Actors
from actors.runtime.ports import Limits as ActorLimits
from fastshop.contract.base import Broken, Money, Refusal
from fastshop.contract.flash_sales import (
    SALE,
    SALE_LEDGER,
    USER,
    Belongings,
    Claim,
    ClaimState,
    ClaimUnits,
    GiveBack,
    Pay,
    PaymentStarted,
    SaleLedger,
    SaleState,
)
from fastshop.contract.lines import JoinLine, LeaveLine, ShowPosition
from server.adapters.placement.nodes import Nodes
from server.background.reminders import Reminders
from server.domains.flash_sales.buying import Buying
from server.domains.flash_sales.delivering import Delivering
from server.domains.flash_sales.jobs import jobs
from server.domains.flash_sales.proofs import Proofs
from server.domains.flash_sales.queueing import Queueing
from server.domains.flash_sales.sweeping import Sweep
from server.domains.flash_sales.tries import Tries
from server.domains.payments.service import Payments
from server.kernel.caller import Caller
from server.kernel.channel import Watch, Watches, anyone, key_id
from server.kernel.database import Transaction
from server.kernel.keyed import Keyed
from server.kernel.log import Publication
from server.kernel.money import LineRefund
from server.realtime.counts import Counts
from server.realtime.feeds import Watcher
from server.realtime.frames import Position
from server.realtime.hub import Hub
from server.realtime.limits import Limits
from server.realtime.outbound import Outbound
from server.simulation.bank import Bank, Gateway
from server.simulation.books import Books, View
from server.simulation.database import MemoryDatabase
from server.simulation.loop import Life, Process, VirtualLoop, moment
from server.simulation.store import MemorySaleStore
from server.simulation.wire import LineCut, Wire

# Second nets look less often than in a shop: each look costs a simulation as much as a claim.
_REALTIME = Limits(recheck_every=45, reread_every=45)
_LESS_OFTEN = 2

# The claims that a person's stream starts with.
HOLDING = (ClaimState.HELD, ClaimState.PAYING)


@dataclass(frozen=True)
class Parts:
    """What a shop is made of here. A test puts a broken one in its place, to see it found."""

    sale: type[FlashSaleActor] = FlashSaleActor
    store: type[MemorySaleStore] = MemorySaleStore
    actors: type[Actors] = Actors
    buying: type[Buying] = Buying
    hub: type[Hub] = Hub


@dataclass(frozen=True)
class Outside:
    """What is outside of every node, and the ways there."""

    loop: VirtualLoop
    chance: Random
    books: Books
    bank: Bank
    to_database: Wire
    to_bank: Wire
    # A process's way to the others, where nodes live by leases; without it each is an owner whenever it is asked.
    nodes: Callable[[MemoryDatabase, Process], Nodes] | None
    spread: "Callable[[Node, Sequence[Publication]], None]"
    defect: Callable[[str, BaseException], None]


class SocketLine(Protocol):
    """The server's end of somebody's line. ``on_cut`` is called when it is noticed here that the line is cut."""

    on_cut: Callable[[], object]

    def send(self, item: object) -> None:
        """Send something; what is sent arrives in that order, until the line is cut."""
        ...

    def cut(self) -> None:
        """End it."""
        ...


class NodeClock:
    """A node's clock: virtual time, and a little wrong."""

    def __init__(self, loop: VirtualLoop, wrong: float) -> None:
        self._loop = loop
        self._wrong = wrong

    def now(self) -> datetime:
        """What this node takes for the present moment."""
        return moment(self._loop.time() + self._wrong)


class Node:
    """One server, through all its deaths: each start is a new `Process` that knows what is in the database."""

    def __init__(self, name: str, outside: Outside, parts: Parts) -> None:
        self.name = name
        self._outside = outside
        self._parts = parts
        # Within what NTP keeps; it stays what it is for the whole schedule.
        self._clock = NodeClock(outside.loop, outside.chance.uniform(-0.2, 0.2))
        self.process = Process(name)
        self._leaving = False

    @property
    def answers(self) -> bool:
        """Whether somebody listens here. One that stands still does: the kernel accepts for it."""
        return self.process.life is not Life.GONE and not self._leaving

    def start(self) -> None:
        """Start the program, with nothing in memory."""
        self.process = self._outside.loop.new_process(self.name)
        self._leaving = False
        self.process.context.run(self._compose)

    def leave(self) -> None:
        """Stop as for a release: what is under way is finished, then it is gone."""
        self._leaving = True
        self._outside.loop.spawn(self.process, self._leave(self.process))

    def serve(self, command: Any, caller: Caller, reply: Callable[[Any], None]) -> None:
        """Answer a command, as the edge does. An answer may never come."""
        self._outside.loop.spawn(self.process, self._serve(command, caller, reply))

    def settle(self, event: PaymentStarted, done: Callable[[bool], None]) -> None:
        """Do the job that follows a payment's start; ``done`` hears whether it is done with."""
        self._outside.loop.spawn(self.process, self._settle(event, done))

    def deliver_reminders(self) -> None:
        """One round of the clock that wakes actors."""
        self._outside.loop.spawn(self.process, self._safely(self.reminders.deliver_due))

    def hear(self, publications: Sequence[Publication]) -> None:
        """Hear what another node has told."""
        self._outside.loop.call_soon(self.hub.receive, publications, context=self.process.context)

    def watch(self, channel: str, since: Position | None, line: SocketLine) -> None:
        """Let somebody at the other end of a line watch a channel from there on."""
        self._outside.loop.spawn(self.process, self._watch(channel, since, line))

    async def _watch(self, channel: str, since: Position | None, line: SocketLine) -> None:
        def flush() -> None:
            while (data := outbound.take()) is not None:
                line.send(data)

        def wake() -> None:
            loop.call_soon(flush)

        def end(_code: object = None) -> None:
            line.cut()

        loop, hub, process = self._outside.loop, self.hub, self.process
        outbound = Outbound(_REALTIME, Counts(), wake, end)
        watcher = Watcher(channel, outbound, end)
        line.on_cut = lambda: loop.call_soon(hub.leave, watcher, context=process.context)
        try:
            watch, key = hub.find(channel)
            start = await hub.join(watch, key, watcher, since)
        except LineCut:
            end()
        else:
            line.send((start, hub.epoch))
            watcher.open(start.offset)

    def _compose(self) -> None:
        outside, parts, loop = self._outside, self._parts, self._outside.loop
        database = MemoryDatabase(outside.books, outside.to_database, self.process)
        limits = ActorLimits(batch=outside.chance.choice((1, 2, 256)), idle=outside.chance.choice((1.0, 60.0)))
        self._nodes = outside.nodes(database, self.process) if outside.nodes else None
        self.actors = parts.actors({KIND: parts.store(database, parts.sale)}, self._clock, limits, self._nodes)
        keyed = Keyed("simulated")
        payments = Payments(
            database, Gateway(outside.bank, outside.to_bank, self.process), self._clock, keyed, _NoLedger()
        )
        proofs = cast("Proofs", _NoProofs())
        delivering = cast("Delivering", _NoAddresses())
        tries = Tries(_Unlimited())
        self.buying = parts.buying(database, self.actors, payments, proofs, delivering, tries, self._clock, keyed)
        self.queueing = Queueing(database, self.actors, proofs)
        self.reminders = Reminders(database, self._clock, self.actors.remind)
        self.hub = parts.hub(database, self._watches(database), _REALTIME, lambda told, _: outside.spread(self, told))
        database.on_commit(self.hub.announce)
        (self._job,) = jobs(self.buying)
        sweep = Sweep(self.buying, proofs, self._clock)
        loop.create_task(self._open())
        loop.create_task(self._rounds(sweep.round))
        loop.create_task(self._rounds(payments.refund_on))

    def _watches(self, database: MemoryDatabase) -> Watches:
        async def belongings(key: str) -> Belongings:
            return belongings_of(database.view, key_id(key))

        async def ledger(_key: str) -> SaleLedger:
            view = database.view
            shown = database.books.state(self._clock.now(), view.sale)
            return SaleLedger(shown.sale, by_place(view.claims.values()), shown.line)

        async def state(_key: str) -> SaleState:
            return database.books.state(self._clock.now(), database.view.sale)

        return Watches(
            (Watch(USER, anyone, belongings), Watch(SALE_LEDGER, anyone, ledger), Watch(SALE, anyone, state))
        )

    async def _open(self) -> None:
        while True:
            try:
                if self._nodes is not None:
                    await self._nodes.start(self.actors)
                return await self.hub.start()
            except (LineCut, TimeoutError):
                await asyncio.sleep(1)

    async def _leave(self, process: Process) -> None:
        await self.actors.stop()
        if self._nodes is not None:
            await self._nodes.stop()
        self._outside.loop.kill(process)

    async def _serve(self, command: Any, caller: Caller, reply: Callable[[Any], None]) -> None:
        try:
            reply(await self._dispatch(command, caller))
        except Refusal as refusal:
            reply(refusal)
        except LineCut:
            reply(Broken("simulated"))
        except Exception as error:
            self._outside.defect(self.name, error)

    def _dispatch(self, command: Any, caller: Caller) -> Awaitable[Any]:
        match command:
            case ClaimUnits():
                return self.buying.claim(command, caller)
            case GiveBack():
                return self.buying.give_back(command, caller)
            case Pay():
                return self.buying.pay(command, caller)
            case JoinLine():
                return self.queueing.join(command, caller)
            case LeaveLine():
                return self.queueing.leave(command, caller)
            case ShowPosition():
                return self.queueing.position(command, caller)
            case _:  # a seller's: who may say so is not simulated
                return self.actors.ask(KIND, self._outside.books.sale.id, command)

    async def _settle(self, event: PaymentStarted, done: Callable[[bool], None]) -> None:
        try:
            await self._job.run(event)
        except (Refusal, LineCut):
            done(False)
        except Exception as error:
            self._outside.defect(self.name, error)
        else:
            done(True)

    async def _rounds(self, work: Callable[[], Awaitable[float]]) -> None:
        """As `server.background.loops.Loop` runs them."""
        while True:
            rest = 1.0
            try:
                rest = await work()
            except LineCut:
                pass
            except Exception as error:
                self._outside.defect(self.name, error)
            await asyncio.sleep(rest * _LESS_OFTEN + self._outside.chance.uniform(0, 1))

    async def _safely(self, work: Callable[[], Awaitable[object]]) -> None:
        try:
            await work()
        except LineCut:
            pass
        except Exception as error:
            self._outside.defect(self.name, error)


class _NoLedger:
    """The books are not simulated: they are written in the very transactions that are."""

    async def paid(self, transaction: Transaction, payment_id: UUID, amount: Money, at: datetime, fee: int = 0) -> None:
        pass

    async def refunded(
        self,
        transaction: Transaction,
        refund_id: UUID,
        payment_id: UUID,
        amount: Money,
        at: datetime,
        seller_id: UUID | None = None,
        tax: int = 0,
        lines: Sequence[LineRefund] = (),
    ) -> None:
        pass

    async def came_back(
        self, transaction: Transaction, refund_id: UUID, payment_id: UUID, amount: Money, at: datetime
    ) -> None:
        pass

    async def sent(
        self, transaction: Transaction, refund_id: UUID, payment_id: UUID, amount: Money, at: datetime
    ) -> None:
        pass

    async def disputed(
        self, transaction: Transaction, dispute: str, payment_id: UUID, amount: Money, at: datetime
    ) -> None:
        pass

    async def decided(
        self, transaction: Transaction, dispute: str, payment_id: UUID, at: datetime, *, won: bool
    ) -> None:
        pass


class _NoProofs:
    """Sales here ask for no proof of work."""

    async def forget_expired(self) -> None:
        pass


class _Unlimited:
    """Nobody counts tries here."""

    async def spend(self, what: str, allowed: int, seconds: int) -> int:  # noqa: ARG002
        return 0

    async def give_back(self, what: str) -> None:
        pass


class _NoAddresses:
    """Nobody here says where anything goes."""


def by_place(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Claims as they are listed."""
    return tuple(sorted(claims, key=lambda claim: claim.place))


def belongings_of(view: View, person: UUID) -> Belongings:
    """What a person's stream starts with; their orders are not simulated."""
    claims = [claim for claim in view.claims.values() if claim.customer_id == person and claim.state in HOLDING]
    places = [place for place in view.places.values() if place.customer_id == person and place.state in ACTIVE]
    return Belongings(by_place(claims), (), tuple(places))

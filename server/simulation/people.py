"""Who comes to a sale, drawn from the seed: buyers who try, wait, pay, change their minds or leave; and the seller."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from actors.flash_sale import Cancel, Edit, End, Terms
from fastshop.contract.base import Command, Refusal
from fastshop.contract.flash_sales import (
    Claim,
    ClaimState,
    ClaimUnits,
    GiveBack,
    OverLimit,
    Pay,
    PayAnswer,
    PaymentUnderWay,
    Phase,
    SaleNotOpen,
    SoldOut,
)
from fastshop.contract.lines import JoinLine, LeaveLine, Place, PlaceState, ShowPosition
from fastshop.contract.payments import PaymentDeclined, PaymentState
from fastshop.errors import TimedOut
from fastshop.retrying import worth_a_retry
from server.kernel.caller import Caller
from server.simulation.bank import Card
from server.simulation.checks import Checks
from server.simulation.devices import PersonStream
from server.simulation.network import Network
from server.simulation.node import Node
from server.simulation.story import Story

# How long one try of a call waits, in seconds, and how long a patient person goes on trying.
_PATIENCE = 3.0
_DEADLINE = 120.0


@dataclass(frozen=True)
class Town:
    """What people use."""

    sale_id: UUID
    network: Network
    route: Callable[[], Node]
    checks: Checks
    story: Story
    chance: Random
    new_id: Callable[[], UUID]
    # When the sale starts, and when its seller changes nothing any more, in virtual seconds.
    starts: float
    settled: float

    @property
    def until_settled(self) -> float:
        """How long until nobody changes the sale any more, in seconds."""
        return self.settled - self.network.loop.time()


class Person:
    """Asks the shop, as its SDK does: again with the same ids, until there is an answer or patience ends."""

    def __init__(self, town: Town, name: str, person_id: UUID) -> None:
        self.name = name
        self.id = person_id
        self._town = town
        self._caller = Caller(user_id=person_id)

    async def call(self, command: Any, deadline: float = _DEADLINE) -> Any:
        """The answer, or the refusal; None when they gave up without knowing."""
        town, loop = self._town, self._town.network.loop
        since, until = town.checks.commits, loop.time() + deadline
        while loop.time() < until:
            answer = loop.create_future()
            town.network.request(self.name, town.route(), command, self._caller, answer)
            try:
                async with asyncio.timeout(_PATIENCE):
                    reply = await answer
            except TimeoutError:
                reply = TimedOut()
            if not isinstance(reply, Exception) or not self._again(command, reply):
                town.checks.answered(command, reply, since)
                return reply
            await asyncio.sleep(town.chance.uniform(0.05, 2))
        town.story.tell(self.name, f"gives up on {type(command).__name__}")
        return None

    def _again(self, command: Any, error: Exception) -> bool:
        # A seller's message to the actor may be repeated: it says what shall be, not what shall change.
        return worth_a_retry(command, error) if isinstance(command, Command) else not isinstance(error, Refusal)


class Buyer(Person):
    """Wants a unit or two. A patient one tries until there are none; others do what people do."""

    def __init__(self, town: Town, name: str, person_id: UUID, cards: Sequence[Card], *, patient: bool) -> None:
        super().__init__(town, name, person_id)
        chance = town.chance
        self.patient = patient
        self.quantity = 1 if patient else chance.choice((1, 1, 2))
        self.stream = PersonStream(name, town.network, town.route, person_id)
        # The last one is good, and their own.
        self._cards = list(cards)
        self._arrives = self._arrival(chance)
        self._lines_up = chance.random() < 0.5

    async def live(self) -> None:
        """Come, try, and go."""
        await asyncio.sleep(self._arrives)
        stream = asyncio.create_task(self.stream.live())
        try:
            while (claim_id := await self._get()) is not None:
                if await self._use(claim_id) or not (self.patient or self._perhaps(0.5)):
                    break
        finally:
            if not self.patient and self._perhaps(0.3):
                stream.cancel()  # closes the page

    async def _use(self, claim_id: UUID) -> bool:
        """Do something with units on hold; whether they are bought, or of no more interest."""
        if not self.patient and self._perhaps(0.2):
            self._tell("gives the units back")
            await self.call(GiveBack(self._town.sale_id, claim_id))
            return False
        if not self.patient and self._perhaps(0.2):
            self._tell("forgets about the hold")
            return True
        return await self._pay(claim_id)

    # --- getting units ----------------------------------------------------------------------------------------------

    async def _get(self) -> UUID | None:
        """A claim that holds units; None when there is nothing more to get."""
        while True:
            mine = next((c.id for c in self.stream.claims.values() if c.state is ClaimState.HELD), None)
            if mine is not None:
                return mine
            reply = await (self._join() if self._lines_up or self._early() else self._claim())
            match reply:
                case Claim() if reply.state is ClaimState.HELD:
                    return reply.id
                case Place():
                    served = await self._wait(reply)
                    if served is not None or not self.patient:
                        return served
                case SoldOut() if not self._lines_up and reply.held + reply.left > 0:
                    self._lines_up = True
                case SaleNotOpen() if reply.phase is Phase.UPCOMING:
                    pass  # by that node's clock
                case SoldOut() | OverLimit() if self.patient and self._town.until_settled > 0:
                    await self._changed(20)  # the seller may add units; a hold they have not heard of may lapse
                case SaleNotOpen() | SoldOut() | OverLimit():
                    return await self._last_look()
                case None if not self.patient:
                    return None
            await asyncio.sleep(self._town.chance.uniform(0.5, 2))

    async def _last_look(self) -> UUID | None:
        """Nothing to be had; but perhaps there is something that they have not heard of yet."""
        await self._changed(5)
        return next((c.id for c in self.stream.claims.values() if c.state is ClaimState.HELD), None)

    async def _claim(self) -> Any:
        return await self.call(ClaimUnits(self._town.sale_id, self._town.new_id(), self.quantity), self._deadline())

    async def _join(self) -> Any:
        commands = [JoinLine(self._town.sale_id, self._town.new_id(), self.quantity)]
        if self._perhaps(0.15):  # in two tabs at once
            commands.append(replace(commands[0], place_id=self._town.new_id()))
        return (await asyncio.gather(*(self.call(command, self._deadline()) for command in commands)))[0]

    async def _wait(self, place: Place) -> UUID | None:
        """Stand in line. The claim that the place is served with, None when it ended or they left."""
        leaves = not self.patient and self._perhaps(0.2)
        while place.state in (PlaceState.LOBBY, PlaceState.WAITING):
            await self._changed(10 if leaves else 60)
            served = next((c for c in self.stream.claims.values() if c.place_id == place.id), None)
            if served is not None:
                return served.id
            if leaves:
                self._tell("leaves the line")
                await self.call(LeaveLine(self._town.sale_id, place.id))
                return None
            told = await self.call(ShowPosition(self._town.sale_id), self._deadline())
            if told is None or isinstance(told, Exception):
                continue
            place = told.place
        return place.claim_id

    # --- paying -----------------------------------------------------------------------------------------------------

    async def _pay(self, claim_id: UUID) -> bool:
        """Pay, with one card after the other; whether the units are theirs."""
        while True:
            card = self._cards.pop(0) if len(self._cards) > 1 else self._cards[0]
            pay = Pay(self._town.sale_id, claim_id, self._town.new_id(), card.number)
            paid = await self._pay_with(pay)
            if paid is not None:
                return paid

    async def _pay_with(self, pay: Pay) -> bool | None:
        """Whether it worked; None when another card may be tried."""
        while True:
            reply = await self.call(pay, self._deadline())
            match reply:
                case PayAnswer() if reply.claim.state is ClaimState.PAID:
                    return reply.claim.payment_id == pay.payment_id
                case PayAnswer() if reply.payment.status in (PaymentState.REFUNDING, PaymentState.REFUNDED):
                    self._tell("gets the money back: the units were lost")
                    return False
                case PayAnswer():
                    if not self.patient and self._perhaps(0.3):
                        return False
                    await self._changed(15)
                case PaymentDeclined() | OverLimit():
                    return None
                case PaymentUnderWay():
                    await self._changed(10)
                case None if self.patient:
                    pass
                case _:
                    return False

    # --- how they are -----------------------------------------------------------------------------------------------

    async def _changed(self, most: float) -> None:
        """Wait until the stream tells something, for so many seconds at most."""
        self.stream.changed.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(most):
                await self.stream.changed.wait()

    def _arrival(self, chance: Random) -> float:
        starts = self._town.starts
        if chance.random() < 0.4:
            return chance.uniform(0, starts)
        return starts + (chance.uniform(0, 0.5) if chance.random() < 0.5 else chance.uniform(0, 30))

    def _early(self) -> bool:
        return self._town.network.loop.time() < self._town.starts

    def _deadline(self) -> float:
        return _DEADLINE if self.patient else self._town.chance.choice((2.0, 10.0, 30.0))

    def _perhaps(self, likely: float) -> bool:
        return self._town.chance.random() < likely

    def _tell(self, what: str) -> None:
        self._town.story.tell(self.name, what)


class Seller(Person):
    """Now and then changes something in the middle of it: more units, fewer, an early end, no sale at all."""

    def __init__(self, town: Town, person_id: UUID, terms: Terms) -> None:
        super().__init__(town, "seller", person_id)
        self._terms = terms
        self._whims = town.chance.choices(("nothing", "more", "fewer", "end", "cancel"), (60, 18, 10, 6, 6), k=2)
        self._whens = sorted(town.chance.uniform(5, 70) for _ in self._whims)

    async def live(self) -> None:
        """Do it."""
        began = self._town.network.loop.time()
        for when, whim in zip(self._whens, self._whims, strict=True):
            await asyncio.sleep(began + when - self._town.network.loop.time())
            await self._do(whim)

    async def _do(self, whim: str) -> None:
        chance = self._town.chance
        match whim:
            case "more" | "fewer":
                terms = self._edited(chance.randint(1, 3) * (1 if whim == "more" else -1), chance)
                reply = await self.call(Edit(terms))
                if reply is not None and not isinstance(reply, Exception):
                    self._terms = terms
            case "end":
                await self.call(End())
            case "cancel":
                await self.call(Cancel())

    def _edited(self, added: int, chance: Random) -> Terms:
        """So many more units; at times also another limit, and a later end."""
        units = max(1, self._terms.quantity_limit + added)
        limit = min(units, chance.choice((1, 2, self._terms.per_customer_limit)))
        later = timedelta(seconds=chance.choice((0, 30)))
        end = self._terms.end_time + later
        return replace(self._terms, quantity_limit=units, per_customer_limit=limit, end_time=end)

"""A buyer in a sale that falls apart: stands in line, claims, pays, and remembers all that they were told."""

import asyncio
import random
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from msgspec.structs import replace

from fastshop import Happened, Shop, Snapshot, new_id
from fastshop.contract.base import Command, Conflict
from fastshop.contract.flash_sales import (
    USER,
    Belongings,
    Claim,
    ClaimOver,
    ClaimState,
    ClaimUnits,
    FlashSale,
    GiveBack,
    MyClaims,
    Pay,
    SoldOut,
    UnitsClaimed,
)
from fastshop.contract.lines import (
    JoinLine,
    Place,
    PlaceNotFound,
    PlaceState,
    ShowPosition,
)
from fastshop.contract.payments import PaymentDeclined
from fastshop.errors import OutcomeUnknown
from tests.e2e.crowd import Buyer

Answer = TypeVar("Answer")

CARD = "4242424242424242"
# How long one command is tried, in seconds: longer than any process is away.
_PATIENCE = 90.0
_ACTIVE = (ClaimState.HELD, ClaimState.PAYING)
_KEEPING = (*_ACTIVE, ClaimState.PAID)


@dataclass
class Told:
    """What answers said, each noted when it came."""

    claims: dict[UUID, Claim] = field(default_factory=dict)
    paid: dict[UUID, Claim] = field(default_factory=dict)
    places: dict[UUID, Place] = field(default_factory=dict)
    unanswered: int = 0


class ChaosBuyer:
    """One of the crowd. ``early`` ones are in the lobby before the start; who is not ``patient`` gives a unit back."""

    def __init__(self, buyer: Buyer, sale: FlashSale, told: Told, chance: random.Random) -> None:
        self.buyer = buyer
        self._sale = sale
        self._told = told
        self.early = chance.random() < 0.6
        self._patient = chance.random() < 0.8
        self._pauses = [chance.uniform(0, 1.0) for _ in range(3)]
        # What their own stream told, folded.
        self.claims: dict[UUID, Claim] = {}
        self.places: dict[UUID, Place] = {}
        self.offset = 0
        self._whole = True
        self._news = asyncio.Event()

    async def come(self, address: str, opened: asyncio.Event, over: asyncio.Event) -> None:
        """Do all that a buyer does, until they have their unit, or the sale is over."""
        async with Shop(address, token=self.buyer.token, transport="live") as shop:
            following = asyncio.create_task(self._follow(shop))
            # A hold may lapse while their server is away: they come too late, and go without.
            with suppress(OutcomeUnknown, ClaimOver):
                await self._buy(shop, opened, over)
            await over.wait()
            await self._as_fetched(shop, following)

    async def _buy(self, shop: Shop, opened: asyncio.Event, over: asyncio.Event) -> None:
        await asyncio.sleep(self._pauses[0])
        if not self.early:
            await opened.wait()
            await asyncio.sleep(self._pauses[1])
        if self.early or not await self._claim(shop):
            await self._join(shop)
        while not over.is_set():
            claim = self._held()
            if claim is not None:
                await asyncio.sleep(self._pauses[2])
                # A payment whose server died before it began is ruled out: the next one counts.
                with suppress(PaymentDeclined):
                    return await self._settle(shop, claim)
            self._news.clear()
            with suppress(TimeoutError):
                # Not wait_for: where news comes as it is cancelled, Python 3.11 forgets that it was.
                async with asyncio.timeout(1.0):
                    await self._news.wait()
        return None

    async def _claim(self, shop: Shop) -> bool:
        try:
            claim = await self._ask(shop, ClaimUnits(sale_id=self._sale.id, claim_id=new_id()))
        except SoldOut:
            return False
        self._told.claims[claim.id] = self.claims[claim.id] = claim
        return True

    async def _join(self, shop: Shop) -> None:
        with suppress(Conflict):  # sold out in the meantime
            place = await self._ask(shop, JoinLine(sale_id=self._sale.id, place_id=new_id()))
            self._told.places[place.id] = place

    async def _settle(self, shop: Shop, claim: Claim) -> None:
        if not self._patient:
            await self._ask(shop, GiveBack(sale_id=claim.sale_id, claim_id=claim.id))
            return
        pay = Pay(sale_id=claim.sale_id, claim_id=claim.id, payment_id=new_id(), payment_method=CARD)
        answer = await self._ask(shop, pay)
        if answer.claim.state is ClaimState.PAID:
            self._told.paid[claim.id] = answer.claim

    async def _ask(self, shop: Shop, command: Command[Answer]) -> Answer:
        try:
            return await shop.call(command, deadline=_PATIENCE)
        except OutcomeUnknown:
            self._told.unanswered += 1
            raise

    def _held(self) -> Claim | None:
        return next((claim for claim in self.claims.values() if claim.state in _KEEPING), None)

    # --- their own stream -------------------------------------------------------------------------------------------

    async def _follow(self, shop: Shop) -> None:
        async with aclosing(shop.watch(USER.of(self.buyer.id))) as stream:
            async for item in stream:
                if isinstance(item, Snapshot):
                    assert isinstance(item.state, Belongings)
                    self._begin(item.state, item.offset)
                elif isinstance(item, Happened):
                    assert item.offset == self.offset + 1, f"event {item.offset} after {self.offset}: a gap or a double"
                    self._fold(item.event)
                self.offset = item.offset
                self._news.set()

    def _begin(self, state: Belongings, offset: int) -> None:
        """What is active now. Of a stream that begins after events, or anew, what is over is not told."""
        self._whole = not offset
        self.claims = {claim.id: claim for claim in state.claims}
        self.places = {place.id: place for place in state.places}

    def _fold(self, event: object) -> None:
        claim, place = getattr(event, "claim", None), getattr(event, "place", None)
        if isinstance(claim, Claim):
            self.claims[claim.id] = claim
        if isinstance(place, Place):
            self.places[place.id] = place
        if isinstance(event, UnitsClaimed) and event.claim.place_id is not None:
            served = self.places.get(event.claim.place_id)
            if served is not None:
                self.places[served.id] = replace(served, state=PlaceState.SERVED, claim_id=event.claim.id)

    async def _as_fetched(self, shop: Shop, following: "asyncio.Task[None]") -> None:
        """What the stream told is what one is told who asks afresh (promise P5)."""
        differs = ""
        with suppress(TimeoutError):
            async with asyncio.timeout(30):
                while differs := await self._difference(shop):
                    assert not following.done(), following.exception()
                    await asyncio.sleep(0.5)
        assert not differs, f"at event {self.offset}, stream {'whole' if self._whole else 'begun anew'}: {differs}"
        following.cancel()

    async def _difference(self, shop: Shop) -> str:
        """What is told afresh and not by the stream, or the other way round; nothing where they agree."""
        mine = await shop.call(MyClaims(sale_id=self._sale.id), deadline=_PATIENCE)
        # What was paid or over before a stream began is not told there; what was told since is.
        fetched = {
            claim.id: claim for claim in mine if self._whole or claim.state in _ACTIVE or claim.id in self.claims
        }
        if fetched != self.claims:
            return f"fetched {fetched}, told {self.claims}"
        return await self._place_difference(shop)

    async def _place_difference(self, shop: Shop) -> str:
        try:
            place = (await shop.call(ShowPosition(sale_id=self._sale.id), deadline=_PATIENCE)).place
        except PlaceNotFound:
            return f"no place, told {self.places}" if self.places else ""
        told = self.places.get(place.id)
        if told is None:
            over = place.state not in (PlaceState.LOBBY, PlaceState.WAITING)
            return "" if over and not self._whole else f"fetched {place}, told nothing"
        agrees = (told.state, told.claim_id, told.reason) == (place.state, place.claim_id, place.reason)
        return "" if agrees else f"fetched {place}, told {told}"

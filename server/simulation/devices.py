"""Somebody's end of a stream: it resumes where it was cut off, and adds up what it is told."""

import asyncio
from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

import msgspec
from msgspec import Struct

from actors.flash_sale import ACTIVE
from fastshop.contract.base import Channel, ChannelKind, Event
from fastshop.contract.flash_sales import (
    SALE,
    SALE_LEDGER,
    USER,
    Belongings,
    Claim,
    ClaimEvent,
    SaleLedger,
    SaleState,
    UnitsClaimed,
)
from fastshop.contract.lines import Place, PlaceEvent
from fastshop.watching import Reader
from server.realtime.frames import Position
from server.realtime.starting import Start
from server.simulation.books import View
from server.simulation.checks import Violation
from server.simulation.network import Line, Network
from server.simulation.node import HOLDING, Node, belongings_of


class _Publication(Struct):
    data: Any
    offset: int = 0


class _Pushed(Struct):
    pub: _Publication


class _Push(Struct):
    push: _Pushed


_push = msgspec.json.Decoder(_Push)


class Stream:
    """A channel as one device follows it. ``changed`` is set with all that it is told."""

    def __init__(self, whose: str, network: Network, route: Callable[[], Node], channel: Channel, key: UUID) -> None:
        self.whose = whose
        self._channel = channel.of(key)
        self.offset = 0
        self.changed = asyncio.Event()
        self._network = network
        self._route = route
        self._log = channel.kind is ChannelKind.LOG
        self._reader = Reader(channel)
        self._epoch = ""

    async def live(self) -> None:
        """Follow it for ever, over one line after the other."""
        while True:
            line = self._network.connect(self.whose, self._route(), self._channel, self._since())
            if line is not None:
                try:
                    await self._read(line)
                except Violation as violation:
                    self._network.loop.fail(violation)
                finally:
                    line.cut()
            await asyncio.sleep(self._network.chance.uniform(0.05, 2))

    def __str__(self) -> str:
        return f"the stream of {self.whose}"

    def start(self, state: Any) -> None:
        """Begin again from a snapshot."""
        raise NotImplementedError

    def happen(self, event: Event) -> None:
        """Add an event."""
        raise NotImplementedError

    def same(self, view: View) -> bool:
        """Whether it adds up to what is stored."""
        raise NotImplementedError

    def _since(self) -> Position | None:
        # Now and then a page is loaded anew and knows nothing any more.
        if not self._log or not self._epoch or self._network.chance.random() < 0.2:
            return None
        return Position(self.offset, self._epoch)

    async def _read(self, line: Line) -> None:
        patience = 10.0  # for the first answer; a client's library gives up after a while
        while True:
            try:
                async with asyncio.timeout(patience):
                    item = await line.arrived.get()
            except TimeoutError:
                return
            if item is None:
                return
            if isinstance(item, bytes):
                for push in item.split(b"\n"):
                    self._take(_push.decode(push).push.pub)
            else:
                self._begin(*cast("tuple[Start, str]", item))
            self.changed.set()
            patience = 3600.0

    def _begin(self, start: Start, epoch: str) -> None:
        self._epoch = epoch
        if start.missed is None:
            assert start.data is not None
            self.start(self._reader.snapshot(msgspec.json.decode(start.data), start.offset).state)
            self.offset = start.offset
            return
        for publication in start.missed:
            self._take(_Publication(msgspec.json.decode(publication.data), publication.seq))
        if self.offset != start.offset:
            raise Violation(f"{self} resumes at {start.offset}, but was told until {self.offset}")

    def _take(self, publication: _Publication) -> None:
        if self._log and publication.offset != self.offset + 1:
            raise Violation(f"{self} has a gap: after event {self.offset} comes {publication.offset}")
        self.offset = publication.offset
        self.happen(self._reader.happened(publication.data, publication.offset).event)


class PersonStream(Stream):
    """What concerns one person: the claims that hold units for them, and their active places."""

    def __init__(self, whose: str, network: Network, route: Callable[[], Node], person: UUID) -> None:
        super().__init__(whose, network, route, USER, person)
        self.person = person
        self.claims: dict[UUID, Claim] = {}
        self.places: dict[UUID, Place] = {}

    def start(self, state: Belongings) -> None:
        """See `Stream`."""
        self.claims = {claim.id: claim for claim in state.claims}
        self.places = {place.id: place for place in state.places}

    def happen(self, event: Event) -> None:
        """See `Stream`."""
        if isinstance(event, ClaimEvent):
            self.claims.pop(event.claim.id, None)
            if event.claim.state in HOLDING:
                self.claims[event.claim.id] = event.claim
            if isinstance(event, UnitsClaimed) and event.claim.place_id is not None:
                self.places.pop(event.claim.place_id, None)
        elif isinstance(event, PlaceEvent):
            self.places.pop(event.place.id, None)
            if event.place.state in ACTIVE:
                self.places[event.place.id] = event.place

    def same(self, view: View) -> bool:
        """See `Stream`. The number in line that was drawn is told to nobody alone, so it is not compared."""
        fresh = belongings_of(view, self.person)
        claims, places = {claim.id: claim for claim in fresh.claims}, {place.id for place in fresh.places}
        return self.claims == claims and self.places.keys() == places


class LedgerStream(Stream):
    """What the seller's ledger adds up to: all claims as they are."""

    def __init__(self, network: Network, route: Callable[[], Node], sale: UUID) -> None:
        super().__init__("the seller", network, route, SALE_LEDGER, sale)
        self.claims: dict[UUID, Claim] = {}

    def start(self, state: SaleLedger) -> None:
        """See `Stream`."""
        self.claims = {claim.id: claim for claim in state.claims}

    def happen(self, event: Event) -> None:
        """See `Stream`."""
        if isinstance(event, ClaimEvent):
            self.claims[event.claim.id] = event.claim

    def same(self, view: View) -> bool:
        """See `Stream`."""
        return self.claims == view.claims


class SaleStream(Stream):
    """The sale as everybody sees it: the newest state counts."""

    def __init__(self, network: Network, route: Callable[[], Node], sale: UUID) -> None:
        super().__init__("a page", network, route, SALE, sale)
        self.version = -1

    def start(self, state: SaleState) -> None:
        """See `Stream`."""
        self.version = state.version

    def happen(self, event: Event) -> None:
        """See `Stream`."""
        assert isinstance(event, SaleState)
        self.version = event.version

    def same(self, view: View) -> bool:
        """See `Stream`."""
        return self.version == view.sale.version

"""What is durable: the rows that PostgreSQL would hold, changed by whole commits only.

A commit happens at one moment of virtual time, so there is nothing in between to be seen, and nothing that waits for a
lock. That is what transactions give the shop; how PostgreSQL does it is not simulated.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from actors.flash_sale import ACTIVE, FlashSaleActor, Goods, Terms, WaitingLine
from actors.runtime.ports import Loaded, Stale
from fastshop.contract.base import Event
from fastshop.contract.flash_sales import SALE, SALE_LEDGER, Claim, ClaimState, SaleCreated, SaleState
from fastshop.contract.lines import Place, SaleLine
from server.kernel.log import Publication, Told
from server.simulation.loop import moment

EPOCH = "simulated"

_told = msgspec.json.Decoder(tuple[tuple[Any, msgspec.Raw, bool], ...])
_counts = msgspec.json.Decoder(tuple[tuple[str, int], ...])


class DatabaseRefused(Exception):
    """A constraint of a table was violated: the last word (P2), which nothing should ever need."""


class SaleRow(Struct, frozen=True):
    """The row of the sale."""

    id: UUID
    goods: Goods
    terms: Terms
    secret: bytes
    version: int = 0
    held: int = 0
    sold: int = 0
    last_place: int = 0
    cancelled: bool = False
    closed: bool = False
    seed: str = ""
    drawn: int = 0
    line: SaleLine = SaleLine()


class Sold(NamedTuple):
    """An order's row: the claim that it was placed for, and its payment."""

    claim_id: UUID
    payment_id: UUID


class Writes(NamedTuple):
    """All that a commit of the sale writes."""

    sale: SaleRow
    claims: Mapping[UUID, Claim]
    keys: Mapping[UUID, tuple[str, ...]]
    places: Mapping[UUID, Place]
    orders: Mapping[UUID, Sold]
    wake_at: datetime | None
    from_stock: int
    told: Told


class View(NamedTuple):
    """Everything as of one moment (REPEATABLE READ)."""

    sale: SaleRow
    claims: Mapping[UUID, Claim]
    places: Mapping[UUID, Place]
    heads: Mapping[str, int]


class Committed(NamedTuple):
    """A commit that was made: what was told in it, for who watches over the books."""

    publications: Sequence[Publication]


class Books:
    """The rows. ``on_commit`` sees every commit at the moment it is made."""

    def __init__(self, sale: FlashSaleActor, stock: int, time: Callable[[], float]) -> None:
        now = moment(time())
        self.time = time
        self.sale = SaleRow(sale.id, sale.goods, sale.terms, sale.secret)
        self.claims: dict[UUID, Claim] = {}
        self.keys: dict[UUID, tuple[str, ...]] = {}
        self.places: dict[UUID, Place] = {}
        self.orders: dict[UUID, Sold] = {}
        self.payments: dict[UUID, dict[str, Any]] = {}
        self.logs: dict[str, list[bytes]] = {}
        self.stock = stock - sale.terms.quantity_limit
        self.wake_at = sale.wake_at(now)
        # Who lives until when, and which of them owns an actor.
        self.nodes: dict[str, float] = {}
        self.leases: dict[tuple[str, UUID], str] = {}
        self.consumed: frozenset[str] = frozenset()
        self.on_commit: Callable[[Committed], object] = _nobody
        self.on_queued: Callable[[bytes], object] = _nobody
        self._write_log(_creation(sale, now))

    def load(self, kind: type[FlashSaleActor]) -> Loaded[FlashSaleActor]:
        """The sale's actor, built from its rows as `SaleStore` builds it."""
        row = self.sale
        sale = kind(
            id=row.id,
            goods=row.goods,
            terms=row.terms,
            cancelled=row.cancelled,
            closed=row.closed,
            last_place=row.last_place,
            secret=row.secret,
            seed=row.seed,
            drawn=row.drawn,
        )
        for claim in sorted(self.claims.values(), key=lambda claim: claim.place):
            sale.put(claim, self.keys.get(claim.id, ()))
        sale.line = WaitingLine.of(sorted(self.places.values(), key=lambda place: place.joined))
        return Loaded(sale, row.version, self.wake_at)

    def commit(self, version: int, writes: Writes) -> Sequence[Publication]:
        """Write all of it on top of ``version``, or nothing. Raises `Stale`, `DatabaseRefused`."""
        if self.sale.version != version:
            raise Stale
        return self.write(writes)

    def write(self, writes: Writes) -> Sequence[Publication]:
        """Write all of it, whatever the version, or nothing."""
        self._check(writes)
        self.sale = replace(writes.sale, version=self.sale.version + 1)
        self.claims |= writes.claims
        self.keys |= writes.keys
        self.places |= writes.places
        self.orders |= writes.orders
        self.stock -= writes.from_stock
        self.wake_at = writes.wake_at
        return self._committed(writes.told)

    def tell(self, told: Told) -> Sequence[Publication]:
        """Commit what is told of other rows, which were changed at this very moment."""
        return self._committed(told)

    def head(self, channel: str) -> int:
        """The seq of a channel's last event."""
        return len(self.logs.get(channel, ()))

    def view(self) -> View:
        """Everything as it is now, for good."""
        heads = {channel: len(log) for channel, log in self.logs.items()}
        return View(self.sale, dict(self.claims), dict(self.places), heads)

    def state(self, now: datetime, row: SaleRow | None = None) -> SaleState:
        """The sale as watchers of its channel see it, from its row alone."""
        row = row or self.sale
        shown = FlashSaleActor(
            row.id, row.goods, row.terms, row.cancelled, row.closed, secret=row.secret, seed=row.seed
        )
        shown.held, shown.sold = row.held, row.sold
        return SaleState(time=now, version=row.version, sale=shown.view(now), line=row.line)

    def _check(self, writes: Writes) -> None:
        """The constraints of the tables."""
        sale = writes.sale
        if sale.held < 0 or sale.sold < 0 or sale.held + sale.sold > sale.terms.quantity_limit:
            raise DatabaseRefused(f"held {sale.held} and sold {sale.sold} of {sale.terms.quantity_limit}")
        active = [p.customer_id for p in (self.places | dict(writes.places)).values() if p.state in ACTIVE]
        if len(set(active)) < len(active):
            raise DatabaseRefused("two active places of one customer")
        claims = (self.claims | dict(writes.claims)).values()
        if len({claim.place for claim in claims}) < len(claims):
            raise DatabaseRefused("two claims with one place")
        if self.stock < writes.from_stock:
            raise DatabaseRefused("more units than are in stock")

    def _committed(self, told: Told) -> Sequence[Publication]:
        publications = self._write_log(told)
        self.on_commit(Committed(publications))
        return publications

    def _write_log(self, told: Told) -> Sequence[Publication]:
        entries, heads = (column.encode() for column in told.columns(self.consumed))
        seqs = [self.head(channel) + count for channel, count in _counts.decode(heads)]
        publications = told.publications(seqs)
        for publication in publications:
            if publication.seq:
                self.logs.setdefault(publication.channel, []).append(publication.data)
        for _, data, wanted in _told.decode(entries):
            if wanted:
                self.on_queued(bytes(data))
        return publications


def holds_units(claim: Claim) -> bool:
    """Whether units of the sale are this claim's."""
    return claim.state in (ClaimState.HELD, ClaimState.PAYING, ClaimState.PAID)


def _creation(sale: FlashSaleActor, now: datetime) -> Told:
    told, shown = Told(), sale.view(now)
    told.emit(SaleCreated(time=now, sale=shown), SALE_LEDGER.of(sale.id))
    told.show(SALE.of(sale.id), SaleState(time=now, version=0, sale=shown))
    return told


def _nobody(_what: Event | Committed | bytes) -> None:
    """Nobody looks."""

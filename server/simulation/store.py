"""The sale's store over the simulated database: what `SaleStore` promises the runtime, without its SQL."""

from collections.abc import Callable, Sequence
from uuid import UUID

from actors.flash_sale import FlashSaleActor
from actors.runtime.ports import Change, Decision, Loaded, Overruled, Stale
from fastshop.contract.base import Event
from fastshop.contract.flash_sales import Claim, NotEnoughStock, SaleClosed, SaleEdited, SaleNotFound, UnitsPaid
from server.domains.flash_sales.changes import changed_claims, changed_places, channels, only_claimed, show
from server.kernel.log import Publication, Told
from server.simulation.books import Books, SaleRow, Sold, Writes
from server.simulation.database import MemoryDatabase


class MemorySaleStore:
    """The `actors.runtime.ports.Store` of one sale."""

    def __init__(self, database: MemoryDatabase, kind: type[FlashSaleActor] = FlashSaleActor) -> None:
        self._database = database
        self._kind = kind

    async def load(self, actor_id: UUID) -> Loaded[FlashSaleActor]:
        """See the port."""
        if actor_id != self._database.books.sale.id:
            raise SaleNotFound
        return await self._database.ask(lambda: self._database.books.load(self._kind))

    async def commit(self, actor: FlashSaleActor, version: int, change: Change) -> int:
        """See the port. As there, the next group may be decided while claims alone are written."""
        events = [event for decision in change.decisions for event in decision.events]
        writes = _writes(actor, version, change, events)
        if change.wake_at is not None and only_claimed(events):
            change.release()
        publications = await self._database.ask(lambda: self._write(version, writes, change.decisions), "a commit")
        self._database.announce(publications)
        return version + 1

    async def confirm(self, actor: FlashSaleActor, version: int) -> None:  # noqa: ARG002 - there is one
        """See the port."""
        if await self._database.ask(lambda: self._database.books.sale.version) != version:
            raise Stale

    def _write(self, version: int, writes: Writes, decisions: Sequence[Decision]) -> Sequence[Publication]:
        """What happens in the database."""
        books = self._database.books
        if books.sale.version == version and writes.from_stock > books.stock:
            raise Overruled(_of_type(decisions, SaleEdited), NotEnoughStock(books.stock))
        return self.write(books, version, writes)

    def write(self, books: Books, version: int, writes: Writes) -> Sequence[Publication]:
        """The commit itself."""
        return books.commit(version, writes)


MakeStore = Callable[[MemoryDatabase, type[FlashSaleActor]], MemorySaleStore]


def _writes(sale: FlashSaleActor, version: int, change: Change, events: Sequence[Event]) -> Writes:
    told = Told()
    for event in events:
        told.emit(event, *channels(sale, event))
    show(told, sale, version + 1, change.now)
    claims = {claim_id: sale.claims[claim_id] for claim_id in changed_claims(change.decisions)}
    return Writes(
        sale=SaleRow(
            id=sale.id,
            goods=sale.goods,
            terms=sale.terms,
            secret=sale.secret,
            held=sale.held,
            sold=sale.sold,
            last_place=sale.last_place,
            cancelled=sale.cancelled,
            closed=sale.closed,
            seed=sale.seed,
            drawn=sale.drawn,
            line=sale.shown_line(change.now),
        ),
        claims=claims,
        keys={claim_id: sale.limit_keys.get(claim_id, ()) for claim_id in claims},
        places={place_id: sale.line.places[place_id] for place_id in changed_places(sale, change.decisions)},
        orders=dict(_order(event.claim) for event in events if isinstance(event, UnitsPaid)),
        wake_at=change.wake_at,
        from_stock=sum(_from_stock(event) for event in events),
        told=told,
    )


def _order(claim: Claim) -> tuple[UUID, Sold]:
    assert claim.order_id is not None
    assert claim.payment_id is not None
    return claim.order_id, Sold(claim.id, claim.payment_id)


def _from_stock(event: Event) -> int:
    if isinstance(event, SaleClosed):
        return -event.returned
    return event.added if isinstance(event, SaleEdited) else 0


def _of_type(decisions: Sequence[Decision], kind: type[Event]) -> int:
    return next(n for n, decision in enumerate(decisions) if any(isinstance(e, kind) for e in decision.events))

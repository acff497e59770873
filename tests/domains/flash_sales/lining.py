"""Standing in line, said shortly; and what must hold of every line after anything that happened."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from fastshop.contract.flash_sales import (
    SALE_LEDGER,
    USER,
    FlashSale,
    ReminderAsked,
    ReminderDropped,
    SaleCancelled,
    SaleDrawn,
    SaleStartsSoon,
    UnitsClaimed,
)
from fastshop.contract.lines import (
    PLACE_EVENTS,
    JoinLine,
    LeaveLine,
    LinePosition,
    LobbyDraw,
    Place,
    PlaceState,
    ShowDraw,
    ShowPosition,
)
from fastshop.fairness import drawn_order
from fastshop.ids import new_id
from server.domains.flash_sales import rows
from server.domains.flash_sales.replaying import replay
from server.kernel.caller import GUEST, Caller
from tests.domains.flash_sales.market import ANN, Market, Runtime

ACTIVE = (PlaceState.LOBBY, PlaceState.WAITING)


async def join(
    runtime: Runtime,
    sale: FlashSale,
    who: Caller = ANN,
    quantity: int = 1,
    place_id: UUID | None = None,
    proof: str = "",
) -> Place:
    command = JoinLine(sale_id=sale.id, place_id=place_id or new_id(), quantity=quantity, proof=proof)
    return await runtime.queueing.join(command, who)


async def leave(runtime: Runtime, place: Place, who: Caller = ANN) -> Place:
    return await runtime.queueing.leave(LeaveLine(sale_id=place.sale_id, place_id=place.id), who)


async def position(runtime: Runtime, sale: FlashSale, who: Caller = ANN) -> LinePosition:
    return await runtime.queueing.position(ShowPosition(sale_id=sale.id), who)


async def pages_of_draw(runtime: Runtime, sale: FlashSale, limit: int = 1000) -> list[LobbyDraw]:
    """The whole draw as anybody may read it, page by page."""
    pages: list[LobbyDraw] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await runtime.queueing.draw(ShowDraw(sale_id=sale.id, cursor=cursor, limit=limit), GUEST)
        pages.append(page)
        cursor = page.next
    return pages


async def until_quiet(market: Market, **delta: float) -> None:
    """Turn the clock, then a little further until no sale has anything left to do at once."""
    await market.turn(**delta)
    for _ in range(20):
        soon = market.clock.now()
        if not await market.number(
            "SELECT count(*) FROM actor_reminders WHERE due_at <= $1::timestamptz + interval '60 ms'", soon
        ):
            return
        await market.turn(milliseconds=60)
    raise AssertionError("a sale never comes to rest")


async def stored_places(market: Market, sale_id: UUID) -> dict[UUID, Place]:
    query = f"SELECT {rows.PLACE_COLUMNS} FROM flash_sale_places WHERE sale_id = $1"
    return {row["id"]: rows.place(row) for row in await market.database.fetch(query, sale_id)}


async def check_lines(market: Market) -> None:
    """Rows, ledger and everybody's own stream tell of the same places; a replay of each sale ends in what is stored."""
    drawn: dict[UUID, int] = {}
    people: set[UUID] = set()
    for row in await market.database.fetch("SELECT id FROM flash_sales"):
        places = await stored_places(market, row["id"])
        assert _told(await market.stream(SALE_LEDGER.of(row["id"]))) == places
        _check_numbers(list(places.values()))
        drawn |= {place.id: place.number for place in places.values()}
        people |= {place.customer_id for place in places.values()}
        await _check_desk(market, row["id"])
        outcome = await replay(market.database, row["id"], lambda step: step)
        assert (outcome.differences, outcome.compared) == ((), True)
    reminded = await market.database.fetch("SELECT customer_id FROM flash_sale_reminders")
    for person in people | {row["customer_id"] for row in reminded}:
        await _check_stream(market, person, drawn)


def _told(events: Sequence[Any]) -> dict[UUID, Place]:
    """The places that events tell of, from the first to the last."""
    places: dict[UUID, Place] = {}
    for event in events:
        if isinstance(event, PLACE_EVENTS):
            places[event.place.id] = event.place  # type: ignore[attr-defined]
        elif isinstance(event, UnitsClaimed) and event.claim.place_id is not None:
            served = places[event.claim.place_id]
            places[served.id] = replace(served, state=PlaceState.SERVED, claim_id=event.claim.id)
        elif isinstance(event, SaleDrawn):
            lobby = [place.id for place in places.values() if place.state is PlaceState.LOBBY]
            assert len(lobby) == event.count
            for number, place_id in enumerate(drawn_order(bytes.fromhex(event.seed), lobby), 1):
                places[place_id] = replace(places[place_id], state=PlaceState.WAITING, number=number)
    return places


def _check_numbers(places: Sequence[Place]) -> None:
    assert sorted(place.joined for place in places) == list(range(1, len(places) + 1))
    numbers = sorted(place.number for place in places if place.number)
    assert numbers == list(range(1, len(numbers) + 1))
    active = [place.customer_id for place in places if place.state in ACTIVE]
    assert len(set(active)) == len(active), "somebody has two active places"
    for place in places:
        assert (place.claim_id is not None) == (place.state is PlaceState.SERVED)
        assert (place.reason is not None) == (place.state is PlaceState.ENDED)
        assert place.number or place.state is not PlaceState.WAITING


async def _check_desk(market: Market, sale_id: UUID) -> None:
    """Who asks for the seller's desk is shown what its watchers were shown, but for what hangs on the moment."""
    actor, version, _ = await market.store().load(sale_id)
    shown, counted = actor.desk(version, market.clock.now()), await market.shop.selling.desk(sale_id)
    line = replace(counted.line, returns=shown.line.returns, unpaid=shown.line.unpaid)
    assert replace(counted, line=line) == shown
    assert shown.held + shown.paying == shown.sale.held_count


async def _check_stream(market: Market, person: UUID, drawn: dict[UUID, int]) -> None:
    """Whoever followed their stream from the start, and the draws, knows what who asks afresh is told."""
    events = await market.stream(USER.of(person))
    active = {
        place.id: _after_draw(place, drawn[place.id]) for place in _told(events).values() if place.state in ACTIVE
    }
    assert active == {place.id: place for place in await market.shop.queueing.active(person)}
    wanted: dict[UUID, None] = {}
    for event in events:
        if isinstance(event, ReminderAsked):
            wanted[event.sale_id] = None
        elif isinstance(event, ReminderDropped):
            del wanted[event.sale_id]
        elif isinstance(event, SaleStartsSoon | SaleCancelled):
            del wanted[event.sale.id]
    assert sorted(wanted) == sorted(await market.reminding.wanted_by(person))


def _after_draw(place: Place, number: int) -> Place:
    """The draw is told on the sale's channel, to all at once: nobody's own stream repeats it."""
    return replace(place, number=number, state=PlaceState.WAITING) if number else place

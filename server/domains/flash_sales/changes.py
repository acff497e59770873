"""What a commit of a sale writes besides the sale: which of its rows changed, and who is told of what."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeGuard
from uuid import UUID

from actors.flash_sale import FlashSaleActor
from actors.runtime.ports import Decision
from fastshop.contract.base import Event
from fastshop.contract.flash_sales import (
    SALE,
    SALE_DESK,
    SALE_LEDGER,
    USER,
    ClaimEvent,
    SaleDrawn,
    SaleState,
    UnitsClaimed,
)
from fastshop.contract.lines import PlaceEvent
from server.kernel.log import Told


def only_claimed(events: Sequence[Event]) -> TypeGuard[Sequence[UnitsClaimed]]:
    """Whether units were claimed by who came for them, and nothing else happened."""
    return bool(events) and all(type(event) is UnitsClaimed and event.claim.place_id is None for event in events)


def show(told: Told, sale: FlashSaleActor, version: int, now: datetime) -> None:
    """Let the watchers of the sale and of its desk see it as it is with this version."""
    desk = sale.desk(version, now)
    told.show(SALE.of(sale.id), SaleState(time=now, version=version, sale=desk.sale, line=desk.line))
    told.show(SALE_DESK.of(sale.id), desk)


def changed_claims(decisions: Sequence[Decision]) -> dict[UUID, int]:
    """The claims that changed, each with the position of its first decision."""
    positions: dict[UUID, int] = {}
    for position, decision in enumerate(decisions):
        for event in decision.events:
            if isinstance(event, ClaimEvent):
                positions.setdefault(event.claim.id, position)
    return positions


def changed_places(sale: FlashSaleActor, decisions: Sequence[Decision]) -> dict[UUID, int]:
    """The places that changed, each with the position of its first decision."""
    positions: dict[UUID, int] = {}
    for position, decision in enumerate(decisions):
        for event in decision.events:
            if isinstance(event, PlaceEvent):
                positions.setdefault(event.place.id, position)
            elif isinstance(event, UnitsClaimed) and event.claim.place_id is not None:
                positions.setdefault(event.claim.place_id, position)
            elif isinstance(event, SaleDrawn):
                positions = dict.fromkeys(sale.line.numbered[: event.count], position) | positions
    return positions


def channels(sale: FlashSaleActor, event: Event) -> tuple[str, ...]:
    """The log channels that hear of an event: the ledger, and whom it concerns."""
    ledger = SALE_LEDGER.of(sale.id)
    if isinstance(event, ClaimEvent):
        return (ledger, USER.of(event.claim.customer_id))
    return (ledger, USER.of(event.place.customer_id)) if isinstance(event, PlaceEvent) else (ledger,)

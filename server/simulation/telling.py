"""The words of the story."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastshop.contract.flash_sales import ClaimEvent, SaleEdited, SaleEvent
from fastshop.contract.lines import PlaceEvent
from server.simulation.story import Story

_CLAIMS = {
    "claimed": "holds {units}",
    "payment_started": "pays for {units}",
    "payment_failed": "could not pay for {units}",
    "paid": "has bought {units}",
    "given_back": "has given {units} back",
    "lapsed": "did not pay for {units} in time",
    "withdrawn": "loses the hold on {units}: the sale is cancelled",
}
_PLACES = {
    "joined": "takes a place in line",
    "left": "has left the line",
    "place_ended": "gets nothing: {reason}",
}
_SALE = {
    "created": "is set up",
    "edited": "has other terms now: {added:+} units",
    "drawn": "draws its lobby",
    "ended": "is ended early",
    "cancelled": "is cancelled",
    "closed": "is closed",
}


class Telling:
    """Tells each event as it is committed. ``names`` are the people's, who may still be coming."""

    def __init__(self, story: Story, names: Mapping[UUID, str]) -> None:
        self._story = story
        self._names = names

    def happened(self, event: SaleEvent) -> None:
        """See `checks.Teller`."""
        kind = event.tag().removeprefix("flash_sales.")
        if isinstance(event, ClaimEvent):
            claim: Any = event.claim
            units = f"{claim.quantity} unit{'s' if claim.quantity > 1 else ''} (claim {claim.place})"
            self._story.tell(self._names.get(claim.customer_id, "?"), _CLAIMS[kind].format(units=units))
        elif isinstance(event, PlaceEvent):
            place: Any = event.place
            where = f", number {place.number}" if place.number else ""
            self._story.tell(self._names.get(place.customer_id, "?"), _PLACES[kind].format(reason=place.reason) + where)
        else:
            added = event.added if isinstance(event, SaleEdited) else 0
            self._story.tell("sale", _SALE[kind].format(added=added))

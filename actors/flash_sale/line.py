"""The line of a sale: who waits, in which order. Nothing in it takes longer because more people wait, but the draw."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from msgspec import Struct, field
from msgspec.structs import replace

from actors.flash_sale.counted import Counted
from fastshop.contract.lines import LineMark, Place, PlaceState
from fastshop.fairness import drawn_order

ACTIVE = (PlaceState.LOBBY, PlaceState.WAITING)

# So many marks tell the position of thousands to within a few places, in less than a packet.
_MARKS = 32


class WaitingLine(Struct):
    """All places of a sale, those that are over too: what is sent again is answered again."""

    places: dict[UUID, Place] = field(default_factory=dict)
    latest: dict[UUID, UUID] = field(default_factory=dict)
    lobby: dict[UUID, None] = field(default_factory=dict)
    # By number, from 1: whose it is, and whether they still wait.
    numbered: list[UUID] = field(default_factory=list)
    counted: Counted = field(default_factory=Counted)
    waiting: int = 0
    # How many places a customer has given up.
    left: dict[UUID, int] = field(default_factory=dict)

    @classmethod
    def of(cls, places: Iterable[Place]) -> "WaitingLine":
        """The line that these places make, given in the order in which they were taken."""
        line = cls()
        for place in places:
            line.places[place.id] = place
            line.latest[place.customer_id] = place.id
            if place.state is PlaceState.LOBBY:
                line.lobby[place.id] = None
            line._count_left(place)
        for place in sorted((p for p in line.places.values() if p.number), key=lambda p: p.number):
            line._append(place)
        return line

    @property
    def empty(self) -> bool:
        """Whether nobody has an active place."""
        return not self.waiting and not self.lobby

    @property
    def last_number(self) -> int:
        """The number that was given last."""
        return len(self.numbered)

    @property
    def front(self) -> int:
        """The number of the first who waits; 0 when nobody does."""
        return self.counted.nth(1) if self.waiting else 0

    def latest_of(self, customer_id: UUID) -> Place | None:
        """The place that a customer took last."""
        place_id = self.latest.get(customer_id)
        return None if place_id is None else self.places[place_id]

    def put(self, place: Place) -> None:
        """Keep a place as it is now."""
        before = self.places.get(place.id)
        self.places[place.id] = place
        if before is None:
            self.latest[place.customer_id] = place.id
        else:
            self._remove(before)
        if place.state is PlaceState.LOBBY:
            self.lobby[place.id] = None
        elif place.number > len(self.numbered):
            self._append(place)
        self._count_left(place)

    def draw(self, seed: bytes) -> None:
        """Give the lobby its numbers, in the order that the seed draws."""
        order = drawn_order(seed, self.lobby)
        self.lobby.clear()
        for number, place_id in enumerate(order, len(self.numbered) + 1):
            place = replace(self.places[place_id], state=PlaceState.WAITING, number=number)
            self.places[place_id] = place
            self._append(place)

    def ahead_of(self, place: Place) -> int:
        """How many wait ahead of a place that waits."""
        return self.counted.before(place.number)

    def in_order(self) -> Iterator[Place]:
        """Those who wait, the first first."""
        for nth in range(1, self.waiting + 1):
            yield self.places[self.numbered[self.counted.nth(nth) - 1]]

    def active(self) -> Iterator[Place]:
        """Everybody with an active place: those who wait, in order, then the lobby."""
        yield from self.in_order()
        yield from (self.places[place_id] for place_id in self.lobby)

    def marks(self) -> tuple[LineMark, ...]:
        """Some of those who wait, the first and the last among them, with how many are ahead."""
        last = self.waiting - 1
        chosen = sorted({last * nth // (_MARKS - 1) for nth in range(_MARKS)}) if self.waiting else ()
        return tuple(LineMark(self.counted.nth(ahead + 1), ahead) for ahead in chosen)

    def _append(self, place: Place) -> None:
        waits = place.state is PlaceState.WAITING
        self.numbered.append(place.id)
        self.counted.append(counted=waits)
        self.waiting += waits

    def _remove(self, place: Place) -> None:
        if place.state is PlaceState.LOBBY:
            del self.lobby[place.id]
        elif place.state is PlaceState.WAITING:
            self.counted.strike(place.number)
            self.waiting -= 1

    def _count_left(self, place: Place) -> None:
        if place.state is PlaceState.LEFT:
            self.left[place.customer_id] = self.left.get(place.customer_id, 0) + 1

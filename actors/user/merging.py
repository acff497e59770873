"""How edits of one cart from several devices come together: in whatever order they arrive, the same comes out.

A line is the set of the edits that made it. Adding puts one in. Setting a quantity and removing take away those that
their device had seen, so what was added meanwhile elsewhere stays. The quantity is the latest one set, by the clocks of
the devices, and what was added after it.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from msgspec import Struct, field

from fastshop.contract.base import Money
from fastshop.contract.carts import MOST_LINES, MOST_UNITS, EditKind, LeftOut, LeftOutReason

# A line that was edited more often than this, unseen or by adding alone, forgets how it came about.
_MOST_MARKS = 32
_A_MOMENT = timedelta(microseconds=1)
# A device whose clock is further behind is believed no more than this.
_OLDEST = timedelta(days=400)


class Edit(Struct, frozen=True, gc=False):
    """An edit. ``price`` is what the goods cost when it came in; None where they are not sold, and for a removal."""

    id: UUID
    kind: EditKind
    variant_id: UUID
    at: datetime
    quantity: int = 1
    price: Money | None = None


class Known(Struct, frozen=True, gc=False):
    """An edit that was worked in: the revision it made, and when, by its device's clock and what that had seen."""

    number: int
    at: datetime


class Mark(Struct, frozen=True, gc=False):
    """What an edit left on a line. ``number`` is the revision it made, ``exact`` says that it set the quantity."""

    at: datetime
    edit_id: UUID
    number: int
    quantity: int
    exact: bool
    price: Money


class Line(Struct, frozen=True, gc=False):
    """Goods in the cart, by the marks of their edits: at least one, in the order of ``at`` and ``edit_id``."""

    variant_id: UUID
    added_at: datetime
    marks: tuple[Mark, ...]

    @property
    def quantity(self) -> int:
        """The latest quantity set and what was added since, bounded."""
        units = 0
        for mark in self.marks:
            units = mark.quantity if mark.exact else units + mark.quantity
        return min(units, MOST_UNITS)

    @property
    def last(self) -> Mark:
        """What the latest edit left."""
        return self.marks[-1]

    @property
    def noted(self) -> Money:
        """What one cost at the latest edit."""
        return self.last.price


class Draft(Struct):
    """A cart while a batch of edits of one device is worked in. The cart itself stays as it is.

    ``seen`` is the revision the device had seen; besides, each of its edits knows of those before it. It takes ``most``
    lines.
    """

    lines: dict[UUID, Line]
    known: dict[UUID, Known]
    revision: int
    seen: int
    now: datetime
    most: int = MOST_LINES
    done: dict[UUID, Known] = field(default_factory=dict)
    touched: set[UUID] = field(default_factory=set)
    earlier: set[UUID] = field(default_factory=set)
    # The next edit comes after all that its device had seen: whoever edits what they see means it to count, even where
    # their clock is behind.
    after: datetime = datetime.min.replace(tzinfo=UTC)

    def __post_init__(self) -> None:
        seen = (edit.at for edit in self.known.values() if edit.number <= self.seen)
        self.after = max(seen, default=self.now - _OLDEST)

    def edit(self, edit: Edit) -> LeftOut | None:
        """Work an edit in; one that is known already changes nothing. Answers why it was left out, if it was."""
        known = self.known.get(edit.id) or self.done.get(edit.id)
        if known is None:
            reason = self._obstacle(edit)
            if reason is not None:
                return LeftOut(edit.id, edit.variant_id, reason)
            known = self._work_in(edit)
        self.earlier.add(edit.id)
        self.after = max(self.after, known.at)
        return None

    def clear(self, edit_id: UUID) -> None:
        """Take out everything that the device had seen."""
        if edit_id not in self.known:
            self._number(edit_id, self.now)
            for variant_id in list(self.lines):
                self._put(variant_id, self._unseen(variant_id))

    def join(self, theirs: Sequence[Line]) -> tuple[LeftOut, ...]:
        """Bring in lines of another cart of the same person: of goods in both the larger quantity stays.

        Where not all find room, those that were edited last do. Answers the others.
        """
        new = [line for line in theirs if line.variant_id not in self.lines and line.last.edit_id not in self.known]
        latest = sorted(new, key=lambda line: line.last.at, reverse=True)
        beyond = latest[max(self.most - len(self.lines), 0) :]
        for line in theirs:
            if line not in beyond:
                self._join(line)
        return tuple(LeftOut(line.last.edit_id, line.variant_id, LeftOutReason.FULL) for line in beyond)

    def changed(self) -> Iterable[Line]:
        """The lines that were edited and are there."""
        return (self.lines[variant_id] for variant_id in sorted(self.touched) if variant_id in self.lines)

    def gone(self) -> Iterable[UUID]:
        """The variants that were edited and are not there."""
        return (variant_id for variant_id in sorted(self.touched) if variant_id not in self.lines)

    def _join(self, theirs: Line) -> None:
        last = theirs.last
        ours = self.lines.get(theirs.variant_id)
        quantity = max(theirs.quantity, ours.quantity if ours else 0)
        self.edit(Edit(last.edit_id, EditKind.SET, theirs.variant_id, last.at, quantity, last.price))

    def _obstacle(self, edit: Edit) -> LeftOutReason | None:
        if edit.kind is EditKind.REMOVE:
            return None
        if edit.price is None:
            return LeftOutReason.GONE
        full = edit.variant_id not in self.lines and len(self.lines) >= self.most
        return LeftOutReason.FULL if full else None

    def _work_in(self, edit: Edit) -> Known:
        made = self._number(edit.id, edit.at)
        kept = self._unseen(edit.variant_id) if edit.kind is not EditKind.ADD else self._marks(edit.variant_id)
        if edit.kind is EditKind.REMOVE:
            self._put(edit.variant_id, kept)
        else:
            assert edit.price is not None
            exact = edit.kind is EditKind.SET
            mark = Mark(made.at, edit.id, made.number, edit.quantity, exact, edit.price)
            self._put(edit.variant_id, (*kept, mark), made.at)
        return made

    def _number(self, edit_id: UUID, at: datetime) -> Known:
        self.revision += 1
        made = self.done[edit_id] = Known(self.revision, max(min(at, self.now), self.after + _A_MOMENT))
        return made

    def _put(self, variant_id: UUID, marks: Iterable[Mark], at: datetime | None = None) -> None:
        line = self.lines.get(variant_id)
        ordered = tuple(sorted(marks, key=lambda mark: (mark.at, mark.edit_id)))
        if line is not None and not ordered:
            del self.lines[variant_id]
        elif ordered:
            added_at = line.added_at if line else at or ordered[0].at
            whole = Line(variant_id, added_at, ordered)
            self.lines[variant_id] = whole if len(ordered) <= _MOST_MARKS else _folded(whole, self.revision)
        self.touched.add(variant_id)

    def _unseen(self, variant_id: UUID) -> tuple[Mark, ...]:
        return tuple(mark for mark in self._marks(variant_id) if not self._sees(mark))

    def _marks(self, variant_id: UUID) -> tuple[Mark, ...]:
        line = self.lines.get(variant_id)
        return line.marks if line else ()

    def _sees(self, mark: Mark) -> bool:
        return mark.number <= self.seen or mark.edit_id in self.earlier


def _folded(line: Line, number: int) -> Line:
    last = line.last
    mark = Mark(last.at, last.edit_id, number, line.quantity, exact=True, price=last.price)
    return Line(line.variant_id, line.added_at, (mark,))

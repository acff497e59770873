"""The user's actor: what follows from each message, and what each event changes."""

from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from msgspec import Struct, field
from msgspec.structs import replace

from actors.runtime.ports import Decision, Message, Reminded
from actors.user.happenings import CartChanged, CartHandedOver
from actors.user.merging import Draft, Known, Line
from actors.user.messages import Clear, Contents, EditLines, HandOver, Look, MergeGuestCart
from fastshop.contract.base import Event
from fastshop.contract.carts import CartAbandoned, CartExpired, CartMoved, CartNotFound, LeftOut

ABANDONED_AFTER = timedelta(hours=4)
# A cart that was left is told of so long after its last edit: once, again, and a last time.
TOLD_AFTER = (ABANDONED_AFTER, timedelta(days=1), timedelta(days=3))
GUEST_EXPIRES_AFTER = timedelta(days=30)
EXPIRES_AFTER = timedelta(days=180)
# So many edits are known again when they are sent twice.
REMEMBERED = 1000
# Signing in loses nothing: the guest's lines may come on top of a full cart. A few times, not without end.
MOST_JOINED = 300


class UserActor(Struct):
    """A person's cart, or a guest's, awake. ``owner`` is the person, None for a guest.

    ``known`` are the latest edits. ``told`` counts how often it was told of since it was left. ``moved_to`` is the
    person whose cart has the goods now.
    """

    id: UUID
    owner: UUID | None = None
    revision: int = 0
    lines: dict[UUID, Line] = field(default_factory=dict)
    known: dict[UUID, Known] = field(default_factory=dict)
    changed_at: datetime | None = None
    abandoned_at: datetime | None = None
    told: int = 0
    moved_to: UUID | None = None

    def decide(self, message: Message[Any], now: datetime) -> Decision:
        """See `actors.runtime.ports.Actor`."""
        match message:
            case Look():
                self._check(message.by)
                return Decision(self.contents())
            case EditLines():
                return self._change(message, now)
            case Clear():
                return self._clear(message, now)
            case MergeGuestCart():
                return self._merge(message, now)
            case HandOver():
                return self._hand_over(message, now)
            case Reminded():
                return Decision(None, self._due(now))
            case _:
                raise TypeError(message)

    def _change(self, message: EditLines, now: datetime) -> Decision:
        draft = self._draft(message.by, message.seen, now)
        left_out = [left for edit in message.edits if (left := draft.edit(edit)) is not None]
        return self._decided(draft, tuple(left_out))

    def _clear(self, message: Clear, now: datetime) -> Decision:
        draft = self._draft(message.by, message.seen, now)
        draft.clear(message.edit_id)
        return self._decided(draft)

    def _merge(self, message: MergeGuestCart, now: datetime) -> Decision:
        draft = self._draft(message.by, None, now)
        draft.most = MOST_JOINED
        left_out = draft.join(message.lines)
        return self._decided(draft, left_out)

    def _hand_over(self, message: HandOver, now: datetime) -> Decision:
        if self.owner is not None:
            raise CartNotFound
        self._check(message.to)
        if self.moved_to is not None:
            return Decision(True)
        if self.revision != message.revision:
            return Decision(False)
        return Decision(True, (CartHandedOver(time=now, to=message.to),))

    def _due(self, now: datetime) -> tuple[Event, ...]:
        if self.changed_at is None or not self.lines:
            return ()
        if self.changed_at + self._lasts() <= now:
            return (CartExpired(time=now, cart_id=self.id, user_id=self.owner),)
        due = sum(self.changed_at + after <= now for after in TOLD_AFTER)
        if due <= self.told:
            return ()
        variants = tuple(line.variant_id for line in self._in_order())
        return (CartAbandoned(time=now, cart_id=self.id, user_id=self.owner, variants=variants, nth=due),)

    def apply(self, event: Event) -> None:
        """See `actors.runtime.ports.Actor`."""
        match event:
            case CartChanged():
                self._take(event)
            case CartHandedOver():
                self.lines, self.moved_to = {}, event.to
            case CartAbandoned():
                self.abandoned_at, self.told = self.abandoned_at or event.time, event.nth
            case CartExpired():
                self.lines = {}
                self.revision += 1
            case _:
                raise TypeError(event)

    def wake_at(self, _now: datetime) -> datetime | None:
        """See `actors.runtime.ports.Actor`."""
        if self.changed_at is None or not self.lines:
            return None
        return self.changed_at + (TOLD_AFTER[self.told] if self.told < len(TOLD_AFTER) else self._lasts())

    def contents(self) -> Contents:
        """What is in the cart."""
        return Contents(self.id, self.revision, self._in_order(), self.moved_to is not None)

    def _take(self, event: CartChanged) -> None:
        self.lines |= {line.variant_id: line for line in event.lines}
        for variant_id in event.gone:
            self.lines.pop(variant_id, None)
        self.known |= event.edits
        for edit_id in list(islice(self.known, max(0, len(self.known) - REMEMBERED))):
            del self.known[edit_id]
        self.revision, self.changed_at, self.abandoned_at = event.revision, event.time, None
        self.told = 0

    def _draft(self, by: UUID | None, seen: int | None, now: datetime) -> Draft:
        self._check(by)
        if self.moved_to is not None:
            raise CartMoved
        return Draft(dict(self.lines), self.known, self.revision, self.revision if seen is None else seen, now)

    def _decided(self, draft: Draft, left_out: tuple[LeftOut, ...] = ()) -> Decision:
        if not draft.done:
            return Decision(replace(self.contents(), left_out=left_out))
        changed = CartChanged(
            time=draft.now,
            revision=draft.revision,
            lines=tuple(draft.changed()),
            gone=tuple(draft.gone()),
            edits=draft.done,
        )
        return Decision(Contents(self.id, draft.revision, _ordered(draft.lines), left_out=left_out), (changed,))

    def _check(self, by: UUID | None) -> None:
        """A person's cart is theirs alone; a guest's is whose it went to, once it did."""
        if self.owner is not None and by != self.owner:
            raise CartNotFound
        if self.moved_to is not None and by != self.moved_to:
            raise CartMoved

    def _in_order(self) -> tuple[Line, ...]:
        return _ordered(self.lines)

    def _lasts(self) -> timedelta:
        return EXPIRES_AFTER if self.owner is not None else GUEST_EXPIRES_AFTER


def _ordered(lines: dict[UUID, Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines.values(), key=lambda line: (line.added_at, line.variant_id)))

"""A small actor to try the runtime with, and a store of it in memory that can be held up and made to fail."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from msgspec import Struct, field

from actors.runtime.ports import Change, Decision, Loaded, Message, Overruled, Reminded, Stale
from fastshop.contract.base import Conflict, Event, NotFound

KIND = "counter"


class Add(Message[int], frozen=True):
    """Add so much; the reply is the sum after it. ``key`` is what makes it happen once."""

    key: int
    amount: int = 1


class Read(Message[int], frozen=True):
    """The sum."""


class Divide(Message[int], frozen=True):
    """A defect."""


class Tear(Message[int], frozen=True):
    """A worse one: what is decided changes something, and then cannot be applied."""


class Wish(Message[None], frozen=True):
    """Wish to be woken."""

    at: datetime


class Added(Event, frozen=True, tag="test.added"):
    key: int
    amount: int


class Torn(Event, frozen=True, tag="test.torn"):
    pass


class Wished(Event, frozen=True, tag="test.wished"):
    at: datetime | None


@dataclass(eq=False)
class Full(Conflict):
    code: ClassVar[str] = "test.full"
    sentence: ClassVar[str] = "Full at {total}."
    total: int


@dataclass(eq=False)
class NoCounter(NotFound):
    code: ClassVar[str] = "test.no_counter"
    sentence: ClassVar[str] = "There is no such counter."


class Counter(Struct):
    """Adds up to 1,000,000, and sleeps until the moment it was told."""

    id: UUID
    total: int = 0
    sums: dict[int, int] = field(default_factory=dict)
    at: datetime | None = None

    def decide(self, message: Any, now: datetime) -> Decision:
        match message:
            case Add():
                if message.key in self.sums:
                    return Decision(self.sums[message.key])
                if self.total + message.amount > 1_000_000:
                    raise Full(self.total)
                event = Added(time=now, key=message.key, amount=message.amount)
                return Decision(self.total + message.amount, (event,))
            case Read():
                return Decision(self.total)
            case Reminded():
                due = self.at is not None and self.at <= now
                return Decision(None, (Wished(time=now, at=None),) if due else ())
            case Tear():
                return Decision(0, (Added(time=now, key=-1, amount=1), Torn(time=now)))
            case Wish():
                return Decision(None, (Wished(time=now, at=message.at),))
            case _:
                return Decision(1 // 0)

    def apply(self, event: Added | Wished | Torn) -> None:
        if isinstance(event, Wished):
            self.at = event.at
        elif isinstance(event, Torn):
            self.total //= 0
        else:
            self.total += event.amount
            self.sums[event.key] = self.total

    def wake_at(self, now: datetime) -> datetime | None:
        return self.at


class Lost(Exception):
    """The line to the store is cut."""


class MemoryStore:
    """What was committed, by counter. ``trouble`` is what happens to the next commits, one each."""

    def __init__(self, *known: UUID) -> None:
        self.events: dict[UUID, list[Added | Wished]] = {counter: [] for counter in known}
        self.versions: dict[UUID, int] = defaultdict(int)
        self.wake_at: dict[UUID, datetime | None] = {}
        self.trouble: list[str] = []
        self.forbidden: set[int] = set()
        # The keys that were added, commit by commit.
        self.groups: list[list[int]] = []
        # Whether it lets the next group be decided while it writes one.
        self.releases = False
        self.loads = 0
        self.commits = 0
        self.open = asyncio.Event()
        self.open.set()

    async def load(self, actor_id: UUID) -> Loaded[Counter]:
        self.loads += 1
        await asyncio.sleep(0)
        if actor_id not in self.events:
            raise NoCounter
        counter = Counter(actor_id)
        for event in self.events[actor_id]:
            counter.apply(event)
        return Loaded(counter, self.versions[actor_id], self.wake_at.get(actor_id))

    async def commit(self, actor: Counter, version: int, change: Change) -> int:
        self.commits += 1
        if self.releases:
            change.release()
        await self.open.wait()
        trouble = self.trouble.pop(0) if self.trouble else ""
        if trouble == "lost before":
            raise Lost
        if trouble == "refused":
            raise Full(-1)
        if trouble == "somebody else":
            self.write(actor.id, Added(time=change.now, key=-self.commits, amount=100))
        if self.versions[actor.id] != version:
            raise Stale
        events = self._events(change)
        self.write(actor.id, *events)
        self.wake_at[actor.id] = change.wake_at
        self.groups.append([event.key for event in events if isinstance(event, Added)])
        if trouble == "lost after":
            raise Lost
        return self.versions[actor.id]

    async def confirm(self, actor: Counter, version: int) -> None:
        await asyncio.sleep(0)
        if self.versions[actor.id] != version:
            raise Stale

    def write(self, counter: UUID, *events: Added | Wished) -> None:
        """Write as any owner does."""
        self.events[counter].extend(events)
        self.versions[counter] += 1

    def _events(self, change: Change) -> list[Added | Wished]:
        events = []
        for position, decision in enumerate(change.decisions):
            for event in decision.events:
                assert isinstance(event, Added | Wished)
                if isinstance(event, Added) and event.key in self.forbidden:
                    raise Overruled(position, Full(-1))
                events.append(event)
        return events

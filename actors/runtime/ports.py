"""What an actor is, and what the runtime needs from outside."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Generic, NamedTuple, Protocol, Self, TypeVar
from uuid import UUID

from msgspec import Struct

from fastshop.contract.base import Event, Refusal

Reply = TypeVar("Reply")
A = TypeVar("A", bound="Actor")


class Message(Struct, Generic[Reply], frozen=True, gc=False):
    """Something an actor may be asked. The type in brackets is what it replies."""


class Asking(Protocol):
    """Where actors are asked, whichever process owns them."""

    def ask(self, kind: str, actor_id: UUID, message: Message[Reply]) -> Awaitable[Reply]:
        """Ask one; the answer is durable."""
        ...


class Reminded(Message[None], frozen=True, gc=False):
    """The moment has come that the actor wanted to be woken at, or came a while ago. Harmless when doubled."""


class Decision(Struct, frozen=True, gc=False):
    """What an actor makes of a message: what it replies, and what happened because of it."""

    reply: Any
    events: tuple[Event, ...] = ()


class Actor(Protocol):
    """State with three methods and no await. Everything it knows it was told; it asks nobody."""

    def decide(self, message: Any, now: datetime) -> Decision:
        """What follows from the message. Changes nothing; raises a refusal."""
        ...

    def apply(self, event: Any) -> None:
        """The only place where state changes. Must not fail for an event that it decided itself."""
        ...

    def wake_at(self, now: datetime) -> datetime | None:
        """When it wants to be reminded, as things stand; None for never. A moment that has passed means at once."""
        ...


class Loaded(NamedTuple, Generic[A]):
    """An actor as the store has it. ``version`` is what its next commit builds on, ``wake_at`` its stored reminder."""

    actor: A
    version: int
    wake_at: datetime | None


def _nothing() -> None:
    pass


class Change(NamedTuple):
    """One commit of a group: what happened since the last one, decision by decision, and the reminder to keep.

    ``release`` may be called when the actor is looked at no more: then the next group is decided while this is written.
    """

    decisions: Sequence[Decision]
    wake_at: datetime | None
    now: datetime
    release: Callable[[], None] = _nothing


class Store(Protocol[A]):
    """Where actors of one kind are kept."""

    async def load(self, actor_id: UUID) -> Loaded[A]:
        """Read an actor. Raises the refusal that says there is none."""
        ...

    async def commit(self, actor: A, version: int, change: Change) -> int:
        """Write a change on top of ``version``, all or nothing, durably. Returns the new version.

        Raises `Stale` when the stored version is another, `Overruled` when the database refuses one of the decisions.
        """
        ...

    async def confirm(self, actor: A, version: int) -> None:
        """Make sure that ``version`` is what is stored. Raises `Stale` when it is another."""
        ...


class Stale(Exception):
    """Somebody else has written since. What is in memory is not true any more."""


class Placement(Protocol):
    """Which node of the shop owns an actor, and the way there.

    It only says where messages should go. Who may write is decided by the version in the commit: two owners lose time.
    """

    async def locate(self, kind: str, actor_id: UUID) -> str | None:
        """The node that owns an actor; None when it is this one, which it becomes where none that lives does.

        Raises whatever went wrong when nobody knows.
        """
        ...

    def give_back(self, kind: str, actor_id: UUID) -> Awaitable[object]:
        """Own it no longer, if this node does. Begins at once, awaited or not; a later `locate` comes after it."""
        ...

    async def carry(self, node: str, kind: str, actor_id: UUID, messages: Sequence[Message[Any]]) -> Sequence[Any]:
        """Have that node decide messages, in order. Answers what came of each: its reply, or what was raised.

        Raises `Elsewhere` where it cannot be reached, `Unanswered` when it does not answer in time; `Elsewhere` in the
        place of a reply means that it did not decide that message.
        """
        ...


class Elsewhere(Exception):
    """That node does not own the actor, or not any more, or cannot be reached. Nothing was decided there."""


class Unanswered(Exception):
    """The owner did not answer in time. What became of the messages is not known."""


class Overruled(Exception):
    """The store refuses a decision for a reason that the actor could not know. The others may stand."""

    def __init__(self, position: int, refusal: Refusal) -> None:
        super().__init__(position, refusal)
        self.position = position
        self.refusal = refusal


class Clock(Protocol):
    """The time, as the runtime hands it to the actors."""

    def now(self) -> datetime:
        """The present moment, aware and in UTC."""
        ...


class Limits(Struct, frozen=True):
    """Bounds of the runtime. ``idle`` and ``settled`` are in seconds.

    About 256 messages a commit is where a larger group gains nothing: while one is written, the next is decided.
    An actor that woke although another node owns it, which could not be reached, is ``settled`` before it looks for
    that one again: while the two fight it must not spend its time on looking.
    """

    mailbox: int = 10_000
    batch: int = 256
    idle: float = 60.0
    attempts: int = 3
    settled: float = 1.0

    @classmethod
    def default(cls) -> Self:
        """What the shop runs with."""
        return cls()

"""The four words in which everything else is said: command, refusal, event, channel.

A command is a frozen struct whose tag is its name on the WebSocket and whose ``http`` is its route. Its answer is the
type in brackets: ``class Show(Command[Product], ...)`` answers a ``Product``.
"""

import re
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Generic, Self, TypeVar, cast, get_args
from uuid import UUID

from msgspec import Meta, Struct, convert, structs

Answer = TypeVar("Answer")
Item = TypeVar("Item")

Time = Annotated[datetime, Meta(tz=True, description="RFC 3339, with an offset; the server answers in UTC")]
Line = Annotated[str, Meta(min_length=1, max_length=200)]
Slug = Annotated[str, Meta(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=100)]
Text = Annotated[str, Meta(max_length=20_000)]
Cursor = Annotated[str, Meta(max_length=400, description="`next` of the page before; empty for the first page")]
Limit = Annotated[int, Meta(ge=1, le=100)]
# PostgreSQL's integer; every count and quantity a client may name is far below.
Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Quantity = Annotated[int, Meta(ge=1, le=1_000_000)]


@dataclass(frozen=True, slots=True)
class Http:
    """Where a command is found over HTTP. ``path`` is under ``/api/v1``; ``{name}`` in it is a field."""

    verb: str
    path: str

    @property
    def path_fields(self) -> frozenset[str]:
        """The fields that travel in the path."""
        return frozenset(re.findall(r"{(\w+)}", self.path))

    @property
    def has_body(self) -> bool:
        """Whether the remaining fields travel as a JSON body; otherwise they travel in the query."""
        return self.verb in ("POST", "PUT", "PATCH")


def GET(path: str) -> Http:  # noqa: N802 - reads as the verb it is
    """A command that changes nothing; its fields travel in path and query."""
    return Http("GET", path)


def POST(path: str) -> Http:  # noqa: N802
    """A command whose fields travel in path and JSON body."""
    return Http("POST", path)


def PUT(path: str) -> Http:  # noqa: N802
    """A command that replaces; its fields travel in path and JSON body."""
    return Http("PUT", path)


def DELETE(path: str) -> Http:  # noqa: N802
    """A command that removes; its fields travel in path and query."""
    return Http("DELETE", path)


class Command(Struct, Generic[Answer], frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something a person or program may ask for. Unknown fields are refused: a misspelt one never passes silently."""

    http: ClassVar[Http]

    @classmethod
    def tag(cls) -> str:
        """The command's name: the RPC method on the WebSocket."""
        return cast("str", cls.__struct_config__.tag)

    @classmethod
    def scope(cls) -> str:
        """What a key must have been made for to ask this: ``<domain>:read``, or ``<domain>:write`` where it changes."""
        return f"{cls.tag().partition('.')[0]}:{'read' if cls.http.verb == 'GET' else 'write'}"

    @classmethod
    def answer(cls) -> Any:
        """The type of its answer."""
        (base,) = cast("Any", cls).__orig_bases__
        return get_args(base)[0]

    @classmethod
    def id_field(cls) -> str | None:
        """The field with the id that the client makes for what it creates: the idempotency key. None if there is none.

        It is the first required UUID of a POST that does not travel in the path.
        """
        if cls.http.verb != "POST":
            return None
        own = (field for field in structs.fields(cls) if field.name not in cls.http.path_fields)
        return next((field.name for field in own if field.required and field.type is UUID), None)


class Done(Struct, frozen=True):
    """The answer of a command that has nothing to tell but that it is done."""


class Page(Struct, Generic[Item], frozen=True):
    """A page of a list in a stable order. ``next`` is the cursor of the following page, null on the last."""

    items: tuple[Item, ...]
    next: str | None = None


class Money(Struct, frozen=True, order=True, forbid_unknown_fields=True, gc=False):
    """An exact amount: ``amount`` in minor units (cents) of the ISO 4217 ``currency``."""

    amount: Annotated[int, Meta(ge=-(10**15), le=10**15)]
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$", max_length=3)]

    def times(self, quantity: int) -> "Money":
        """The amount for so many units."""
        return Money(self.amount * quantity, self.currency)


class Event(Struct, frozen=True, kw_only=True):
    """Something that happened. Its tag (``type`` on the wire) is in the past tense; ``time`` is when, in UTC."""

    time: Time

    @classmethod
    def tag(cls) -> str:
        """The event's name on the wire."""
        return cast("str", cls.__struct_config__.tag)


class ChannelKind(StrEnum):
    """What a channel promises to a reader who was away or is slow."""

    LOG = "log"  # each event matters: recovered by offset, or an honest fresh snapshot
    STATE = "state"  # only the latest matters: a slow reader gets the newest
    PASSING = "passing"  # nothing is kept: typing, cursors


@dataclass(frozen=True, slots=True)
class Channel:
    """A stream somebody may watch. ``pattern`` has at most one ``{field}``: the id of what is watched.

    ``is_secret``: whoever knows that id may watch, so it is a key, and the shop keeps it no more than a password.
    """

    pattern: str
    kind: ChannelKind
    doc: str
    snapshot: Any  # the type of a subscriber's starting state; for STATE also what is published
    events: tuple[type[Event], ...] = ()
    is_secret: bool = False

    @property
    def prefix(self) -> str:
        """The part before the id, with its colon; the whole name where there is no id."""
        return self.pattern.partition("{")[0]

    @property
    def scope(self) -> str:
        """What a key must have been made for to watch it: ``watch:<noun>``."""
        return f"watch:{self.prefix.rstrip(':')}"

    @property
    def key(self) -> str:
        """What the id in the name is called; empty where there is none."""
        return self.pattern.partition("{")[2].rstrip("}")

    def of(self, key: object = "") -> str:
        """The name of the channel of one thing: ``SALE.of(sale_id)`` is ``sale:0193...``."""
        return f"{self.prefix}{key}"


@dataclass(eq=False)
class Refusal(Exception):
    """A clear no. ``code`` is stable, ``sentence`` is for people, the fields are the facts.

    Subclass one of the kinds below, never this: the kind is what the edges turn into a status.
    ``temporary`` says that the very same command may succeed later without any change.
    """

    code: ClassVar[str]
    sentence: ClassVar[str]
    temporary: ClassVar[bool] = False

    def __str__(self) -> str:
        return self.sentence.format_map(self.facts())

    def facts(self) -> dict[str, Any]:
        """The facts behind the no, by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_facts(cls, facts: dict[str, Any]) -> Self:
        """Build it again from what came over the wire. Facts this version does not know are passed over."""
        # Not msgspec.convert on the class itself: that crashes the interpreter for exception classes (msgspec 0.22).
        known = {f.name: convert(facts[f.name], f.type) for f in fields(cls) if f.name in facts}
        return cls(**known)


class Invalid(Refusal):
    """What was sent cannot be understood or lies outside the allowed."""


class Unauthenticated(Refusal):
    """We do not know who is asking."""


class Forbidden(Refusal):
    """We know who is asking, and they may not."""


class NotFound(Refusal):
    """It does not exist, or not for this caller."""


class Conflict(Refusal):
    """It does not fit the present state."""


class TooMany(Refusal):
    """A limit on how often or how much was reached."""

    temporary: ClassVar[bool] = True


class Unavailable(Refusal):
    """The shop, or something it needs, cannot answer now."""

    temporary: ClassVar[bool] = True


@dataclass(eq=False)
class BadInput(Invalid):
    """A field is missing, unknown, of the wrong type or out of bounds. ``field`` is its path, empty for the whole."""

    code: ClassVar[str] = "bad_input"
    sentence: ClassVar[str] = "{reason}"
    field: str
    reason: str


@dataclass(eq=False)
class SignInNeeded(Unauthenticated):
    """The operation needs a signed-in caller."""

    code: ClassVar[str] = "sign_in_needed"
    sentence: ClassVar[str] = "Sign in first."


@dataclass(eq=False)
class NotAllowed(Forbidden):
    """The caller's role does not include this."""

    code: ClassVar[str] = "not_allowed"
    sentence: ClassVar[str] = "You may not do this."


@dataclass(eq=False)
class ScopeMissing(Forbidden):
    """The API key was not made for this."""

    code: ClassVar[str] = "scope_missing"
    sentence: ClassVar[str] = "This key may not do this: it lacks the scope {scope}."
    scope: str


@dataclass(eq=False)
class CrossSite(Forbidden):
    """A page of another site tried to change something with the visitor's cookie."""

    code: ClassVar[str] = "cross_site"
    sentence: ClassVar[str] = "Another site may not do this with your cookie."


@dataclass(eq=False)
class IdReused(Conflict):
    """The id was used before, for something else. The same id with the same content would have had the first answer."""

    code: ClassVar[str] = "id_reused"
    sentence: ClassVar[str] = "This id was used before for something else."


@dataclass(eq=False)
class RateLimited(TooMany):
    """Too many requests; ``retry_after`` seconds later the next is welcome."""

    code: ClassVar[str] = "rate_limited"
    sentence: ClassVar[str] = "Too many requests. Try again in {retry_after} s."
    retry_after: int


@dataclass(eq=False)
class Busy(Unavailable):
    """More is waiting than can be served soon, or who decides has not answered in time.

    Mostly nothing was changed; where it was, the same command sent again, with its ids, finds what it did.
    """

    code: ClassVar[str] = "busy"
    sentence: ClassVar[str] = "The shop is busy. Try again in a moment."


@dataclass(eq=False)
class Broken(Unavailable):
    """Something failed on our side, recorded under ``trace``. The outcome of a change is unknown: send it again."""

    code: ClassVar[str] = "internal"
    sentence: ClassVar[str] = "Something went wrong on our side (trace {trace})."
    trace: str

"""The line of a flash sale: a lobby before the start, drawn at the start, then first come first served.

Who is first in line gets the units that come free as a claim, held for as long as any other; nobody jumps the line.
How the draw is checked and a position is computed is in `fastshop.fairness`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.base import (
    DELETE,
    GET,
    POST,
    Command,
    Conflict,
    Cursor,
    Event,
    Forbidden,
    NotFound,
    Quantity,
    Time,
)

# What was solved for `flash_sales.challenge`; a solution is some 600 characters.
Proof = Annotated[str, Meta(max_length=4000, description="the solved challenge, where the sale asks for one")]
# Sorted as they were drawn, 37 bytes each: a page stays below 200 KB.
PlacesLimit = Annotated[int, Meta(ge=1, le=5000)]


class PlaceState(StrEnum):
    """Where a place stands. Those in the ``LOBBY`` and ``WAITING`` are active; the others are over.

    ``SERVED``: its units are held, see ``claim_id``. ``LEFT``: given up by its customer. ``ENDED``: see ``reason``.
    """

    LOBBY = "lobby"
    WAITING = "waiting"
    SERVED = "served"
    LEFT = "left"
    ENDED = "ended"


class EndReason(StrEnum):
    """Why a place ended without units.

    The sale's time was over, or its seller ended it early (``ENDED``) or cancelled it; all its units were paid for by
    others; or the customer had as many units as they may have when their turn came (``LIMIT``).
    """

    ENDED = "ended"
    CANCELLED = "cancelled"
    SOLD_OUT = "sold_out"
    LIMIT = "limit"


class Place(Struct, frozen=True, gc=False):
    """A customer's place in the line of a sale, for up to ``quantity`` units. A customer has one active place.

    ``joined`` counts the places of the sale in the order in which they were taken. ``number`` is its number in line, 0
    in the lobby: the draw gives the lobby the first ones, who comes later gets the next. Numbers never change; how many
    are ahead is told by the sale's `SaleLine`. ``claim_id`` is what it was served.
    """

    id: UUID
    sale_id: UUID
    customer_id: UUID
    quantity: int
    state: PlaceState
    joined: int
    joined_at: Time
    number: int = 0
    claim_id: UUID | None = None
    reason: EndReason | None = None


class LineMark(Struct, frozen=True, gc=False):
    """In front of the place with this ``number`` so many others wait."""

    number: int
    ahead: int


class ComingBack(Struct, frozen=True, gc=False):
    """If none of the holds that are out is paid for, so many ``units`` in all have come back at ``time``."""

    time: Time
    units: int


class SaleLine(Struct, frozen=True):
    """The line of a sale, the same for everybody: from it and a place's number anybody computes their position.

    ``waiting`` places wait behind each other, ``front`` is the number of the first (0: nobody); ``lobby`` places wait
    for the draw. ``marks`` are up to 32, in order of numbers, the first and the last in line among them: see
    `fastshop.fairness.ahead_of`. ``returns`` are up to 8, in order of time, the last one with all units on hold.
    ``unpaid`` is the share of units whose hold was not paid for so far: see `fastshop.fairness.estimate`.
    """

    waiting: int = 0
    lobby: int = 0
    front: int = 0
    marks: tuple[LineMark, ...] = ()
    returns: tuple[ComingBack, ...] = ()
    unpaid: float = 0.0


class LineEstimate(Struct, frozen=True):
    """When a unit may come free for a place. An estimate: nobody knows who will pay.

    ``earliest`` is the first moment at which enough holds can have lapsed, null when more wait ahead than units are
    on hold. ``likely`` is how likely it is that so many of these holds are not paid for, from 0 to 1.
    """

    earliest: Time | None
    likely: float


class LinePosition(Struct, frozen=True):
    """A place and how many wait ahead. The latter is null where it does not wait: in the lobby, or when it is over."""

    place: Place
    ahead: int | None = None
    estimate: LineEstimate | None = None


class JoinLine(Command[Place], frozen=True, tag="flash_sales.join"):
    """Take a place in line: in the lobby before the start, at the end of the line after it.

    Where units are free and nobody waits, they are held at once: the place is ``served``. Who has an active place in
    this sale is answered that one. Sent again with the same id it answers the same place as it is now.
    """

    http: ClassVar = POST("/flash-sales/{sale_id}/join")
    sale_id: UUID
    place_id: UUID
    quantity: Quantity = 1
    proof: Proof = ""


class LeaveLine(Command[Place], frozen=True, tag="flash_sales.leave"):
    """Give a place up. Giving it up again changes nothing."""

    http: ClassVar = DELETE("/flash-sales/{sale_id}/join")
    sale_id: UUID
    place_id: UUID


class ShowPosition(Command[LinePosition], frozen=True, tag="flash_sales.position"):
    """The caller's latest place in a sale, exactly.

    Nobody need ask again and again: the channel of the sale carries the `SaleLine`. After the draw, ask once for the
    number, at a moment of your own within a few seconds: thousands want to know theirs.
    """

    http: ClassVar = GET("/flash-sales/{sale_id}/position")
    sale_id: UUID


class LobbyDraw(Struct, frozen=True):
    """How the lobby was drawn, a page of it. ``places`` are the ids in the order drawn, from number ``first`` on.

    ``commitment`` (shown from the sale's creation) is the SHA-256 of ``seed``; places are in the ascending order of
    SHA-256 of seed and place id (its 16 bytes). `fastshop.fairness.verify_draw` checks all of it.
    """

    sale_id: UUID
    commitment: str
    seed: str
    count: int
    first: int
    places: tuple[UUID, ...]
    next: str | None = None


class ShowDraw(Command[LobbyDraw], frozen=True, tag="flash_sales.draw"):
    """How the lobby of a sale was drawn. Anybody may look, once it was."""

    http: ClassVar = GET("/flash-sales/{sale_id}/draw")
    sale_id: UUID
    cursor: Cursor = ""
    limit: PlacesLimit = 1000


class ChallengeParameters(Struct, frozen=True, rename="camel"):
    """What is to be found: the ``counter`` with which the derived key begins with ``key_prefix`` (hex).

    The key of ``SHA-256`` and cost 1 is the SHA-256 of salt, nonce and the counter as four bytes, big-endian.
    """

    algorithm: str
    nonce: str
    salt: str
    cost: int
    key_length: int
    key_prefix: str
    data: dict[str, str]


class ProofChallenge(Struct, frozen=True):
    """A proof of work to do, as ALTCHA (version 2) says it: any of its clients solves it.

    The proof is the base64 of the JSON ``{"challenge": <this>, "solution": {"counter": ..., "derivedKey": <hex>}}``.
    """

    parameters: ChallengeParameters
    signature: str


class AskChallenge(Command[ProofChallenge], frozen=True, tag="flash_sales.challenge"):
    """A challenge for the caller and this sale. Solved, it is good for one place or claim, within ten minutes."""

    http: ClassVar = GET("/flash-sales/{sale_id}/challenge")
    sale_id: UUID


class LineJoined(Event, frozen=True, tag="flash_sales.joined"):
    """A customer took a place in the lobby or in line."""

    place: Place


class LineLeft(Event, frozen=True, tag="flash_sales.left"):
    """A customer gave their place up."""

    place: Place


class PlaceEnded(Event, frozen=True, tag="flash_sales.place_ended"):
    """A place ended without units; its ``reason`` says why."""

    place: Place


PlaceEvent = LineJoined | LineLeft | PlaceEnded
PLACE_EVENTS: tuple[type[Event], ...] = (LineJoined, LineLeft, PlaceEnded)


@dataclass(eq=False)
class PlaceNotFound(NotFound):
    """The caller has no such place in the line of this sale."""

    code: ClassVar[str] = "flash_sales.place_not_found"
    sentence: ClassVar[str] = "You have no such place in this line."


@dataclass(eq=False)
class PlaceOver(Conflict):
    """The place was served or has ended. ``state`` says which."""

    code: ClassVar[str] = "flash_sales.place_over"
    sentence: ClassVar[str] = "This place is {state}."
    state: PlaceState


@dataclass(eq=False)
class NotDrawn(Conflict):
    """There is no draw to show: the sale has not started, or nobody was in its lobby."""

    code: ClassVar[str] = "flash_sales.not_drawn"
    sentence: ClassVar[str] = "The lobby of this sale was not drawn."


@dataclass(eq=False)
class ProofNeeded(Forbidden):
    """The sale asks for a proof of work: solve a challenge (`flash_sales.challenge`) and send it along."""

    code: ClassVar[str] = "flash_sales.proof_needed"
    sentence: ClassVar[str] = "This sale asks for a proof of work. Solve a challenge first."


@dataclass(eq=False)
class ProofWrong(Forbidden):
    """The proof is no solution, is of somebody else or another sale, has expired or was used. Solve a new challenge."""

    code: ClassVar[str] = "flash_sales.proof_wrong"
    sentence: ClassVar[str] = "This proof of work does not count. Solve a new challenge."

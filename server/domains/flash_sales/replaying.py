"""Replay: a sale built again from its ledger alone, by the very code that ran it, and held against what is stored."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct
from msgspec.structs import asdict

from actors.flash_sale import FlashSaleActor, Goods, WaitingLine, terms_of
from fastshop.contract.base import Event
from fastshop.contract.flash_sales import (
    SALE_LEDGER,
    ClaimEvent,
    PaymentFailed,
    SaleClosed,
    SaleCreated,
    SaleEdited,
    SaleEvent,
    UnitsClaimed,
)
from fastshop.contract.lines import LineJoined, PlaceEvent, SaleLine
from fastshop.fairness import commitment_of
from server.domains.flash_sales import rows
from server.kernel import log
from server.kernel.database import Database

_PAGE = 1000

_PEOPLE = "SELECT id, email FROM users WHERE id = ANY ($1)"

_events: msgspec.json.Decoder[SaleEvent] = msgspec.json.Decoder(SaleEvent)

# What changes in the life of a claim or a place; all else stays as it began.
_MOVES = ("state", "payment_id", "order_id", "claim_id", "reason")

Connection: TypeAlias = "asyncpg.Connection[Any]"


@dataclass(frozen=True, slots=True)
class Step:
    """One event, and how the sale stands after it. ``who`` is empty where the event concerns nobody alone."""

    seq: int
    time: datetime
    event: str
    who: str
    what: str
    held: int
    sold: int
    left: int
    waiting: int

    def __str__(self) -> str:
        happened = f"{self.seq:>6}  {self.time:%Y-%m-%d %H:%M:%S.%f}"[:-3]
        stands = f"held {self.held:>5}  sold {self.sold:>5}  left {self.left:>5}  in line {self.waiting:>5}"
        return f"{happened}  {self.event:<15}  {self.who:<30}  {self.what:<24}  {stands}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a replay ended. ``differences`` is empty when the log tells what is stored.

    ``compared`` is False when the replay stopped before the end, so that there was nothing to hold it against.
    """

    events: int
    claims: int
    places: int
    compared: bool
    differences: tuple[str, ...]


class _Broken(Exception):
    """The log cannot be followed any further; the sentence says why."""


async def replay(
    database: Database, sale_id: UUID, show: Callable[[Step], object], until: int | None = None
) -> Outcome:
    """Rebuild a sale from its log, event by event, and compare it with what is stored.

    Everything is read as of one moment, so a sale that goes on meanwhile is no difference. ``until`` stops after the
    event with this seq. `LookupError` when there is no such sale.
    """
    async with database.reading() as connection:
        stored = await connection.fetchrow(rows.SALE, sale_id)
        if stored is None:
            raise LookupError(f"There is no sale {sale_id}.")
        replayed = _Replayed(sale_id)
        try:
            await _follow(connection, replayed, show, until)
            last = await log.head(connection, SALE_LEDGER.of(sale_id))
            if until is not None and replayed.seq == until < last:
                return replayed.outcome(compared=False)
            differences = await _differences(connection, replayed, stored)
            if replayed.seq != last:
                differences.append(f"the log should go on to event {last}, and ends with {replayed.seq}")
        except _Broken as broken:
            differences = [str(broken)]
        return replayed.outcome(differences)


async def _follow(
    connection: Connection, replayed: "_Replayed", show: Callable[[Step], object], until: int | None
) -> None:
    channel = SALE_LEDGER.of(replayed.sale_id)
    while until is None or replayed.seq < until:
        limit = _PAGE if until is None else min(_PAGE, until - replayed.seq)
        page = await log.after(connection, channel, replayed.seq, limit)
        events = [(publication.seq, _read(publication)) for publication in page]
        people = await _people(connection, [event for _, event in events])
        for seq, event in events:
            show(replayed.step(seq, event, people))
        if len(page) < limit:
            return


def _read(publication: log.Publication) -> SaleEvent:
    try:
        return _events.decode(publication.data)
    except msgspec.ValidationError as error:
        raise _Broken(f"event {publication.seq} cannot be read: {error}") from error


async def _people(connection: Connection, events: Sequence[SaleEvent]) -> Mapping[UUID, str]:
    ids = {subject.customer_id for event in events if (subject := _subject(event)) is not None}
    return {row["id"]: row["email"] for row in await connection.fetch(_PEOPLE, list(ids))}


class _Replayed:
    """The sale so far."""

    def __init__(self, sale_id: UUID) -> None:
        self.sale_id = sale_id
        self.seq = 0
        self._actor: FlashSaleActor | None = None

    @property
    def actor(self) -> FlashSaleActor:
        if self._actor is None:
            raise _Broken("the log does not begin with the creation of the sale")
        return self._actor

    def step(self, seq: int, event: SaleEvent, people: Mapping[UUID, str]) -> Step:
        """Let this happen."""
        if seq != self.seq + 1:
            raise _Broken(f"event {self.seq + 1} is missing from the log; after {self.seq} comes {seq}")
        if self._actor is None and isinstance(event, SaleCreated):
            self._actor = _created(event)
        else:
            self._apply(seq, event)
        self.seq = seq
        if self.actor.left < 0:
            raise _Broken(f"event {seq} oversells: {-self.actor.left} units more than there are")
        return self._told(event, people)

    def outcome(self, differences: Sequence[str] = (), *, compared: bool = True) -> Outcome:
        actor = self._actor
        claims, places = (len(actor.claims), len(actor.line.places)) if actor else (0, 0)
        return Outcome(self.seq, claims, places, compared, tuple(differences))

    def _apply(self, seq: int, event: SaleEvent) -> None:
        changed = _contradicted(self.actor, event)
        if changed:
            raise _Broken(f"event {seq}, {event.tag()}, contradicts those before it: {changed}")
        try:
            self.actor.apply(event)
        except (LookupError, ValueError, AssertionError) as error:
            raise _Broken(f"event {seq}, {event.tag()}, does not follow from those before it") from error

    def _told(self, event: SaleEvent, people: Mapping[UUID, str]) -> Step:
        actor, subject = self.actor, _subject(event)
        return Step(
            seq=self.seq,
            time=event.time,
            event=event.tag().removeprefix("flash_sales."),
            who=people.get(subject.customer_id, str(subject.customer_id)) if subject is not None else "",
            what=_what(event),
            held=actor.held,
            sold=actor.sold,
            left=actor.left,
            waiting=actor.line.waiting + len(actor.line.lobby),
        )


def _created(event: SaleCreated) -> FlashSaleActor:
    sale = event.sale
    goods = Goods(**{name: getattr(sale, name) for name in Goods.__struct_fields__})
    actor = FlashSaleActor(sale.id, goods, terms_of(sale))
    actor.commitment = sale.commitment  # the secret behind it is not in the log
    return actor


def _subject(event: Event) -> Any:
    """The claim or the place that an event is about."""
    if isinstance(event, ClaimEvent):
        return event.claim
    return event.place if isinstance(event, PlaceEvent) else None


def _contradicted(actor: FlashSaleActor, event: SaleEvent) -> str:
    """What an event says otherwise than those before it of a claim or a place; empty when it agrees with them."""
    subject = _subject(event)
    if subject is None:
        return ""
    everything: Mapping[UUID, Struct] = actor.claims if isinstance(event, ClaimEvent) else actor.line.places
    known = everything.get(subject.id)
    if isinstance(event, UnitsClaimed | LineJoined):
        return "it was there before" if known is not None else ""
    if known is None:
        return "it was not there before"
    told = asdict(subject)
    return ", ".join(name for name, value in asdict(known).items() if name not in _MOVES and told[name] != value)


def _what(event: SaleEvent) -> str:
    if isinstance(event, ClaimEvent):
        why = f": {event.reason}" if isinstance(event, PaymentFailed) else ""
        return f"place {event.claim.place}, {_units(event.claim.quantity)}{why}"
    if isinstance(event, PlaceEvent):
        number = f"number {event.place.number}" if event.place.number else "lobby"
        return f"{number}, {_units(event.place.quantity)}" + (f": {event.place.reason}" if event.place.reason else "")
    if isinstance(event, SaleEdited):
        return f"{event.added:+} units"
    return f"{_units(event.returned)} returned" if isinstance(event, SaleClosed) else ""


def _units(count: int) -> str:
    return f"{count} unit" if count == 1 else f"{count} units"


# --- what is stored -------------------------------------------------------------------------------------------------


async def _differences(connection: Connection, replayed: _Replayed, stored: rows.Row) -> list[str]:
    actor, sale_id = replayed.actor, replayed.sale_id
    claims = await connection.fetch(rows.CLAIMS_OF_SALE, sale_id)
    line = WaitingLine.of(map(rows.place, await connection.fetch(rows.PLACES_OF_SALE, sale_id)))
    told = [
        *_compare("the sale", _sale(actor), _sale(_as_stored(stored))),
        *_compare_all("claim", actor.claims, {row["id"]: rows.claim(row) for row in claims}),
        *_compare_all("place", actor.line.places, line.places),
        *_compare("the line", _line(actor.line), _line(line)),
        *_compare("the line as it was shown", _shown(actor.line), _as_shown(rows.line(stored))),
    ]
    keys = {row["id"]: rows.listed(row["limit_keys"]) for row in claims if row["limit_keys"]}
    if keys != actor.limit_keys:
        told.append(f"the limit keys are {actor.limit_keys} by the log, {keys} as stored")
    if actor.seed and actor.commitment not in ("", commitment_of(bytes.fromhex(actor.seed))):
        told.append(f"the draw: its seed {actor.seed} is not the one that was committed to")
    return told


def _as_stored(row: rows.Row) -> FlashSaleActor:
    actor = rows.actor(row)
    actor.held, actor.sold = row["held_count"], row["sold_count"]
    return actor


def _sale(actor: FlashSaleActor) -> dict[str, Any]:
    names = ("held", "sold", "left", "last_place", "cancelled", "closed", "seed", "drawn")
    counts = {name: getattr(actor, name) for name in names}
    # Sales of the first release have no commitment in their log.
    committed = {"commitment": actor.commitment} if actor.commitment else {}
    return asdict(actor.terms) | asdict(actor.goods) | counts | committed


def _line(line: WaitingLine) -> dict[str, Any]:
    return {"waiting": line.waiting, "lobby": len(line.lobby), "order": [place.id for place in line.in_order()]}


def _shown(line: WaitingLine) -> dict[str, Any]:
    """What is shown of a line and does not hang on the moment."""
    return {"waiting": line.waiting, "lobby": len(line.lobby), "front": line.front, "marks": line.marks()}


def _as_shown(line: SaleLine) -> dict[str, Any]:
    return {"waiting": line.waiting, "lobby": line.lobby, "front": line.front, "marks": line.marks}


def _compare_all(kind: str, told: Mapping[UUID, Struct], stored: Mapping[UUID, Struct]) -> Iterator[str]:
    for key in sorted(told.keys() | stored.keys()):
        if key not in stored:
            yield f"{kind} {key}: the log tells of it, and it is not stored"
        elif key not in told:
            yield f"{kind} {key}: it is stored, and the log does not tell of it"
        else:
            yield from _compare(f"{kind} {key}", asdict(told[key]), asdict(stored[key]))


def _compare(what: str, told: Mapping[str, Any], stored: Mapping[str, Any]) -> Iterator[str]:
    for name, value in told.items():
        if value != stored[name]:
            yield f"{what}: {name} is {value} by the log, {stored[name]} as stored"

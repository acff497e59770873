"""Pictures as evidence: what the sides of a return or a dispute show each other, and the shop. Nobody else does."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.base import GET, POST, Command, Conflict, Event, Invalid, NotFound, Time
from fastshop.contract.sides import GuestOrderKey, ReturnSide

EvidenceWords = Annotated[str, Meta(max_length=500, description="what is to be seen on it")]

# About one return or dispute, from each side.
MOST_EVIDENCE = 10


class EvidenceState(StrEnum):
    """Where a picture stands. ``FAILED`` is final; ``reason`` says why."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"


class Evidence(Struct, frozen=True):
    """A picture of a return or of a dispute, shown by one ``side``. Where it is ready, `evidence.show` has it."""

    id: UUID
    return_id: UUID | None
    dispute_id: UUID | None
    side: ReturnSide
    state: EvidenceState
    words: str
    added_at: Time
    reason: str = ""


class AddEvidence(Command[Evidence], frozen=True, tag="evidence.add"):
    """Show the other side a picture of a return or of a dispute, as long as that is not over.

    JPEG, PNG, WebP, AVIF and GIF that do not move are taken, of 20 MiB and 50 megapixels at most. What is shown is made
    anew by a job, without what cameras write into files (place, time, device); the channel of the return or the dispute
    tells when. Sent again with the same id it answers the same picture.

    Over HTTP the picture may be the body itself (``Content-Type: image/jpeg``), with the other fields in the query;
    a guest has no other way.
    """

    http: ClassVar = POST("/evidence")
    evidence_id: UUID
    upload_id: UUID
    return_id: UUID | None = None
    dispute_id: UUID | None = None
    words: EvidenceWords = ""
    order_key: GuestOrderKey = None


class ListEvidence(Command[tuple[Evidence, ...]], frozen=True, tag="evidence.list"):
    """All pictures of a return or of a dispute, the oldest first: to its customer, its seller, managers and admins."""

    http: ClassVar = GET("/evidence")
    return_id: UUID | None = None
    dispute_id: UUID | None = None
    order_key: GuestOrderKey = None


class ShowEvidence(Command[Evidence], frozen=True, tag="evidence.show"):
    """One picture: to the customer, the seller, managers and admins. Over HTTP it is had as a file, WebP."""

    http: ClassVar = GET("/evidence/{evidence_id}")
    evidence_id: UUID
    order_key: GuestOrderKey = None


class EvidenceAdded(Event, frozen=True, tag="evidence.added"):
    """Somebody sent a picture; a job makes it ready. The log is kept for ever, so it comes without ``words``."""

    evidence: Evidence


class EvidenceMade(Event, frozen=True, tag="evidence.made"):
    """A picture is ready, or cannot be: its state says which. It comes without ``words``."""

    evidence: Evidence


@dataclass(eq=False)
class EvidenceNotFound(NotFound):
    """There is no such picture, or it is not the caller's to see, or not ready to be."""

    code: ClassVar[str] = "evidence.not_found"
    sentence: ClassVar[str] = "There is no such picture."


@dataclass(eq=False)
class EvidenceUnclear(Invalid):
    """A picture is of one return, or of one dispute."""

    code: ClassVar[str] = "evidence.unclear"
    sentence: ClassVar[str] = "Name the return or the dispute that this is about."
    field: str = "return_id"


@dataclass(eq=False)
class TooMuchEvidence(Conflict):
    """This side has shown as many pictures of it as it may."""

    code: ClassVar[str] = "evidence.too_much"
    sentence: ClassVar[str] = "Each side may show {most} pictures."
    most: int

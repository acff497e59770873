"""Pictures of products: sent in by their sellers, made anew in several widths, shown in their order."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.base import (
    DELETE,
    GET,
    POST,
    PUT,
    Command,
    Conflict,
    Done,
    Event,
    Invalid,
    NotFound,
)

AltText = Annotated[str, Meta(max_length=500, description="What a screen reader says")]

# A picture is had in those of these widths, in pixels, that are narrower than itself, and in its own, at most the last.
WIDTHS = (160, 320, 640, 1280, 2000)
# Of a product's pictures, all together.
MOST_PICTURES = 50


class MediaState(StrEnum):
    """Where a picture stands. ``FAILED`` is final; ``reason`` says why.

    Where a product on show is moderated, one that is made is ``IN_REVIEW`` until a manager has let it be seen: until
    then its seller and the managers alone know of it. What was not let through is ``REJECTED``, and gone in a day.
    """

    WAITING = "waiting"
    READY = "ready"
    IN_REVIEW = "in_review"
    REJECTED = "rejected"
    FAILED = "failed"


class MediaSource(Struct, frozen=True):
    """A picture in one width, as WebP. What an address holds never changes."""

    url: str
    width: int
    height: int


class Media(Struct, frozen=True):
    """A picture of a product. ``url`` is its widest; empty until it is ready.

    ``sources`` are all its widths, the narrowest first; none of a picture that is kept elsewhere.
    """

    id: UUID
    product_id: UUID
    state: MediaState
    alt: str
    url: str = ""
    sources: tuple[MediaSource, ...] = ()
    reason: str = ""


class MediaPlace(Struct, frozen=True, forbid_unknown_fields=True):
    """A picture at its place in the order, with what a screen reader says."""

    id: UUID
    alt: AltText = ""


class AddMedia(Command[Media], frozen=True, tag="media.add"):
    """Add an uploaded picture to a product of the caller's shop, after its others. Sent again it answers the same.

    JPEG, PNG, WebP, AVIF and GIF that do not move are taken, of 20 MiB and 50 megapixels at most. What is shown is made
    anew by a job, without what cameras write into files (place, time, device); the product's channel tells when, or
    its seller's where the picture is to be reviewed before it is seen.

    Over HTTP the picture may be the body itself (``Content-Type: image/jpeg``), with the other fields in the query.
    """

    http: ClassVar = POST("/products/{product_id}/media")
    product_id: UUID
    media_id: UUID
    upload_id: UUID
    alt: AltText = ""


class ListMedia(Command[tuple[Media, ...]], frozen=True, tag="media.list"):
    """All pictures of a product of the caller's shop in their order, then those that are not ready.

    Where others wait for review, the order and the texts are those that wait.
    """

    http: ClassVar = GET("/products/{product_id}/media")
    product_id: UUID


class ArrangeMedia(Command[tuple[Media, ...]], frozen=True, tag="media.arrange"):
    """Say in which order a product's pictures are shown, and their texts. Those not named follow as they are.

    Where a product on show is moderated, this waits for review.
    """

    http: ClassVar = PUT("/products/{product_id}/media")
    product_id: UUID
    pictures: Annotated[tuple[MediaPlace, ...], Meta(max_length=MOST_PICTURES)]


class RemoveMedia(Command[Done], frozen=True, tag="media.remove"):
    """Take a picture from a product of the caller's shop. Its files go too, unless another product shows it."""

    http: ClassVar = DELETE("/media/{media_id}")
    media_id: UUID


class MediaAdded(Event, frozen=True, tag="media.added"):
    """Somebody sent a picture; a job makes it ready."""

    media: Media


class MediaMade(Event, frozen=True, tag="media.made"):
    """A picture is ready, or cannot be: its state says which."""

    media: Media


class MediaRemoved(Event, frozen=True, tag="media.removed"):
    """A picture was taken away; a job removes its files."""

    media_id: UUID


@dataclass(eq=False)
class MediaNotFound(NotFound):
    """There is no such picture, or its product is not the caller's."""

    code: ClassVar[str] = "media.not_found"
    sentence: ClassVar[str] = "There is no such picture."


@dataclass(eq=False)
class NotAPicture(Invalid):
    """The file is no picture that can be taken. ``reason`` says why."""

    code: ClassVar[str] = "media.not_a_picture"
    sentence: ClassVar[str] = "{reason}"
    reason: str
    field: str = "upload_id"


@dataclass(eq=False)
class TooManyPictures(Conflict):
    """The product has as many pictures as it may."""

    code: ClassVar[str] = "media.too_many"
    sentence: ClassVar[str] = "A product has {most} pictures at most."
    most: int

"""Reviews: what customers say of products, who found it helpful, and what moderators decide."""

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
    Cursor,
    Done,
    Forbidden,
    Limit,
    NotFound,
    Page,
    Time,
)
from fastshop.contract.catalog import Rating

Stars = Annotated[int, Meta(ge=1, le=5)]
ReviewText = Annotated[str, Meta(min_length=1, max_length=5000)]
Reason = Annotated[str, Meta(min_length=1, max_length=500)]


class ReviewState(StrEnum):
    """Whether a review is seen. A hidden one does not count; its author and moderators still see it."""

    SHOWN = "shown"
    HIDDEN = "hidden"


class Review(Struct, frozen=True):
    """What a customer says of a product. ``verified``: they had bought it when they wrote it, from whichever seller.

    ``product_id`` is the offer that they bought, or that they wrote it at; all offers of the same show it.

    ``reason`` is why moderators hid or restored it last; empty while they have not.
    """

    id: UUID
    product_id: UUID
    customer_id: UUID
    author: str
    stars: int
    text: str
    verified: bool
    helpful: int
    state: ReviewState
    reason: str
    created_at: Time
    updated_at: Time


class Report(Struct, frozen=True):
    """Why somebody thinks that a review should not be seen."""

    reporter_id: UUID
    reason: str
    at: Time


class ReportedReview(Struct, frozen=True):
    """A review with the reports that nobody has decided about, the oldest first, fifty at most."""

    review: Review
    reports: tuple[Report, ...]


class ReviewSort(StrEnum):
    """The order of a list of reviews."""

    NEWEST = "newest"
    HELPFUL = "helpful"
    BEST = "best"
    WORST = "worst"


class ListReviews(Command[Page[Review]], frozen=True, tag="reviews.list"):
    """The reviews of a product."""

    http: ClassVar = GET("/products/{product_id}/reviews")
    product_id: UUID
    sort: ReviewSort = ReviewSort.NEWEST
    cursor: Cursor = ""
    limit: Limit = 20


class SummarizeReviews(Command[Rating], frozen=True, tag="reviews.summary"):
    """How many reviews of a product there are, and their stars."""

    http: ClassVar = GET("/products/{product_id}/reviews/summary")
    product_id: UUID


class WriteReview(Command[Review], frozen=True, tag="reviews.write"):
    """Review a product once, whoever sold it. Sent again with the same id it answers the same."""

    http: ClassVar = POST("/products/{product_id}/reviews")
    product_id: UUID
    review_id: UUID
    stars: Stars
    text: ReviewText


class EditReview(Command[Review], frozen=True, tag="reviews.edit"):
    """Replace one's own review. A hidden one stays hidden until moderators restore it."""

    http: ClassVar = PUT("/reviews/{review_id}")
    review_id: UUID
    stars: Stars
    text: ReviewText


class RemoveReview(Command[Done], frozen=True, tag="reviews.remove"):
    """Take one's own review back. A hidden one stays: else writing it anew would undo the moderators' decision."""

    http: ClassVar = DELETE("/reviews/{review_id}")
    review_id: UUID


class VoteHelpful(Command[Review], frozen=True, tag="reviews.vote"):
    """Say that a review helped, or take that back. A person counts once."""

    http: ClassVar = POST("/reviews/{review_id}/helpful")
    review_id: UUID
    helpful: bool = True


class ReportReview(Command[Done], frozen=True, tag="reviews.report"):
    """Tell moderators of a review. A person counts once, until the review is edited."""

    http: ClassVar = POST("/reviews/{review_id}/report")
    review_id: UUID
    reason: Reason


class ModerateReview(Command[Review], frozen=True, tag="reviews.moderate"):
    """Hide a review or restore it, and why. Its reports are decided with that."""

    http: ClassVar = POST("/reviews/{review_id}/moderate")
    review_id: UUID
    state: ReviewState
    reason: Reason


class ListReportedReviews(Command[Page[ReportedReview]], frozen=True, tag="reviews.list_reported"):
    """Reviews with reports that nobody has decided about, by id."""

    http: ClassVar = GET("/reviews/reported")
    cursor: Cursor = ""
    limit: Limit = 20


@dataclass(eq=False)
class ReviewNotFound(NotFound):
    """There is no such review, or it is not the caller's to see or change."""

    code: ClassVar[str] = "reviews.not_found"
    sentence: ClassVar[str] = "There is no such review."


@dataclass(eq=False)
class AlreadyReviewed(Conflict):
    """The caller has reviewed this product: edit that one."""

    code: ClassVar[str] = "reviews.already_reviewed"
    sentence: ClassVar[str] = "You have reviewed this product already."
    review_id: UUID


@dataclass(eq=False)
class OwnProduct(Forbidden):
    """Nobody reviews the goods of their own shop, nor what it offers beside others."""

    code: ClassVar[str] = "reviews.own_product"
    sentence: ClassVar[str] = "You cannot review the goods of your own shop."


@dataclass(eq=False)
class OwnReview(Forbidden):
    """Nobody finds their own review helpful, or reports it."""

    code: ClassVar[str] = "reviews.own_review"
    sentence: ClassVar[str] = "This is your own review."


@dataclass(eq=False)
class ReviewHidden(Conflict):
    """A hidden review cannot be removed."""

    code: ClassVar[str] = "reviews.hidden"
    sentence: ClassVar[str] = "Moderators have hidden this review: {reason}"
    reason: str

"""When products are seen: publishing at a moment, and the managers' review of what sellers want to show."""

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
    Channel,
    ChannelKind,
    Command,
    Conflict,
    Cursor,
    Event,
    Invalid,
    Limit,
    Page,
    Time,
)
from fastshop.contract.catalog import Image, Product, ProductStatus

Submission = Annotated[int, Meta(ge=1, le=2**31 - 1, description="its number, so that nobody approves what is unseen")]
RejectionReason = Annotated[str, Meta(min_length=1, max_length=500)]


class ProductRevision(Struct, frozen=True):
    """What of a product is reviewed. The category's attributes go with it."""

    title: str
    description: str
    images: tuple[Image, ...]
    category_id: UUID | None
    attributes: dict[str, str | bool | int | float]


class SubmissionState(StrEnum):
    """What became of what was sent to review. ``WITHDRAWN``: its seller wants something else by now."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class ProductSubmission(Struct, frozen=True):
    """What was last sent to review: the product itself, or a ``revision`` of it while it stays on show as it is.

    ``number`` counts what was sent. ``reason`` is why it was rejected.
    """

    number: int
    state: SubmissionState
    revision: ProductRevision | None
    reason: str
    submitted_at: Time
    decided_at: Time | None


class ProductStanding(Struct, frozen=True):
    """Whether a product is seen, and what is to come. Null moments: nothing is planned.

    ``moderated``: another material edit, or publishing what was not approved, would go to review.
    """

    product_id: UUID
    status: ProductStatus
    moderated: bool
    publish_at: Time | None
    unpublish_at: Time | None
    submission: ProductSubmission | None


class WaitingProduct(Struct, frozen=True):
    """A product that waits for a manager, and what was sent of it."""

    product: Product
    submission: ProductSubmission


class ModerationMode(StrEnum):
    """Whose products are reviewed before they are seen. A seller is new while none of their products was."""

    ALL = "all"
    NEW_SELLERS = "new_sellers"
    NONE = "none"


class ModerationPolicy(Struct, frozen=True):
    """The marketplace's rule. What was said of one seller goes before it."""

    mode: ModerationMode


class SellerModeration(Struct, frozen=True):
    """Whether a seller's products are reviewed; null: as the marketplace's rule says."""

    seller_id: UUID
    moderated: bool | None


class ShowStanding(Command[ProductStanding], frozen=True, tag="catalog.show_standing"):
    """Whether a product of the caller's shop is seen, what is planned, and what its review said. Managers see all."""

    http: ClassVar = GET("/products/{product_id}/standing")
    product_id: UUID


class PublishProduct(Command[ProductStanding], frozen=True, tag="catalog.publish_product"):
    """Put a product of the caller's shop on show, now or at a moment. Where it is moderated it goes to review first.

    A plan made before is replaced. What is on show already stays so.
    """

    http: ClassVar = POST("/products/{product_id}/publish")
    product_id: UUID
    at: Time | None = None


class UnpublishProduct(Command[ProductStanding], frozen=True, tag="catalog.unpublish_product"):
    """Take a product of the caller's shop off show, now or at a moment. A plan made before is replaced."""

    http: ClassVar = POST("/products/{product_id}/unpublish")
    product_id: UUID
    at: Time | None = None


class ArchiveProduct(Command[ProductStanding], frozen=True, tag="catalog.archive_product"):
    """Put a product of the caller's shop away: orders refer to it, so it is kept. Publishing brings it back."""

    http: ClassVar = DELETE("/products/{product_id}")
    product_id: UUID


class ListWaitingProducts(Command[Page[WaitingProduct]], frozen=True, tag="catalog.list_waiting_products"):
    """What waits for review, the longest first."""

    http: ClassVar = GET("/moderation/products")
    cursor: Cursor = ""
    limit: Limit = 24


class ApproveProduct(Command[ProductStanding], frozen=True, tag="catalog.approve_product"):
    """Let what was sent to review be seen, or be published at its moment. Approved already, nothing changes."""

    http: ClassVar = POST("/products/{product_id}/approve")
    product_id: UUID
    submission: Submission


class RejectProduct(Command[ProductStanding], frozen=True, tag="catalog.reject_product"):
    """Do not let what was sent to review be seen; its seller is told why. Rejected already, nothing changes."""

    http: ClassVar = POST("/products/{product_id}/reject")
    product_id: UUID
    submission: Submission
    reason: RejectionReason


class ShowModeration(Command[ModerationPolicy], frozen=True, tag="catalog.show_moderation"):
    """Whose products are reviewed."""

    http: ClassVar = GET("/moderation/policy")


class SetModeration(Command[ModerationPolicy], frozen=True, tag="catalog.set_moderation"):
    """Say whose products are reviewed from now on. What is on show stays so."""

    http: ClassVar = PUT("/moderation/policy")
    mode: ModerationMode


class ShowSellerModeration(Command[SellerModeration], frozen=True, tag="catalog.show_seller_moderation"):
    """What was said of one seller; null: nothing, the marketplace's rule counts."""

    http: ClassVar = GET("/sellers/{seller_id}/moderation")
    seller_id: UUID


class SetSellerModeration(Command[SellerModeration], frozen=True, tag="catalog.set_seller_moderation"):
    """Say of one seller whether their products are reviewed, whatever the rule is; null: as the rule says."""

    http: ClassVar = PUT("/sellers/{seller_id}/moderation")
    seller_id: UUID
    moderated: bool | None = None


class ProductReviewed(Event, frozen=True, tag="catalog.product_reviewed"):
    """A manager decided about what a seller sent to review."""

    product_id: UUID
    title: str
    state: SubmissionState
    reason: str


class ModerationQueue(Event, frozen=True, tag="catalog.moderation_queue"):
    """How many products wait for review."""

    waiting: int


MODERATION = Channel(
    "moderation",
    ChannelKind.STATE,
    "How many products wait for review, live. Managers and admins may watch.",
    ModerationQueue,
)


@dataclass(eq=False)
class NotInReview(Conflict):
    """Nothing of the product waits for review, or it was decided otherwise."""

    code: ClassVar[str] = "catalog.not_in_review"
    sentence: ClassVar[str] = "This is not waiting for review any more."


@dataclass(eq=False)
class SubmissionOutdated(Conflict):
    """The seller has sent something else since; its number is ``current``."""

    code: ClassVar[str] = "catalog.submission_outdated"
    sentence: ClassVar[str] = "The seller has changed it since. Look again before you decide."
    current: int


@dataclass(eq=False)
class PlanUnclear(Invalid):
    """A product cannot come off show before it goes on."""

    code: ClassVar[str] = "catalog.plan_unclear"
    sentence: ClassVar[str] = "A product comes off show after it goes on show."
    field: str = "at"

"""When a product is seen: what becomes of what a seller asks for. Pure functions.

The row of a product that is not seen has the status ``draft``, whatever the reason, which stands beside it as its
stage: so the previous release, which knows no reasons, reads and writes such rows without harm.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from fastshop.contract.catalog import CreateProduct, EditProduct, Image, ProductStatus, StatusUnclear
from fastshop.contract.publishing import ProductRevision

_SHOWN = frozenset({ProductStatus.ACTIVE, ProductStatus.IN_REVIEW})
_STAGES = frozenset({ProductStatus.IN_REVIEW, ProductStatus.REJECTED, ProductStatus.UNPUBLISHED})
_MATERIAL = ("title", "description", "images", "category_id")


class Known(NamedTuple):
    """A product as it is. ``approved``: what it says was on show or was approved, so it needs no other review."""

    status: ProductStatus
    approved: bool
    content: ProductRevision


class Settled(NamedTuple):
    """What becomes of a product: what it says from now on, and what waits until it may be said."""

    status: ProductStatus
    approved: bool
    content: ProductRevision
    waiting: ProductRevision | None = None


def columns(status: ProductStatus) -> tuple[str, str]:
    """Status and stage of a row."""
    return (ProductStatus.DRAFT.value, status.value) if status in _STAGES else (status.value, "")


def of_columns(status: str, stage: str) -> ProductStatus:
    """The status that a row tells of. Beside another one than ``draft`` a stage means nothing."""
    return ProductStatus(stage) if status == ProductStatus.DRAFT and stage else ProductStatus(status)


def is_wanted(status: ProductStatus) -> bool:
    """Whether who asks for this status wants the product to be seen."""
    return status in _SHOWN


def asked(
    command: CreateProduct | EditProduct,
    known: ProductRevision | None,
    there: Sequence[Image] = (),
    uploaded: Collection[str] = (),
) -> ProductRevision:
    """What a command wants a product to say. Attributes left out stay, and so do pictures.

    ``there`` are the pictures as the seller has them, and ``uploaded`` the addresses of those that stay in any case.
    """
    kept = known.attributes if known else {}
    attributes = kept if command.attributes is None else command.attributes
    images = tuple(there) if command.images is None else _with_uploaded(command.images, there, uploaded)
    return ProductRevision(command.title, command.description, images, command.category_id, dict(attributes))


def settle(status: ProductStatus, content: ProductRevision, known: Known | None, *, moderated: bool) -> Settled:
    """What becomes of a product that is asked to be and to say this. Refused: `StatusUnclear`.

    Where nothing is moderated it is not compared with what it says now, of which the pictures are not known then.
    """
    same = moderated and known is not None and says_the_same(content, known.content)
    if known is not None and known.status is ProductStatus.ACTIVE and status in _SHOWN and moderated and not same:
        return Settled(ProductStatus.ACTIVE, True, known.content, content)
    approved = known is not None and same and (known.approved or known.status is ProductStatus.ACTIVE)
    return Settled(resolve(status, known and known.status, cleared=approved or not moderated), approved, content)


def resolve(status: ProductStatus, known: ProductStatus | None, *, cleared: bool) -> ProductStatus:
    """The status that a product gets whose seller asks for this one. Refused: `StatusUnclear`.

    ``cleared``: what it says needs no review.
    """
    if status in _SHOWN:
        return ProductStatus.ACTIVE if cleared else ProductStatus.IN_REVIEW
    if status is ProductStatus.REJECTED and known is not ProductStatus.REJECTED:
        raise StatusUnclear
    return status


def is_due_on(status: ProductStatus, publish_at: datetime | None, unpublish_at: datetime | None, now: datetime) -> bool:
    """Whether a plan that is due leaves the product wanted on show: of two that are due the later one counts."""
    on = publish_at is not None and publish_at <= now
    off = unpublish_at is not None and unpublish_at <= now
    if publish_at is not None and unpublish_at is not None and on and off:
        return publish_at > unpublish_at
    return on or (is_wanted(status) and not off)


def says_the_same(one: ProductRevision, other: ProductRevision) -> bool:
    """Whether what is reviewed is the same of both."""
    return _material(one) == _material(other)


def _with_uploaded(named: Sequence[Image], there: Sequence[Image], uploaded: Collection[str]) -> tuple[Image, ...]:
    urls = {image.url for image in named}
    return (*named, *(image for image in there if image.url in uploaded and image.url not in urls))


def _material(content: ProductRevision) -> tuple[object, ...]:
    return tuple(getattr(content, name) for name in _MATERIAL)
